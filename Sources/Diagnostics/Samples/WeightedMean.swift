/// A mean over samples and its standard error, from sums.
///
///     m = Σ w x / Σ w      s² = n / (n − 1) · Σ w² (x − m)² / (Σ w)²
///
/// The weights are given and not drawn: s is how far m would move over other samples of the same kind
/// (the ratio estimator's linearization; Cochran, *Sampling Techniques*, 1977, section 6.5). If all
/// weigh alike it is the familiar one.
struct WeightedMean: Sendable {
  private var count = 0
  private var weight = 0.0
  private var squaredWeights = 0.0
  private var sum = 0.0
  /// Σ w² x and Σ w² x².
  private var spread = (sum: 0.0, squares: 0.0)

  mutating func add(_ number: Double, weight factor: Double = 1) {
    let weighted = factor * number
    count += 1
    weight += factor
    squaredWeights += factor * factor
    sum += weighted
    spread.sum += factor * weighted
    spread.squares += weighted * weighted
  }

  mutating func merge(_ other: WeightedMean) {
    count += other.count
    weight += other.weight
    squaredWeights += other.squaredWeights
    sum += other.sum
    spread.sum += other.spread.sum
    spread.squares += other.spread.squares
  }

  /// m; 0 of nothing.
  var mean: Double { weight > 0 ? sum / weight : 0 }

  /// s of a mean over so many samples, of which those added are a part, or over those alone; `nil`
  /// over a single sample.
  func standardError(over sampleCount: Int? = nil) -> Double? {
    guard count > 1, weight > 0 else { return nil }
    let mean = mean
    let squares = max(
      0, spread.squares - 2 * mean * spread.sum + mean * mean * squaredWeights)
    let share = Double(count) / Double(sampleCount ?? count)
    let variance = squares * Double(count) / Double(count - 1)
    return (share * variance).squareRoot() / weight
  }

  /// Both; `nil` over a single sample.
  var paired: PairedGain? {
    standardError().map { PairedGain(mean: mean, standardError: $0) }
  }
}
