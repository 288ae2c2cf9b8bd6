import Diagnostics

extension JSONReport {
  /// What new neurons gain in the places of dead and duplicate units.
  struct Reuse: Encodable, Sendable {
    let units: Int
    let neurons: Int
    let lossGain: Double
    @Nullable var validationLossGain: Double?
    @Nullable var validationStandardError: Double?

    init(_ reuse: UnitReuse) {
      (units, neurons, lossGain) = (reuse.units, reuse.neurons, reuse.gain.training)
      _validationLossGain = Nullable(wrappedValue: reuse.gain.heldOut?.mean)
      _validationStandardError = Nullable(wrappedValue: reuse.gain.heldOut?.standardError)
    }

    /// The same for a person.
    func sentence(layer: String) -> String {
      let kind = units == 1 ? "dead or duplicate unit" : "dead or duplicate units"
      let samples = validationLossGain == nil ? "" : " of held-out samples"
      return "\(Text.layer(layer)): \(units) \(kind) can be put to use at no parameters: the loss"
        + "\(samples) falls by \(Text.number(validationLossGain ?? lossGain)) with \(neurons) new "
        + "\(neurons == 1 ? "neuron" : "neurons") in \(units == 1 ? "its place" : "their places")."
    }
  }
}
