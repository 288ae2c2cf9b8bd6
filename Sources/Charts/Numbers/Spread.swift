/// A mean over several runs and how far single runs are from it.
package struct Spread: Equatable, Sendable {
  /// Of the runs.
  package let mean: Double
  /// The standard deviation of the runs, n − 1 in its denominator; 0 of a single run.
  package let deviation: Double
  /// How many runs there are.
  package let count: Int

  /// The standard error of the mean.
  package var standardError: Double { deviation / Double(count).squareRoot() }

  /// `nil` of no numbers.
  package init?(_ numbers: [Double]) {
    guard !numbers.isEmpty else { return nil }
    count = numbers.count
    let mean = numbers.reduce(0, +) / Double(count)
    self.mean = mean
    let squares = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    deviation = count > 1 ? (squares / Double(count - 1)).squareRoot() : 0
  }

  /// A number that is known to so much.
  package init(mean: Double, deviation: Double) {
    (self.mean, self.deviation, count) = (mean, deviation, 1)
  }
}
