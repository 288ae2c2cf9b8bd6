import LinearAlgebra
import Networks

/// Sums over samples that have gone through the network already, their inputs relative to the
/// references.
protocol PassSums<Scalar>: MergingSums, RangeSums {
  /// Adds a block, as its pass left it.
  mutating func add(_ block: SampleBlock<Scalar>, from pass: Pass<Scalar>)
}
