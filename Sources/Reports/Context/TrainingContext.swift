package import Growth

/// What a report on growing training says beside what happened: on which data, of what, and where to.
package struct TrainingContext: Sendable {
  /// The program and what it ran on.
  package let tool: ReportedTool
  /// The file that held the samples.
  package let dataPath: String
  /// How many samples were trained on.
  package let sampleCount: Int
  /// How many only judged.
  package let heldOutCount: Int
  /// The loss, by its full Keras name.
  package let lossName: String
  /// What was asked for.
  package let options: GrowingOptions
  /// The model as it was written, or would have been.
  package let model: ReportedModel
  /// The file to go on from; `nil` if there is none.
  package let checkpoint: String?
  /// Whether the user stopped it.
  package let isInterrupted: Bool
  /// The command to run next, in words without blanks.
  package let next: [String]
  /// What a reader should know of how the files were read, in whole sentences.
  package let notes: [String]

  /// Everything a report needs beside the training itself.
  package init(
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
    self.notes = notes.withoutRepetition
  }
}
