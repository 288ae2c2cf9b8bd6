import Diagnostics

extension JSONReport {
  /// What new neurons gain in the places of dead and duplicate units.
  struct Reuse: Encodable, Sendable {
    let units: Int
    let neurons: Int
    let lossGain: Double
    let updateLossGain: Double
    @Nullable var validationLossGain: Double?
    @Nullable var validationStandardError: Double?
    @Nullable var validationNeuronsLossGain: Double?
    @Nullable var validationNeuronsStandardError: Double?

    init(_ reuse: UnitReuse) {
      (units, neurons, lossGain) = (reuse.units, reuse.neurons, reuse.gain.training)
      updateLossGain = reuse.trainingWithoutNeurons
      _validationLossGain = Nullable(wrappedValue: reuse.gain.heldOut?.mean)
      _validationStandardError = Nullable(wrappedValue: reuse.gain.heldOut?.standardError)
      _validationNeuronsLossGain = Nullable(wrappedValue: reuse.gain.heldOutBeyondUpdate?.mean)
      _validationNeuronsStandardError = Nullable(
        wrappedValue: reuse.gain.heldOutBeyondUpdate?.standardError)
    }

    /// The same for a person.
    ///
    /// - Parameters:
    ///   - layer: whose units they are.
    ///   - next: the layer behind it, whose best new weights stand beside the neurons.
    /// - Returns: one sentence.
    func sentence(layer: String, next: String) -> String {
      let kind = units == 1 ? "dead or duplicate unit" : "dead or duplicate units"
      let samples = validationLossGain == nil ? "" : " of held-out samples"
      let own = validationNeuronsLossGain ?? (lossGain - updateLossGain)
      let (new, lowers) =
        neurons == 1 ? ("1 new neuron", "lowers") : ("\(neurons) new neurons", "lower")
      return "\(Text.layer(layer)): \(units) \(kind) can be put to use at no parameters: \(new) in "
        + "\(units == 1 ? "its place" : "their places") \(lowers) the loss\(samples) by "
        + "\(Text.number(validationLossGain ?? lossGain)), with the best new weights of "
        + "\(Text.layer(next)) beside \(neurons == 1 ? "it" : "them"); \(Text.number(own)) of that is the "
        + "\(neurons == 1 ? "neuron's" : "neurons'") own."
    }

    /// What puts them to use.
    static let advice = "Dead and duplicate units are put to use by a growth without --add:"
  }
}
