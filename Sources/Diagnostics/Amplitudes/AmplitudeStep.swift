/// How far to go along the weight update of layer l + 1 and along one choice of neurons.
struct AmplitudeStep: Equatable, Sendable {
  /// γ₀, on δW* of layer l + 1.
  var updateAmplitude: Double
  /// The neurons, a place in the trial's choices; `nil` for none.
  var choice: Int?
  /// γ, on the neurons' fan-out and on what it takes back from layer l + 1's weights.
  var amplitude: Double
}
