import Diagnostics

extension UnitReuse {
  /// A sentence for a person.
  func sentence(layer: String) -> String {
    let kind = units == 1 ? "dead or duplicate unit" : "dead or duplicate units"
    let fall = gain.heldOut?.mean ?? gain.training
    let samples = gain.heldOut == nil ? "" : " of held-out samples"
    return "\(Text.layer(layer)): \(units) \(kind) can be put to use at no parameters: the loss"
      + "\(samples) falls by \(Text.number(fall)) with \(neurons) new "
      + "\(neurons == 1 ? "neuron" : "neurons") in \(units == 1 ? "its place" : "their places")."
  }
}
