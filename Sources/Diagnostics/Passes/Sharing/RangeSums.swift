import LinearAlgebra

/// Sums over a range of rows, which are added to those of the ranges before it.
protocol RangeSums: Sendable, Portable {
  /// Adds the sums over other samples.
  mutating func merge(_ other: Self)
}

extension ProductSum: RangeSums {}

/// Whole numbers that add up over processes.
struct CountSums: RangeSums {
  var counts: [Int]

  mutating func merge(_ other: CountSums) {
    for place in counts.indices { counts[place] += other.counts[place] }
  }

  mutating func carry(in stream: inout NumberStream) {
    for place in counts.indices { stream.carry(&counts[place]) }
  }
}
