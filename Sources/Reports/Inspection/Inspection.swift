/// What a model's file holds, without any samples going through it.
public struct Inspection: Sendable {
  /// The model and its Dense layers.
  public let model: ReportedModel
  /// What wrote the file, as in `Keras 3.15.1`.
  public let producer: String
  /// The dimensions of a sample; `nil` where the file leaves one open.
  public let inputShape: [Int?]
  /// All layers of the file, those left out included.
  public let structure: [InspectedLayer]
  /// The loss the model was trained with, by its full Keras name, if the file tells.
  public let lossName: String?
  /// Why the file's own loss cannot be used, if it has one.
  public let lossProblem: String?
  /// The samples the file carries; `nil` if it carries none.
  public let samples: InspectedSamples?
  /// How the model grew, from the first growth to the last; empty if it never did.
  public let history: [InspectedGrowth]
  /// What was left out or decided in reading.
  public let notes: [String]

  /// What a file holds.
  public init(
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
