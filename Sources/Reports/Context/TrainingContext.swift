public import Growth

/// What a report on growing training says beside what happened: on which data, of what, and where to.
public struct TrainingContext: Sendable {
  /// The program and what it ran on.
  public let tool: ReportedTool
  /// The file that held the samples.
  public let dataPath: String
  /// How many samples were trained on.
  public let sampleCount: Int
  /// How many only judged.
  public let heldOutCount: Int
  /// The loss, by its full Keras name.
  public let lossName: String
  /// What was asked for.
  public let options: GrowingOptions
  /// The model as it was written, or would have been.
  public let model: ReportedModel
  /// The file to go on from; `nil` if there is none.
  public let checkpoint: String?
  /// Whether the user stopped it.
  public let isInterrupted: Bool
  /// The command to run next, in words without blanks.
  public let next: [String]
  /// What a reader should know of how the files were read, in whole sentences.
  public let notes: [String]

  /// Everything a report needs beside the training itself.
  public init(
    tool: ReportedTool, dataPath: String, sampleCount: Int, heldOutCount: Int, lossName: String,
    options: GrowingOptions, model: ReportedModel, checkpoint: String?, isInterrupted: Bool,
    next: [String], notes: [String]
  ) {
    self.tool = tool
    self.dataPath = dataPath
    self.sampleCount = sampleCount
    self.heldOutCount = heldOutCount
    self.lossName = lossName
    self.options = options
    self.model = model
    self.checkpoint = checkpoint
    self.isInterrupted = isInterrupted
    self.next = next
    self.notes = notes
  }
}
