public import LinearAlgebra

/// What is left of a block that went through a network, forward and back: all that moments are made of.
public struct Trace<Scalar: BLASScalar>: Sendable {
  /// The input of each layer, `[B 1]`: samples × (inputs + 1); without a bias, `B`.
  public private(set) var inputs: [Matrix<Scalar>]
  /// The desired update V of each layer's preactivations, one row per sample, not divided by n.
  public private(set) var desiredUpdates: [Matrix<Scalar>]

  /// The trace of no samples.
  public init(of network: Network<Scalar>) {
    inputs = network.layers.map { Matrix(rows: 0, columns: $0.weights.rows) }
    desiredUpdates = network.layers.map { Matrix(rows: 0, columns: $0.outputs) }
  }

  /// The number of samples.
  public var sampleCount: Int { inputs.first?.rows ?? 0 }

  /// Takes the trace of a block from its pass, which goes on with this one's memory.
  public mutating func take(from pass: inout Pass<Scalar>) {
    swap(&inputs, &pass.inputs)
    swap(&desiredUpdates, &pass.desiredUpdates)
  }
}
