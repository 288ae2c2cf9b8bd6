/// A mean over several runs and how far single runs are from it.
public struct Spread: Equatable, Sendable {
  /// Of the runs.
  public let mean: Double
  /// The standard deviation of the runs, n − 1 in its denominator; 0 of a single run.
  public let deviation: Double
  /// How many runs there are.
  public let count: Int

  /// The standard error of the mean.
  public var standardError: Double { deviation / Double(count).squareRoot() }

  /// `nil` of no numbers.
  public init?(_ numbers: [Double]) {
    guard !numbers.isEmpty else { return nil }
    count = numbers.count
    let mean = numbers.reduce(0, +) / Double(count)
    self.mean = mean
    let squares = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    deviation = count > 1 ? (squares / Double(count - 1)).squareRoot() : 0
  }

  /// A number that is known to so much.
  public init(mean: Double, deviation: Double) {
    (self.mean, self.deviation, count) = (mean, deviation, 1)
  }
}
