import ArgumentParser
import Diagnostics
import LinearAlgebra
import Loader
import Networks
import Reports

struct Report: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show where a trained network is too narrow (default).",
    usage: "tiny-diagnose <model> [--data <file>] [<options>]",
    discussion: """
      For each layer, the share of what training asks of it that no change of its weights can do; \
      for each hidden layer, how many new neurons would help the layer after it, and by how much, \
      also on samples held out. `inspect` tells what a file holds, `grow` adds the neurons.
      """)

  @Argument(help: ModelFileOptions.modelHelp, completion: .file())
  var model: String

  @OptionGroup(title: "Model") var file: ModelFileOptions
  @OptionGroup(title: "Samples") var data: DataOptions
  @OptionGroup(title: "New neurons") var growth: GrowthOptions
  @Flag(
    help: ArgumentHelp(
      "Read the samples once: the lack of every layer and the paper's λ, but no neurons."))
  var onePass = false

  @Flag(
    inversion: .prefixedNo,
    help: ArgumentHelp(
      "Whether to find the lack of all weights together, which takes many passes over the samples "
        + "(default: for small models)."))
  var networkLack: Bool?

  @Option(
    help: ArgumentHelp(
      "Read only as many samples as make every standard error this small, relative to its value: "
        + "5% or 0.05.", valueName: "share"), transform: Share.parse)
  var precision: Double?

  @Flag(
    help: ArgumentHelp(
      "Find Ψ and λ in double precision all the way, at twice the time. Small models always are."))
  var double = false

  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Output") var further: FurtherForms
  @OptionGroup(title: "Messages") var messages: MessageOptions

  func validate() throws {
    if precision == 0 { throw ValidationError("--precision is 0, expected more: 5% or 0.05") }
  }

  func run() async throws {
    growth.limitCores()
    let start = ContinuousClock.now
    let inputs = [model] + file.files + data.files
    let destinations =
      [(output.form, try output.destination(apartFrom: inputs))]
      + (try further.open(apartFrom: inputs, overwrite: output.force))
    if let recording = try openRecording(
      at: model, weights: data.weightChoice, groups: data.groups, validation: data.validation)
    {
      return try await report(on: recording, to: destinations, since: start)
    }
    let loaded = try loadModel(at: model, file.options)
    let layers = try growth.chosenLayers(among: loaded.network.layers.map(\.name))
    let samples = try openSamples(for: loaded, data.search(for: loaded))
    let objective = try loaded.objective(of: samples.loss)

    var options = DiagnosisOptions(
      solver: growth.solver, neuronLimit: growth.neurons, layers: layers, workers: growth.workers,
      seed: data.seed)
    options.criteria = growth.criteria(data)
    options.seeksNeurons = !onePass
    if double { options.collectsInDouble = true }
    options.networkLack = networkLack
    let split = data.split(samples)
    let (diagnosis, remarks) = try await diagnosis(in: samples.training.path) { progress in
      guard let precision else {
        return try await (
          diagnose(
            loaded.network, objective: objective, split: split, options: options,
            progress: progress), nil
        )
      }
      return try await diagnose(
        loaded.network, objective: objective, split: split, options: options,
        precision: precision, progress: progress)
    }

    let elapsed = (ContinuousClock.now - start) / .seconds(1)
    let context = ReportContext(
      tool: ReportedTool(
        version: programVersion, blas: blasCore, threads: growth.workers, seconds: elapsed),
      model: ReportedModel(loaded), dataPath: samples.training.path, lossName: samples.loss.name,
      weightsPath: samples.training.weightsPath,
      notes: loaded.notes + samples.remarks + objective.notes + remarks,
      options: file.arguments + data.arguments + growth.arguments)
    try write(diagnosis, context, to: destinations)
  }

  /// Reports on what another program recorded of its own pass.
  private func report(
    on opened: OpenedRecording, to destinations: [(OutputFormat, Output)],
    since start: ContinuousClock.Instant
  ) async throws {
    try checkOptionsForRecording()
    let recording = opened.training
    let layers = try growth.chosenLayers(among: recording.network.layers.map(\.name))
    var options = DiagnosisOptions(
      solver: growth.solver, neuronLimit: growth.neurons, layers: layers, workers: growth.workers,
      seed: data.seed)
    options.criteria = growth.criteria(data)
    options.recordedLoss = recording.lossValue
    options.seeksNeurons = !onePass
    if double { options.collectsInDouble = true }
    let split = data.split(recording, validation: opened.validation)
    let (diagnosis, remarks) = try await diagnosis(in: recording.path) { progress in
      guard let precision else {
        return try await (
          diagnose(
            recordingOf: recording.network, split: split, options: options, progress: progress),
          nil
        )
      }
      return try await diagnose(
        recordingOf: recording.network, split: split, options: options, precision: precision,
        progress: progress)
    }
    let elapsed = (ContinuousClock.now - start) / .seconds(1)
    let context = ReportContext(
      tool: ReportedTool(
        version: programVersion, blas: blasCore, threads: growth.workers, seconds: elapsed),
      model: ReportedModel(recording), dataPath: recording.path,
      lossName: recording.lossName ?? "recorded", weightsPath: recording.weightsPath,
      recordedLoss: recording.lossValue, recordedValidationLoss: opened.validation?.lossValue,
      canGrow: recording.hasWeights, notes: recording.notes + remarks,
      options: data.arguments + growth.arguments)
    try write(diagnosis, context, to: destinations)
  }

  /// A recording brings its samples, and there is no network to ask more of.
  private func checkOptionsForRecording() throws {
    let unfit =
      data.unfitForRecording + [
        file.architecture.map { _ in "--architecture" },
        file.activations.map { _ in "--activations" },
        networkLack == true ? "--network-lack" : nil,
      ]
    if let option = unfit.compactMap({ $0 }).first {
      throw ValidationError("\(option) does not go with recorded activations: leave it out")
    }
  }

  private func diagnosis(
    in path: String,
    _ work: (@escaping @Sendable (String, Double) -> Void) async throws -> (Diagnosis, Bool?)
  ) async throws -> (Diagnosis, remarks: [String]) {
    let line =
      messages.showsProgress ? ProgressLine(.diagnosis(seeksNeurons: !onePass)) : nil
    defer { line?.finish() }
    do {
      let (diagnosis, isPrecise) = try await work { line?.update($0, $1) }
      guard let precision, let isPrecise else { return (diagnosis, []) }
      let used = diagnosis.trainingCount + diagnosis.heldOutCount
      return (
        diagnosis,
        [
          isPrecise
            ? "\(used) samples were enough for standard errors of at most \(Share.text(precision))."
            : "All \(used) samples do not bring every standard error down to \(Share.text(precision))."
        ]
      )
    } catch let error as DiagnosticsError {
      throw UnfitInput(error, in: path)
    }
  }

  private func write(
    _ diagnosis: Diagnosis, _ context: ReportContext, to destinations: [(OutputFormat, Output)]
  ) throws {
    for (format, destination) in destinations {
      try destination.write(
        rendered(diagnosis, context, as: format, style: destination.textStyle))
    }
  }

  private func rendered(
    _ diagnosis: Diagnosis, _ context: ReportContext, as format: OutputFormat, style: TextStyle
  ) throws -> String {
    switch format {
    case .json: try JSONReport(diagnosis, context: context).rendered()
    case .html: try HTMLReport(diagnosis, context: context).rendered()
    case .text:
      TextReport(diagnosis, context: context, style: style, isDetailed: messages.verbose)
        .rendered()
    }
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
