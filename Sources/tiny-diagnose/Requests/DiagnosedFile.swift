import ArgumentParser
import Diagnostics
import Loader
import Networks
import Reports

/// The file that a command diagnoses: a model, or what another program recorded of one.
///
/// Here the file is opened, and here it is decided which of the two it is; all that follows takes either.
enum DiagnosedFile {
  case model(LoadedModel)
  case recording(OpenedRecording)

  /// Opens the file.
  ///
  /// - Parameters:
  ///   - path: the file as the user named it.
  ///   - options: what a model's file may not tell.
  ///   - data: the samples; a recording brings its own.
  ///   - unfit: further options that do not go with a recording, as far as they were given.
  /// - Throws: `ModelError` if the file is neither, and `ValidationError` for an option that a recording
  ///   has no use for.
  init(
    at path: String, _ options: ModelFileOptions, _ data: DataOptions,
    unfitForRecording unfit: [String?]
  ) throws {
    guard
      let recording = try openRecording(
        at: path, weights: data.weightChoice, groups: data.groups, validation: data.validation)
    else {
      self = .model(try loadModel(at: path, options.options))
      return
    }
    let given = data.unfitForRecording + options.unfitForRecording + unfit
    if let option = given.compactMap({ $0 }).first {
      throw ValidationError("\(option) does not go with recorded activations: leave it out")
    }
    self = .recording(recording)
  }

  /// The network as the file describes it; without weights for a recording.
  var network: Network<Float> {
    switch self {
    case .model(let model): model.network
    case .recording(let recording): recording.training.network
    }
  }

  /// The model with its weights; for a recording, those that stand beside it.
  ///
  /// - Throws: `ModelError` if a recorded layer comes without its weights.
  func modelToGrow() throws -> LoadedModel {
    switch self {
    case .model(let model): model
    case .recording(let recording): try loadRecordedModel(at: recording.training.path)
    }
  }

  /// Opens the samples of a model, and puts them beside it; a recording has them.
  ///
  /// - Parameters:
  ///   - network: that of the file, with the weights if they are to grow.
  ///   - data: which samples.
  /// - Returns: all that a diagnosis needs.
  /// - Throws: `ModelError` or `UnfitInput` if the samples or the loss do not fit the model.
  func input(_ network: Network<Float>, _ data: DataOptions) throws -> DiagnosisInput {
    switch self {
    case .model(let model):
      let samples = try openSamples(for: model, data.search(for: model))
      let objective = try model.objective(of: samples.loss)
      return DiagnosisInput(
        diagnosed: .model(network, objective),
        split: data.split(samples),
        model: ReportedModel(model), dataPath: samples.training.path,
        weightsPath: samples.training.weightsPath, lossName: samples.loss.nameWithParameter,
        isArchive: model.format == .kerasArchive,
        notes: model.notes(on: samples.loss) + samples.remarks + objective.notes)
    case .recording(let opened):
      let recording = opened.training
      return DiagnosisInput(
        diagnosed: .recording(network, meanLoss: recording.lossValue),
        split: data.split(recording, validation: opened.validation),
        model: ReportedModel(recording), dataPath: recording.path,
        weightsPath: recording.weightsPath, lossName: recording.lossName ?? "recorded",
        recordedLoss: recording.lossValue, recordedValidationLoss: opened.validation?.lossValue,
        canGrow: recording.hasWeights, notes: recording.notes)
    }
  }
}

extension DataOptions {
  /// The options given here that a recording, which brings its samples, has no use for.
  fileprivate var unfitForRecording: [String?] {
    [
      data.first.map { _ in "--data" }, inputs.map { _ in "--inputs" },
      targets.map { _ in "--targets" }, loss.map { _ in "--loss" },
    ]
  }
}

extension ModelFileOptions {
  /// The options given here that a recording, which tells its layers, has no use for.
  fileprivate var unfitForRecording: [String?] {
    [architecture.map { _ in "--architecture" }, activations.map { _ in "--activations" }]
  }
}

extension OpenedSamples {
  /// What a reader should know of the samples and the loss.
  var remarks: [String] {
    let ofLogits = loss == loss.ofLogits ? " of logits" : ""
    let inferred =
      "The model names no loss: \(loss.name)\(ofLogits) fits its outputs and the targets best."
    return (lossOrigin == .inferred ? [inferred] : []) + notes
  }
}
