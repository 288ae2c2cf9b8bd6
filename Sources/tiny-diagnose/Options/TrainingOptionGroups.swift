public import ArgumentParser
import Diagnostics
import FoundationEssentials
import Growth
public import Loader
import Networks

/// Widths in a row, as a user writes them.
struct WidthList: Sendable, CustomStringConvertible {
  let widths: [Int]
  var description: String { widths.map(String.init).joined(separator: ",") }

  init(widths: [Int]) { self.widths = widths }

  init(parsing text: String) throws {
    widths = try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
      guard let width = Int(part.filter { $0 != " " }), (1...1_000_000).contains(width) else {
        throw ValidationError("expected numbers of units of 1 or more, as in 1,1")
      }
      return width
    }
  }
}

/// How many samples neurons are found on, as a user says it.
struct StatisticsArgument: Sendable, CustomStringConvertible {
  let size: StatisticsSize
  let description: String

  /// So many samples measure a gain well enough, whatever rule asks for more; what they cost is a
  /// fraction of a second.
  private static let limit = 10_000

  static let paper = StatisticsArgument(
    size: .paper(start: 100, limit: limit), description: "paper")

  static let errorBars = StatisticsArgument(
    size: .errorBars(start: 100, relativeError: 0.2, limit: limit), description: "error-bars")

  private init(size: StatisticsSize, description: String) {
    self.size = size
    self.description = description
  }

  init(parsing text: String) throws {
    switch text {
    case "paper": self = .paper
    case "error-bars": self = .errorBars
    default:
      guard let count = Int(text), count > 0 else {
        throw ValidationError("expected error-bars, paper or a number of samples")
      }
      self.init(size: .fixed(count), description: text)
    }
  }
}

extension NewModelLayout: ExpressibleByArgument {}
