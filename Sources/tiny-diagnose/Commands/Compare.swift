import ArgumentParser
import Diagnostics
import Growth
import Loader
import Networks
import Reports

struct Compare: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train on in several ways, grown and not grown, and tell which ends best.",
    usage: "tiny-diagnose compare <model> [--data <file>] [<options>]",
    discussion: """
      Trains on from the model as it is; with neurons as grow finds them in each hidden layer, at \
      several strengths; with those of GradMax, random ones and copies; and from scratch at the final \
      width. All get the same steps of the model's own optimizer and the same batches. Losses are of \
      samples that neither fitted nor chose anything.
      """)

  @Argument(help: ModelFileOptions.modelHelp, completion: .file())
  var model: String

  @Option(
    help: ArgumentHelp(
      "Add so many neurons to a hidden layer; may be repeated (default: what the report suggests).",
      valueName: "layer=k"), transform: NamedCount.init(parsing:))
  var add: [NamedCount] = []

  @OptionGroup(title: "Model") var file: ModelFileOptions
  @OptionGroup(title: "Training") var optimizer: OptimizerOptions
  @OptionGroup(title: "Length") var length: LengthOptions
  @OptionGroup(title: "Samples") var data: DataOptions
  @OptionGroup(title: "New neurons") var growth: GrowthOptions
  @OptionGroup(title: "Output") var output: OutputOptions<OutputFormat>
  @OptionGroup(title: "Output") var further: FurtherForms<OutputFormat>
  @OptionGroup(title: "Messages") var messages: MessageOptions

  func validate() throws {
    if !add.isEmpty && growth.layers != nil {
      throw ValidationError("--add and --layers exclude each other")
    }
    if data.holdout == 0 {
      throw ValidationError("--holdout is 0, but some samples have to choose, and others to judge")
    }
  }

  func run() async throws {
    let start = ContinuousClock.now
    let inputs = [model] + file.files + data.files
    let destinations =
      [(output.form, try output.destination(apartFrom: inputs))]
      + (try further.open(apartFrom: inputs, output.output, overwrite: output.force))
    if try openRecording(
      at: model, weights: data.weightChoice, validation: data.validation) != nil
    {
      throw ValidationError("recorded activations cannot be trained on: compare needs the model")
    }
    let loaded = try loadModel(at: model, file.options)
    let options = try options(for: loaded)
    let configuration = try optimizer.configuration(of: loaded.training)
    let samples = try openSamples(for: loaded, data.search(for: loaded))
    let objective = try loaded.objective(of: samples.loss)
    guard
      let parts = try ComparisonParts(
        of: data.source(samples.training), validation: samples.validation, holdout: data.holdout,
        seed: data.seed, lastHeldOut: data.holdoutLast)
    else { throw UnfitInput(tooFewSamplesIn: samples.training.path) }
    let comparison = try await comparison(
      loaded, loss: samples.loss, configuration, parts, options, dataPath: samples.training.path)

    let context = ComparisonContext(
      base: ReportContext(
        tool: ReportedTool(threads: growth.workers, since: start),
        model: ReportedModel(loaded), dataPath: samples.training.path,
        lossName: samples.loss.nameWithParameter, weightsPath: samples.training.weightsPath,
        notes: loaded.training.notes + samples.remarks + objective.notes
          + [parts.judging.sharedSentence(with: [parts.training, parts.choosing])].compactMap { $0 },
        grownPath: freeGrownName(for: model, isArchive: loaded.format == .kerasArchive),
        options: file.arguments + data.arguments + growth.arguments),
      origin: optimizer.isSaid ? .given : loaded.training.optimizer == nil ? .usual : .model,
      hasValidation: samples.validation != nil)
    for (format, destination) in destinations {
      try destination.write(
        rendered(comparison, context, as: format, style: destination.textStyle))
    }
  }

  private func options(for loaded: LoadedModel) throws -> ComparisonOptions {
    let names = loaded.network.layers.map(\.name)
    var options = ComparisonOptions(
      length: length.length, seeds: length.seeds,
      diagnosis: try growth.diagnosisOptions(for: loaded.network, data))
    for count in add {
      let layer = try hiddenLayer(count.layer, among: names, option: "--add")
      options.counts[layer] = count.neurons
    }
    return options
  }

  private func comparison(
    _ loaded: LoadedModel, loss: Loss, _ configuration: TrainingConfiguration,
    _ parts: ComparisonParts, _ options: ComparisonOptions, dataPath: String
  ) async throws -> Comparison {
    let line = messages.showsProgress ? ProgressLine(.comparison()) : nil
    defer { line?.finish() }
    do {
      return try await compare(
        loaded.network, loss: loss, configuration: configuration, parts: parts, options: options,
        clock: monotonicSeconds,
        progress: { line?.update($0, $1) })
    } catch let error as DiagnosticsError {
      throw UnfitInput(error, in: dataPath)
    } catch let error as GrowthError {
      throw UnfitInput(error, in: model)
    }
  }

  private func rendered(
    _ comparison: Comparison, _ context: ComparisonContext, as format: OutputFormat,
    style: TextStyle
  ) throws -> String {
    switch format {
    case .json: try JSONComparison(comparison, context: context).rendered()
    case .html: try HTMLComparisonReport(comparison, context: context).rendered()
    case .text: TextComparison(comparison, context: context, style: style).rendered()
    }
  }
}
