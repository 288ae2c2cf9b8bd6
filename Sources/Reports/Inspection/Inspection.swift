/// What a model's file holds, without any samples going through it.
package struct Inspection: Sendable {
  /// The model and its Dense layers.
  package let model: ReportedModel
  /// What wrote the file, as in `Keras 3.15.1`.
  package let producer: String
  /// The dimensions of a sample; `nil` where the file leaves one open.
  package let inputShape: [Int?]
  /// All layers of the file, those left out included.
  package let structure: [InspectedLayer]
  /// The loss the model was trained with, by its full Keras name, if the file tells.
  package let lossName: String?
  /// Why the file's own loss cannot be used, if it has one.
  package let lossProblem: String?
  /// The samples the file carries; `nil` if it carries none.
  package let samples: InspectedSamples?
  /// How the model grew, from the first growth to the last; empty if it never did.
  package let history: [InspectedGrowth]
  /// What was left out or decided in reading.
  package let notes: [String]

  /// What a file holds.
  package init(
    model: ReportedModel, producer: String, inputShape: [Int?], structure: [InspectedLayer],
    lossName: String?, lossProblem: String?, samples: InspectedSamples?,
    history: [InspectedGrowth] = [], notes: [String]
  ) {
    self.model = model
    self.producer = producer
    self.inputShape = inputShape
    self.structure = structure
    self.lossName = lossName
    self.lossProblem = lossProblem
    self.samples = samples
    self.history = history
    self.notes = notes
  }
}
