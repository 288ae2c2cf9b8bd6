import Diagnostics
import LinearAlgebra
import Reports

/// A network with its samples, ready to be diagnosed, and what a report says of both.
struct DiagnosisInput {
  let diagnosed: DiagnosedNetwork<Float>
  let split: SampleSplit
  let model: ReportedModel
  let dataPath: String
  let weightsPath: String?
  let lossName: String
  /// The mean losses that came with a recording.
  var recordedLoss: Double?
  var recordedValidationLoss: Double?
  /// Whether the file holds weights that could grow.
  var canGrow = true
  /// Whether the model is a Keras archive; `nil` for a recording.
  var isArchive: Bool?
  /// What a reader should know of how the files were read, in whole sentences.
  let notes: [String]

  /// The context of a report on the diagnosis.
  ///
  /// - Parameters:
  ///   - tool: the program, once the work is done.
  ///   - remarks: further notes, behind those of the files.
  ///   - options: the options that led to the diagnosis, for the command that follows from it.
  /// - Returns: everything a report needs beside the diagnosis.
  func context(
    _ tool: ReportedTool, remarks: [String], options: [String] = []
  ) -> ReportContext {
    ReportContext(
      tool: tool, model: model, dataPath: dataPath, lossName: lossName, weightsPath: weightsPath,
      recordedLoss: recordedLoss, recordedValidationLoss: recordedValidationLoss, canGrow: canGrow,
      notes: notes + remarks, grownPath: freeGrownName(for: model.path, isArchive: isArchive),
      options: options)
  }
}

extension ReportedTool {
  /// This program, which has worked since a moment.
  init(threads: Int, since start: ContinuousClock.Instant) {
    self.init(
      version: programVersion, blas: blasCore, threads: threads,
      seconds: (ContinuousClock.now - start) / .seconds(1))
  }
}
