import LinearAlgebra

/// A mean over samples and its standard error, from sums.
///
///     m = Σ w x / Σ w      s² = n / (n − 1) · Σ w² (x − m)² / (Σ w)²
///
/// The weights are given and not drawn: s is how far m would move over other samples of the same kind
/// (the ratio estimator's linearization; Cochran, *Sampling Techniques*, 1977, section 6.5). If all
/// weigh alike it is the familiar one.
///
/// Samples of one unit, such as those of a group, are summed unit by unit, and s is over units:
/// with T Σ w x and W Σ w of each of u units, `s² = u / (u − 1) · Σ (T − m W)² / (Σ w)²`.
package struct WeightedMean: Sendable {
  private var count = 0
  private var weight = 0.0
  private var squaredWeights = 0.0
  private var sum = 0.0
  /// Σ w² x and Σ w² x².
  private var spread = (sum: 0.0, squares: 0.0)
  /// Σ w x and Σ w of each unit; none where samples stand for themselves.
  private var units: [(sum: Double, weight: Double)] = []

  /// The mean of no samples.
  package init() {}

  /// Adds a sample.
  ///
  /// - Parameters:
  ///   - number: x.
  ///   - factor: w.
  ///   - unit: the unit that it belongs to, in `0..<unitCount`; `nil` for none.
  ///   - unitCount: the number of units.
  package mutating func add(
    _ number: Double, weight factor: Double = 1, unit: Int? = nil, of unitCount: Int = 0
  ) {
    let weighted = factor * number
    if let unit {
      if units.isEmpty { units = [(Double, Double)](repeating: (0, 0), count: unitCount) }
      units[unit].sum += weighted
      units[unit].weight += factor
    }
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
    if units.isEmpty {
      units = other.units
    } else {
      for place in other.units.indices {
        units[place].sum += other.units[place].sum
        units[place].weight += other.units[place].weight
      }
    }
  }

  /// Σ w.
  var totalWeight: Double { weight }

  /// Σ w / n; 1 of nothing.
  var meanWeight: Double { count > 0 ? weight / Double(count) : 1 }

  /// m; 0 of nothing.
  var mean: Double { weight > 0 ? sum / weight : 0 }

  /// s of a mean over `sampleCount` samples that include the added ones, or over the added ones
  /// alone; `nil` over a single sample.
  package func standardError(over sampleCount: Int? = nil) -> Double? {
    guard count > 1, weight > 0 else { return nil }
    let mean = mean
    if !units.isEmpty {
      return unitStandardError(share: Double(count) / Double(sampleCount ?? count))
    }
    let squares = max(
      0, spread.squares - 2 * mean * spread.sum + mean * mean * squaredWeights)
    let share = Double(count) / Double(sampleCount ?? count)
    let variance = squares * Double(count) / Double(count - 1)
    return (share * variance).squareRoot() / weight
  }

  private func unitStandardError(share: Double) -> Double? {
    let present = units.filter { $0.weight > 0 }
    guard present.count > 1 else { return nil }
    let mean = mean
    let squares = present.reduce(0) { sum, unit in
      let residual = unit.sum - mean * unit.weight
      return sum + residual * residual
    }
    let variance = squares * Double(present.count) / Double(present.count - 1)
    return (share * variance).squareRoot() / weight
  }

  /// The mean with its standard error; `nil` over a single sample.
  var paired: PairedGain? {
    standardError().map { PairedGain(mean: mean, standardError: $0) }
  }
}

extension WeightedMean: Portable {
  mutating func carry(in stream: inout NumberStream) {
    stream.carry(&count)
    stream.carry(&weight)
    stream.carry(&squaredWeights)
    stream.carry(&sum)
    stream.carry(&spread.sum)
    stream.carry(&spread.squares)
    stream.carry(&units, empty: (0, 0)) { stream, unit in
      stream.carry(&unit.sum)
      stream.carry(&unit.weight)
    }
  }
}
