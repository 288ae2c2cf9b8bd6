import ArgumentParser
import Diagnostics
import FoundationEssentials
import Growth
import LinearAlgebra
import Loader
import Networks
import Reports

struct Grow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Add neurons to a model and write it in its own format.",
    usage: "tiny-diagnose grow <model> -o <file> [--data <file>] [<options>]",
    discussion: """
      Adds what the report suggests, one layer after the other, or what --add, --budget or \
      --threshold ask for, and measures the loss before and after. Nothing is trained: that is for \
      the framework the model came from to go on with.
      """)

  @Argument(help: ModelFileOptions.modelHelp, completion: .file())
  var model: String

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("The file for the grown model.", valueName: "file"), completion: .file())
  var output: String?

  @Flag(help: "Replace the file if it is there already.")
  var force = false

  @Flag(help: "Grow and measure, and write nothing.")
  var dryRun = false

  @Flag(help: "End with status 1 if there is nothing to grow.")
  var strict = false

  @Flag(help: "Copy the samples that a file of the native layout carries.")
  var withData = false

  @Option(help: "The form of the summary.")
  var format = OutputFormat.text

  @OptionGroup(title: "Output") var further: FurtherForms
  @OptionGroup(title: "Model") var file: ModelFileOptions
  @OptionGroup(title: "What to add") var plan: PlanOptions
  @OptionGroup(title: "Samples") var data: DataOptions
  @OptionGroup(title: "New neurons") var growth: GrowthOptions
  @OptionGroup(title: "Messages") var messages: MessageOptions

  func validate() throws {
    guard output != nil || dryRun else {
      throw ValidationError("Missing expected option '-o <file>': where the grown model goes")
    }
    if output == "-" {
      throw ValidationError("-o names a file: a model does not go to standard output")
    }
    if !plan.add.isEmpty && growth.layers != nil {
      throw ValidationError("--add and --layers exclude each other")
    }
  }

  func run() async throws {
    growth.limitCores()
    let start = ContinuousClock.now
    let destinations: [(OutputFormat, Output)] =
      [(format, .standardOutput)]
      + (try further.open(apartFrom: [model] + file.files + data.files, overwrite: force))
    if let recording = try openRecording(
      at: model, weights: data.weightChoice, groups: data.groups, validation: data.validation)
    {
      return try await growRecorded(recording, to: destinations, since: start)
    }
    let loaded = try loadModel(at: model, file.options)
    if let output { try checkEnding(of: output, isArchive: loaded.format == .kerasArchive) }
    if let output { try checkIsWritable(output, grownFrom: loaded, options: writing) }
    let names = loaded.network.layers.map(\.name)
    let plan = try plan.plan(among: names, training: loaded.training.configuration)
    var options = DiagnosisOptions(
      solver: growth.solver, neuronLimit: growth.neurons,
      layers: try growth.chosenLayers(among: names), workers: growth.workers, seed: data.seed)
    options.criteria = growth.criteria(data)
    let samples = try openSamples(for: loaded, data.search(for: loaded))
    let objective = try loaded.objective(of: samples.loss)

    let run = try await grown(
      loaded, objective: objective, samples: samples, plan: plan, options: options)
    let date = Date.now.formatted(.iso8601)
    let written = try written(
      run.network, history: run.steps.map { GrowthRecord($0, date: date) }, from: loaded)

    let elapsed = (ContinuousClock.now - start) / .seconds(1)
    let context = GrowthContext(
      before: ReportContext(
        tool: ReportedTool(
          version: programVersion, blas: blasCore, threads: growth.workers, seconds: elapsed),
        model: ReportedModel(loaded), dataPath: samples.training.path,
        lossName: samples.loss.name, weightsPath: samples.training.weightsPath,
        notes: loaded.notes + samples.remarks + objective.notes + (written?.notes ?? [])),
      grown: ReportedModel(
        path: output ?? "", format: loaded.format.name, parameters: run.network.parameterCount,
        layers: run.network.layers.map(ReportedLayer.init)),
      isWritten: written != nil)
    for (format, destination) in destinations {
      try destination.write(
        rendered(run, context, as: format, style: destination.textStyle))
    }
    if run.steps.isEmpty && strict { throw NothingToGrow(model: model, why: run.end?.text) }
  }

  private func grown(
    _ loaded: LoadedModel, objective: Objective<Float>, samples: OpenedSamples, plan: GrowthPlan,
    options: DiagnosisOptions
  ) async throws -> GrowthRun {
    let line = messages.showsProgress ? ProgressLine() : nil
    defer { line?.finish() }
    do {
      return try await grow(
        loaded.network, objective: objective, split: data.split(samples), plan: plan,
        options: options, progress: { line?.update($0, $1) })
    } catch let error as DiagnosticsError {
      throw UnfitInput(error, in: samples.training.path)
    } catch let error as GrowthError {
      throw UnfitInput(error, in: model)
    }
  }

  /// Writes the network, if it grew and there is a place for it.
  func written(
    _ network: Network<Float>, history: [GrowthRecord], from loaded: LoadedModel
  ) throws -> WrittenModel? {
    guard let output, !dryRun, !history.isEmpty else { return nil }
    var options = writing
    options.history = history
    return try write(network, grownFrom: loaded, to: output, options: options)
  }

  var writing: WritingOptions {
    WritingOptions(overwrite: force, withData: withData, inputs: data.files)
  }

  private func rendered(
    _ run: GrowthRun, _ context: GrowthContext, as format: OutputFormat, style: TextStyle
  ) throws -> String {
    switch format {
    case .json: try JSONGrowthReport(run, context: context).rendered()
    case .html: try HTMLGrowthReport(run, context: context).rendered()
    case .text:
      TextGrowthReport(run, context: context, style: style, isDetailed: messages.verbose)
        .rendered()
    }
  }
}

extension GrowthRecord {
  /// What a file says of a step.
  init(_ step: GrowthStep, date: String) {
    self.init(
      date: date, version: programVersion, layer: step.layerName, unitsBefore: step.unitsBefore,
      unitsAdded: step.addedUnits, method: step.method.rawValue,
      predictedLossGain: step.diagnosed?.predicted, measuredLossGain: step.measuredGain,
      validationLossGain: step.heldOutGain)
  }
}
