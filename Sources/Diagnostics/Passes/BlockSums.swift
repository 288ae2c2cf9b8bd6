import LinearAlgebra
import Networks

/// Sums over blocks of samples that have yet to go through the network.
protocol BlockSums<Scalar>: MergingSums, RangeSums {
  /// Sends a block through the network, as far as these sums need it, and adds what they collect.
  mutating func add(_ block: SampleBlock<Scalar>, pass: inout Pass<Scalar>) throws
}
