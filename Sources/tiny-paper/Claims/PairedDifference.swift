import Charts

/// A difference between two groups of runs that began alike, seed by seed.
struct PairedDifference: Equatable {
  /// Of `first − second`.
  let spread: Spread
  /// In how many pairs the first number is the larger.
  let wins: Int

  /// `nil` of no pairs.
  init?(_ first: [Double], minus second: [Double]) {
    guard let spread = Spread(zip(first, second).map { $0 - $1 }) else { return nil }
    self.spread = spread
    wins = zip(first, second).count { $0 > $1 }
  }
}
