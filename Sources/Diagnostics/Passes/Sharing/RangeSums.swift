import LinearAlgebra

/// Sums over a range of rows, which are added to those of the ranges before it.
protocol RangeSums: Sendable, Portable {
  /// Adds the sums over other samples.
  mutating func merge(_ other: Self)

  /// All numbers, for another process.
  var handedOn: [Double] { get }
  /// Adds the sums of another process, over samples before these.
  mutating func follow(_ handedOn: consuming [Double])
  /// The same sums with the numbers of another process.
  func replaced(by handedOn: consuming [Double]) -> Self
}

extension RangeSums {
  var handedOn: [Double] { carried }

  mutating func follow(_ handedOn: consuming [Double]) {
    var sums = carrying(handedOn)
    sums.merge(self)
    self = sums
  }

  func replaced(by handedOn: consuming [Double]) -> Self { carrying(handedOn) }
}

/// The largest sums of all are handed on without a copy; a sum of two numbers does not depend on their
/// order.
extension ProductSum: RangeSums {
  var handedOn: [Double] { storedNumbers }

  mutating func follow(_ handedOn: consuming [Double]) { merge(replaced(by: handedOn)) }

  func replaced(by handedOn: consuming [Double]) -> ProductSum {
    ProductSum(left: left, right: right, storedNumbers: handedOn)
  }
}

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
