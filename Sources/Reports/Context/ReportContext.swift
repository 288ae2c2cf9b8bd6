/// What a report says beside the diagnosis: which program judged which model on which data.
package struct ReportContext: Sendable {
  /// The program and what it ran on.
  package let tool: ReportedTool
  /// The model that was judged.
  package let model: ReportedModel
  /// The file that held the samples.
  package let dataPath: String
  /// The loss, by its full Keras name, such as `mean_squared_error`.
  package let lossName: String
  /// The dataset of the samples' weights; `nil` if all count alike.
  package let weightsPath: String?
  /// The mean loss that came with a recording, over all of its samples; `nil` for a model.
  package let recordedLoss: Double?
  /// The same of held-out samples that were recorded apart.
  package let recordedValidationLoss: Double?
  /// Whether the file holds the weights that could grow, as a recording may not.
  package let canGrow: Bool
  /// What a reader should know of how the files were read, in whole sentences.
  package private(set) var notes: [String]
  /// The file for the grown model in the command that follows.
  package let grownPath: String
  /// The options that led to this diagnosis, for the command that follows from it.
  package private(set) var options: [String]
  /// How many samples there are, where the diagnosis took fewer; `nil` where it took all.
  package private(set) var availableSamples: Int?

  /// Whether the numbers are those of files of statistics, which the options of a report do not reach.
  package var isMerged = false

  /// Everything a report needs beside the diagnosis.
  package init(
    tool: ReportedTool, model: ReportedModel, dataPath: String, lossName: String,
    weightsPath: String? = nil, recordedLoss: Double? = nil,
    recordedValidationLoss: Double? = nil, canGrow: Bool = true, notes: [String] = [],
    grownPath: String? = nil, options: [String] = []
  ) {
    self.tool = tool
    self.model = model
    self.dataPath = dataPath
    self.lossName = lossName
    self.weightsPath = weightsPath
    self.recordedLoss = recordedLoss
    self.recordedValidationLoss = recordedValidationLoss
    self.canGrow = canGrow
    self.notes = notes.withoutRepetition
    self.grownPath = grownPath ?? grownNames(for: model.path)[0]
    self.options = options
  }
}

extension ReportContext {
  /// The same, of a diagnosis that stopped before it had read all samples.
  ///
  /// - Parameters:
  ///   - count: how many it took.
  ///   - available: how many there are.
  ///   - isClear: whether these make the verdict clear; otherwise a quarter of them gave the same.
  /// - Returns: a context that says so, whose command takes the same samples, and with them finds the
  ///   same neurons.
  package func stopped(after count: Int, of available: Int, isClear: Bool) -> ReportContext {
    var context = self
    context.availableSamples = available
    context.options += ["--max-samples", "\(count)"]
    let part =
      "\(Text.count(count)) of the \(Text.count(available)) samples, spread evenly over them"
    context.notes.append(
      isClear
        ? "The verdict is clear from \(part): --all-samples reads all."
        : "The verdict is that of \(part), and of a quarter of these: --all-samples reads all.")
    return context
  }

  /// That samples have weights, for the line that counts them.
  var weighting: [String] { weightsPath.map { ["weighted by \($0)"] } ?? [] }
}
