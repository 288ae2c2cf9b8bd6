/// One Dense layer of a model.
public struct ReportedLayer: Equatable, Sendable {
  /// The layer's name in its file.
  public let name: String
  /// Its inputs, without the bias's (fan-in).
  public let inputs: Int
  /// Its units.
  public let units: Int
  /// The function of its units, by its Keras name.
  public let activation: String
  /// Whether it has a bias.
  public let bias: Bool

  /// What a report says of a layer.
  public init(name: String, inputs: Int, units: Int, activation: String, bias: Bool) {
    self.name = name
    self.inputs = inputs
    self.units = units
    self.activation = activation
    self.bias = bias
  }
}
