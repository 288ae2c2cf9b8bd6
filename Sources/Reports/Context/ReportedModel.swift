/// The model that was judged.
package struct ReportedModel: Sendable {
  /// The path as the user gave it.
  package let path: String
  /// The file's format, for a person.
  package let format: String
  /// How many weights and biases its Dense layers have.
  package let parameters: Int
  /// Its Dense layers, from the input on.
  package let layers: [ReportedLayer]
  /// Whether it is trained with Dropout; `nil` if the file does not say.
  package let hasDropout: Bool?

  /// What a report says of a model.
  package init(
    path: String, format: String, parameters: Int, layers: [ReportedLayer], hasDropout: Bool? = nil
  ) {
    self.path = path
    self.format = format
    self.parameters = parameters
    self.layers = layers
    self.hasDropout = hasDropout
  }
}
