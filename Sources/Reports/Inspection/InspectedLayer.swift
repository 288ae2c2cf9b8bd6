/// One layer of a file, and what a diagnosis makes of it.
package struct InspectedLayer: Equatable, Sendable {
  /// The layer's name in the file.
  package let name: String
  /// Its class, as Keras names it.
  package let className: String
  /// The dimensions of its output for one sample; `nil` where the file leaves one open.
  package let outputShape: [Int?]
  /// What a diagnosis makes of it, in words.
  package let treatment: String

  /// What is said of a layer.
  package init(name: String, className: String, outputShape: [Int?], treatment: String) {
    self.name = name
    self.className = className
    self.outputShape = outputShape
    self.treatment = treatment
  }
}
