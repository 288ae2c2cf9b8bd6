import LinearAlgebra

/// By how much the loss falls when the suggested neurons and the weight update are applied, in the
/// loss's own unit.
public struct LossGain: Equatable, Sendable {
  /// From the exact slope, and the curvature of the loss over the first half of the way.
  public internal(set) var predicted: Double?
  /// Measured on the samples that everything was fitted on.
  public let measured: Double
  /// Measured on the held-out samples, if there are any.
  public let heldOut: PairedGain?
  /// The part of `measured` that the weight update has without any neuron.
  public let measuredWithoutNeurons: Double
  /// What the neurons add to `heldOut` beyond the weight update alone.
  public let heldOutBeyondUpdate: PairedGain?
  /// γ, on the neurons' fan-out (on both sides, √γ each, for the paper's solvers).
  public let amplitude: Double
  /// γ₀, on the best weight update of layer l + 1.
  public let updateAmplitude: Double
}
