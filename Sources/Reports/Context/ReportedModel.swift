/// The model that was judged.
public struct ReportedModel: Sendable {
  /// The path as the user gave it.
  public let path: String
  /// The file's format, for a person.
  public let format: String
  /// How many weights and biases its Dense layers have.
  public let parameters: Int
  /// Its Dense layers, from the input on.
  public let layers: [ReportedLayer]

  /// What a report says of a model.
  public init(path: String, format: String, parameters: Int, layers: [ReportedLayer]) {
    self.path = path
    self.format = format
    self.parameters = parameters
    self.layers = layers
  }
}
