import LinearAlgebra

/// The gains of a step on some held-out samples.
struct JudgedGains: Sendable {
  /// From the network as it is.
  private(set) var whole = WeightedMean()
  /// From the first step of the same trial on.
  private(set) var beyondFirst = WeightedMean()
  /// The samples on which that is most, either way, where they are asked for.
  private(set) var extremes: ExtremeGains?

  /// - Parameter extremeCount: how many extremes are kept; 0 for none.
  init(extremeCount: Int = 0) {
    extremes = extremeCount > 0 ? ExtremeGains(count: extremeCount) : nil
  }

  /// Adds a sample.
  ///
  /// - Parameters:
  ///   - gain: the fall of its loss.
  ///   - beyond: the fall from the first step on.
  ///   - weight: what it counts.
  ///   - unit: the unit that it belongs to; `nil` for none.
  ///   - unitCount: how many units there are.
  ///   - row: where it stands in its source.
  mutating func add(
    _ gain: Double, beyond: Double, weight: Double, unit: Int?, of unitCount: Int, row: Int
  ) {
    whole.add(gain, weight: weight, unit: unit, of: unitCount)
    beyondFirst.add(beyond, weight: weight, unit: unit, of: unitCount)
    extremes?.add(weight * beyond, weight: weight, row: row)
  }

  mutating func merge(_ other: JudgedGains) {
    whole.merge(other.whole)
    beyondFirst.merge(other.beyondFirst)
    if let more = other.extremes { extremes?.merge(more) }
  }

  /// Adds what another step gains on samples of its own: the extremes of both are kept.
  mutating func join(_ other: JudgedGains) {
    whole.merge(other.whole)
    beyondFirst.merge(other.beyondFirst)
    if let more = other.extremes { extremes?.join(more) }
  }

  /// Adds so many samples on which there is no step.
  mutating func joinNothing(on sampleCount: Int) {
    let weight = whole.meanWeight
    for _ in 0..<sampleCount {
      whole.add(0, weight: weight)
      beyondFirst.add(0, weight: weight)
    }
  }

  /// The mean of `beyondFirst` without the extreme samples; `nil` where none were kept.
  var trimmedBeyondFirst: Double? {
    extremes.map { extremes in
      let weight = beyondFirst.totalWeight - extremes.weight
      return weight > 0 ? (beyondFirst.mean * beyondFirst.totalWeight - extremes.sum) / weight : 0
    }
  }
}

extension JudgedGains: Portable {
  mutating func carry(in stream: inout NumberStream) {
    whole.carry(in: &stream)
    beyondFirst.carry(in: &stream)
    extremes?.carry(in: &stream)
  }
}
