/// How far to go along the weight update of layer l + 1 and along one choice of neurons.
struct AmplitudeStep: Equatable, Sendable {
  /// γ₀, on δW* of layer l + 1, and γ, on the neurons and on the overlap β that they take back from it.
  var amplitudes: Amplitudes
  /// The neurons, a place in the trial's choices; `nil` for none.
  var choice: Int?

  /// δW* alone.
  static func update(_ amplitude: Double) -> AmplitudeStep {
    AmplitudeStep(amplitudes: Amplitudes(update: amplitude, neurons: 0), choice: nil)
  }

  /// The step of γ₀ alone, without neurons.
  var withoutNeurons: AmplitudeStep { .update(amplitudes.update) }
}
