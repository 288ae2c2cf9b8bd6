/// One Dense layer of a model.
package struct ReportedLayer: Equatable, Sendable {
  /// The layer's name in its file.
  package let name: String
  /// Its inputs, without the bias's (fan-in).
  package let inputs: Int
  /// Its units.
  package let units: Int
  /// The function of its units, by its Keras name.
  package let activation: String
  /// Whether it has a bias.
  package let bias: Bool

  /// What a report says of a layer.
  package init(name: String, inputs: Int, units: Int, activation: String, bias: Bool) {
    self.name = name
    self.inputs = inputs
    self.units = units
    self.activation = activation
    self.bias = bias
  }
}
