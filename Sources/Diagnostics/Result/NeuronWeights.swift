public import LinearAlgebra

/// Neurons as a network takes them: amplitudes multiplied out, for raw inputs `[B 1]`.
public struct NeuronWeights: Equatable, Sendable {
  /// α, one neuron per column: (inputs + 1) × count; without a bias, inputs × count.
  public let fanIn: Matrix<Double>
  /// ω, one neuron per row: count × outputs of layer l + 1.
  public let fanOut: Matrix<Double>
  /// What is added to layer l + 1's weights, of their shape, besides the neurons' rows; φ(0) ω is
  /// still to be taken from its bias.
  public let weightUpdate: Matrix<Double>

  /// Neurons of the given weights.
  public init(fanIn: Matrix<Double>, fanOut: Matrix<Double>, weightUpdate: Matrix<Double>) {
    self.fanIn = fanIn
    self.fanOut = fanOut
    self.weightUpdate = weightUpdate
  }
}
