import ArgumentParser
import Diagnostics
import FoundationEssentials
import Growth
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

  @Flag(help: "End with status 1 if there is nothing to grow.")
  var strict = false

  @Flag(help: "Copy the samples that a file of the native layout carries.")
  var withData = false

  @OptionGroup(title: "Output") var place: GrownFileOptions
  @OptionGroup(title: "Output") var further: FurtherForms<OutputFormat>
  @OptionGroup(title: "Model") var file: ModelFileOptions
  @OptionGroup(title: "What to add") var plan: PlanOptions
  @OptionGroup(title: "Samples") var data: DataOptions
  @OptionGroup(title: "New neurons") var growth: GrowthOptions
  @OptionGroup(title: "Loss") var evaluation: EvaluationOptions
  @OptionGroup(title: "Messages") var messages: MessageOptions

  func validate() throws {
    try data.checkJudges()
    if !plan.add.isEmpty && growth.layers != nil {
      throw ValidationError("--add and --layers exclude each other")
    }
  }

  func run() async throws {
    growth.limitCores()
    let start = ContinuousClock.now
    let destinations: [(OutputFormat, Output)] =
      [(place.format, .standardOutput)]
      + (try further.open(
        apartFrom: [model] + file.files + data.files, place.output, overwrite: place.force))
    let opened = try DiagnosedFile(
      at: model, file, data,
      unfitForRecording: [
        withData ? "--with-data" : nil, plan.budget.map { _ in "--budget" },
        plan.method == .tiny ? nil : "--method \(plan.method.rawValue)",
      ])
    let loaded = try opened.modelToGrow()
    if let output = place.output, Run.isSpeaking {
      try checkEnding(of: output, willBe: loaded.format, from: model)
      try checkIsWritable(output, grownFrom: loaded, options: writing)
    }
    let plan = try plan.plan(
      among: loaded.network.layers.map(\.name), training: loaded.training.configuration)
    let options = try growth.diagnosisOptions(for: loaded.network, data)
    let input = try opened.input(loaded.network, data)

    let program = try evaluation.program(grownFrom: loaded)
    defer { program?.remove() }
    let run = try await grown(input, plan: plan, options: options, program)
    let written = try written(run, from: loaded)
    let context = GrowthContext(
      before: input.context(
        ReportedTool(threads: growth.workers, since: start),
        remarks: remarks(on: run, plan) + (written?.notes ?? [])),
      grown: ReportedModel(
        path: place.output ?? "", format: loaded.format.name,
        parameters: run.network.parameterCount,
        layers: run.network.layers.map(ReportedLayer.init)),
      isWritten: written != nil)
    for (format, destination) in destinations {
      try destination.write(
        rendered(run, context, as: format, style: destination.textStyle))
    }
    if run.steps.isEmpty && strict {
      throw NothingToGrow(model: model, why: run.end?.text(hasDropout: loaded.hasDropout))
    }
  }

  private func grown(
    _ input: DiagnosisInput, plan: GrowthPlan, options: DiagnosisOptions,
    _ program: EvaluationProgram?
  ) async throws -> GrowthRun {
    let line = messages.showsProgress ? ProgressLine() : nil
    defer { line?.finish() }
    var lossOf: (@Sendable (Network<Float>) async throws -> Double)?
    if let program { lossOf = { try program.loss(of: $0) } }
    do {
      return try await grow(
        input.diagnosed, split: input.split, plan: plan, options: options,
        lossOf: lossOf,
        progress: { line?.update($0, $1) })
    } catch let error as DiagnosticsError {
      throw UnfitInput(error, in: input.dataPath)
    } catch let error as GrowthError {
      throw UnfitInput(error, in: model)
    }
  }

  /// Notes on a growth whose loss was not measured.
  private func remarks(on run: GrowthRun, _ plan: GrowthPlan) -> [String] {
    if run.evaluated != nil, let command = evaluation.evaluate {
      return ["The losses are those that \(command) prints, of samples of its own."]
    }
    guard run.before == nil, !run.steps.isEmpty else { return [] }
    guard let amplitude = plan.amplitude, amplitude > 0 else {
      return [
        "A recording knows no loss to tell how far to go: the new units have their inputs' weights, "
          + "and weigh nothing yet in the next layer. The network answers as before, until training "
          + "goes on. --no-line-search --amplitude 1 goes as far as the recorded gradients ask."
      ]
    }
    return ["What the new units do to the loss was not measured: a recording knows none."]
  }

  /// Writes the network, if it grew and there is a place for it.
  private func written(_ run: GrowthRun, from loaded: LoadedModel) throws -> WrittenModel? {
    guard let output = place.output, !place.dryRun, Run.isSpeaking, !run.steps.isEmpty else {
      return nil
    }
    let date = Date.now.formatted(.iso8601)
    var options = writing
    options.history = run.steps.map { GrowthRecord($0, date: date) }
    return try write(run.network, grownFrom: loaded, to: output, options: options)
  }

  private var writing: WritingOptions {
    WritingOptions(overwrite: place.force, withData: withData, inputs: data.files)
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
  fileprivate init(_ step: GrowthStep, date: String) {
    self.init(
      date: date, version: programVersion, layer: step.layerName, unitsBefore: step.unitsBefore,
      unitsAdded: step.addedUnits, method: step.method.rawValue,
      predictedLossGain: step.diagnosed?.predicted, measuredLossGain: step.measuredGain,
      validationLossGain: step.heldOutGain)
  }
}
