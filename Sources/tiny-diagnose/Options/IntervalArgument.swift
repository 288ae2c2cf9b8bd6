import ArgumentParser
import Diagnostics
import FoundationEssentials
import Growth
import Loader
import Networks

/// A number of steps, or of seconds as in `2s`.
struct IntervalArgument: Sendable, CustomStringConvertible {
  let interval: Interval

  var description: String {
    switch interval {
    case .steps(let steps): "\(steps)"
    case .seconds(let seconds): "\(seconds)s"
    }
  }

  init(_ interval: Interval) { self.interval = interval }

  init(parsing text: String) throws {
    if text.hasSuffix("s"), let seconds = Double(text.dropLast()), seconds > 0, seconds.isFinite {
      interval = .seconds(seconds)
    } else if let steps = Int(text), steps > 0 {
      interval = .steps(steps)
    } else {
      throw ValidationError("expected steps or seconds, as in 500 or 2s")
    }
  }
}
