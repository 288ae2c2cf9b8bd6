/// γ₀ and γ: how far a network goes along the weight update of layer l + 1 and along new neurons.
public struct Amplitudes: Equatable, Sendable {
  /// γ₀, which multiplies the weight update.
  public var update: Double
  /// γ, the amplitude of the neurons. What it multiplies is told by an `AmplitudeForm`.
  public var neurons: Double

  /// A pair of amplitudes.
  public init(update: Double, neurons: Double) {
    self.update = update
    self.neurons = neurons
  }

  /// γ₀ = γ = 0: neither the weight update nor the neurons change the network's outputs.
  public static let zero = Amplitudes(update: 0, neurons: 0)
  /// γ₀ = γ = 1: weight update and neurons as they are given.
  public static let whole = Amplitudes(update: 1, neurons: 1)

  /// A share of both amplitudes.
  public static func * (share: Double, amplitudes: Amplitudes) -> Amplitudes {
    Amplitudes(update: share * amplitudes.update, neurons: share * amplitudes.neurons)
  }
}
