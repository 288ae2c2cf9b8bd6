import Synchronization

/// Tells how long a phase of the work will still take.
final class ProgressClock: Sendable {
  private struct Phase {
    var name = ""
    var start = 0.0
  }

  private let phase = Mutex(Phase())
  /// Before so much is done, the rest is a guess.
  private static let knownShare = 0.03

  /// The phase, the share of it that is done, and the time left.
  func text(_ name: String, _ share: Double) -> String {
    let now = monotonicSeconds()
    let start = phase.withLock { phase in
      if phase.name != name { phase = Phase(name: name, start: now) }
      return phase.start
    }
    let done = "\(name) \(Int(100 * share)) %"
    guard share > Self.knownShare else { return done }
    return done + ", \(Self.text(seconds: (now - start) * (1 - share) / share)) left"
  }

  private static func text(seconds: Double) -> String {
    let whole = Int(seconds.rounded(.up))
    return whole < 120 ? "\(whole) s" : "\((whole + 30) / 60) min"
  }
}
