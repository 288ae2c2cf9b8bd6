import ArgumentParser
import Diagnostics
import FoundationEssentials
import Growth
import LinearAlgebra
import Loader
import Networks
import Reports

struct Train: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train a new network that grows while it is trained.",
    usage: "tiny-diagnose train <data> -o <file> [<options>]",
    discussion: """
      Begins with a network of one unit in each hidden layer, trains it, and gives every layer the \
      neurons that lower the loss most, again and again: the experiment of the paper. Writes a model \
      that Keras loads.
      """)

  @Argument(
    help: ArgumentHelp(
      "The file with the samples: HDF5, .npz, .npy or safetensors.", valueName: "data"),
    completion: .file())
  var samples: String?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("The file for the trained model.", valueName: "file"), completion: .file())
  var output: String

  @Option(help: "A whole model for Keras 2 and 3, or the native layout.")
  var layout = NewModelLayout.keras

  @Flag(help: "Replace the file if it is there already.")
  var force = false

  @Option(
    help: ArgumentHelp(
      "Where to save what training can go on from (default: beside the model, until it is done).",
      valueName: "file"), completion: .file())
  var checkpoint: String?

  @Option(
    help: ArgumentHelp(
      "Save it every so many steps, or seconds as in 10s.", valueName: "interval"),
    transform: IntervalArgument.init(parsing:))
  var checkpointEvery = IntervalArgument(.seconds(10))

  @Flag(help: "Go on from the checkpoint, with the options it was begun with.")
  var resume = false

  @Option(
    help: ArgumentHelp(
      "Write how loss and accuracy went as comma-separated values.", valueName: "file"),
    completion: .file())
  var curve: String?

  @Option(help: "The form of the summary.")
  var format = OutputFormat.text

  @OptionGroup(title: "Network") var start: StartOptions
  @OptionGroup(title: "Training") var step: StepOptions
  @OptionGroup(title: "Growth") var schedule: ScheduleOptions
  @OptionGroup(title: "Samples") var data: DataOptions
  @OptionGroup(title: "Messages") var messages: MessageOptions

  func validate() throws {
    try data.checkJudges()
    guard samples == nil || data.data.isEmpty else {
      throw ValidationError("the samples are named twice, as an argument and with --data")
    }
    guard !dataNames.isEmpty else {
      throw ValidationError("Missing expected argument '<data>': the file with the samples")
    }
    if output == "-" {
      throw ValidationError("-o names a file: a model does not go to standard output")
    }
    try checkEnding(of: output, willBe: layout == .keras ? ModelFormat.keras2 : .native)
    if let checkpoint { try checkEnding(of: checkpoint, willBe: FileKind.hdf5) }
    if let curve, FileKind(namedBy: curve) != .text {
      try checkEnding(of: curve, willBe: FileKind.table)
    }
    if data.weightChoice != .found, data.weightChoice != .none {
      throw ValidationError("training counts all samples alike: leave --sample-weights out")
    }
    if start.scale != nil, layout == .native {
      throw ValidationError("--scale needs --layout keras: the native layout has no place for it")
    }
    let bounded = schedule.noGradientDescent ? false : schedule.growths == 0
    if bounded, step.steps == nil, step.epochs == nil, step.seconds == nil,
      step.untilAccuracy == nil, step.untilLoss == nil
    {
      throw ValidationError("--growths 0 needs an end: --steps, --epochs, --seconds or --until-…")
    }
  }

  /// The files of the samples; that of the inputs will do, where they and the targets are in files of
  /// their own.
  private var dataNames: [String] {
    if let samples { return [samples] }
    guard data.data.isEmpty, let inputs = data.inputs.flatMap(DatasetAddress.init),
      data.targets.flatMap(DatasetAddress.init) != nil
    else { return data.data }
    return [inputs.file]
  }

  private var dataPath: String { sampleFilesText(dataNames) }
  private var checkpointPath: String { checkpoint ?? output + ".checkpoint" }

  func run() async throws {
    guard Run.processes.count == 1 else {
      throw ValidationError("train works in one process: start it without mpirun")
    }
    limitCores(to: schedule.threads)
    let started = ContinuousClock.now
    let search = SampleOptions(
      data: dataNames, inputs: data.inputs, targets: data.targets, sampleWeights: data.weightChoice,
      groups: data.groups, validation: data.validation, loss: data.loss)
    let opened = try openTrainingSamples(search)
    let (training, heldOut) = try arrays(of: opened.samples)
    let network = Network<Float>.initialized(
      widths: [training.inputCount] + start.hidden.widths + [opened.outputs],
      hidden: start.activation, output: opened.outputActivation, seed: data.seed)
    let options = try options(for: network)
    let files = ((try? sampleFiles(named: dataNames)) ?? []) + data.files
    let session = TrainingSession(
      samples: training, heldOut: heldOut,
      objective: try Objective(
        loss: opened.samples.loss, outputStages: network.layers[network.layers.count - 1].stages,
        outputs: opened.outputs), loss: opened.samples.loss, scale: start.scale,
      dataPath: dataPath, checkpoint: checkpointPath, every: checkpointEvery.interval,
      inputs: files)
    let writing = WritingOptions(overwrite: force || resume, inputs: files + [checkpointPath])
    try checkIsWritable(
      newModel(network, opened.samples.loss), to: output, layout: layout, options: writing)
    let isReplacing = force || resume
    if let curve {
      _ = try Output(curve, inputs: files + [output], overwrite: isReplacing)
    }

    let line = messages.showsProgress ? ProgressLine() : nil
    let trainer: GrowingTrainer
    let isInterrupted: Bool
    do {
      defer { line?.finish() }
      (trainer, isInterrupted) = try await session.run(
        from: resume ? try session.saved(as: options) : session.begin(network, options),
        replacing: force || resume, line: line)
    } catch let error as DiagnosticsError {
      throw UnfitInput(error, in: dataPath)
    } catch let error as GrowthError {
      throw UnfitInput(error, in: dataPath)
    }
    // One that was named stays, so that a limit may be moved.
    if !isInterrupted, checkpoint != nil { try session.save(trainer) }
    let written = try write(trainer, opened.samples.loss, writing)
    if let curve {
      try Output(curve, inputs: files + [output], overwrite: isReplacing)
        .write(TrainingRun(trainer).commaSeparatedCurve)
    }
    if !isInterrupted, checkpoint == nil { session.removeCheckpoint() }

    let elapsed = (ContinuousClock.now - started) / .seconds(1)
    try report(
      trainer, written, isInterrupted: isInterrupted, seconds: elapsed,
      notes: opened.notes + scaleNotes(opened, training)
        + [heldOut?.sharedSentence(with: [training])].compactMap { $0 },
      sampleCounts: (training, heldOut),
      loss: opened.samples.loss)
    if isInterrupted { throw ExitCode(Interruption.exitStatus) }
  }

  // MARK: What goes in

  private func arrays(
    of samples: OpenedSamples
  ) throws -> (training: ArraySamples, heldOut: ArraySamples?) {
    var (training, heldOut) = try data.split(samples).arrays()
    guard training.sampleCount > 0 else {
      throw UnfitInput(
        DiagnosticsError.noTrainingSamples(sampleCount: samples.training.sampleCount), in: dataPath)
    }
    if let scale = start.scale {
      training.inputs.multiply(by: scale)
      heldOut?.inputs.multiply(by: scale)
    }
    return (training, heldOut)
  }

  private func options(for network: Network<Float>) throws -> GrowingOptions {
    var options = GrowingOptions(
      training: TrainingOptions(
        optimizer: step.chosenOptimizer, batchSize: step.batchSize, seed: data.seed),
      growthInterval: schedule.growths == 0 ? nil : schedule.growEvery.interval)
    options.neurons = schedule.source
    let names = network.layers.map(\.name)
    options.layers = try schedule.layers?.split(separator: ",", omittingEmptySubsequences: false)
      .map { try hiddenLayer(String($0), among: names, option: "--layers") }
    options.neuronLimit = schedule.neurons
    options.threshold = schedule.threshold
    options.statistics = schedule.statistics.size
    options.requiresSignificance = schedule.significant
    options.omitsGradientDescent = schedule.noGradientDescent
    options.workers = schedule.threads
    options.limits = step.limits
    options.limits.parameters = schedule.budget
    options.limits.growths = schedule.growths
    let hasTarget = step.untilAccuracy != nil || step.untilLoss != nil
    options.evaluationInterval = step.evaluateEvery?.interval ?? (hasTarget ? .steps(100) : nil)
    return options
  }

  /// What is far from the size that weights start with.
  private func scaleNotes(_ opened: TrainingSamples, _ training: ArraySamples) -> [String] {
    if opened.areBytes, start.scale == nil, let largest = training.inputs.storage.max(), largest > 1
    {
      return [
        "The inputs are 8-bit integers: --scale \((1 / Double(largest)).inThreeDigits) brings them to 0 "
          + "to 1, which often trains better."
      ]
    }
    return TrainingHint.all(of: training).map { hint in
      guard case .inputScale(let size) = hint else { return hint.text + "." }
      let scale = Double(start.scale ?? 1) / size
      return "\(hint.text), and --scale \(scale.inThreeDigits) brings them there."
    }
  }

  // MARK: What comes out

  private func newModel(_ network: Network<Float>, _ loss: Loss) -> NewModel {
    let preprocessing: [Stage<Float>] =
      start.scale.map { scale in
        let zeros = [Float](repeating: 0, count: network.inputCount)
        return [
          .affine(Affine(center: zeros, scale: zeros.map { _ in scale }, offset: zeros))
        ]
      } ?? []
    let optimizer: NewModel.SavedOptimizer =
      switch step.chosenOptimizer {
      case .sgd(let rate): .sgd(learningRate: rate)
      case .adam(let rate, let beta1, let beta2, let epsilon):
        .adam(learningRate: rate, beta1: beta1, beta2: beta2, epsilon: epsilon)
      }
    return NewModel(
      network: Network(
        inputCount: network.inputCount, preprocessing: preprocessing, layers: network.layers),
      loss: loss, optimizer: optimizer)
  }

  private func write(
    _ trainer: GrowingTrainer, _ loss: Loss, _ options: WritingOptions
  ) throws -> LoadedModel {
    var options = options
    let date = Date.now.formatted(.iso8601)
    options.history = trainer.growths.filter { $0.neurons > 0 }.map {
      GrowthRecord($0, date: date)
    }
    return try Loader.write(
      newModel(trainer.network, loss), to: output, layout: layout, options: options)
  }

  private func report(
    _ trainer: GrowingTrainer, _ written: LoadedModel, isInterrupted: Bool, seconds: Double,
    notes: [String], sampleCounts: (ArraySamples, ArraySamples?), loss: Loss
  ) throws {
    let context = TrainingContext(
      tool: ReportedTool(
        version: programVersion, blas: blasCore, threads: schedule.threads, seconds: seconds),
      dataPath: dataPath, sampleCount: sampleCounts.0.sampleCount,
      heldOutCount: sampleCounts.1?.sampleCount ?? 0, lossName: loss.nameWithParameter,
      options: trainer.options, model: ReportedModel(written),
      checkpoint: isInterrupted || checkpoint != nil ? checkpointPath : nil,
      isInterrupted: isInterrupted,
      next: ["tiny-diagnose", output] + dataNames.flatMap { ["--data", $0] }
        + data.argumentsBesideFiles,
      notes: notes)
    let run = TrainingRun(trainer)
    let text =
      switch format {
      case .json: try JSONTrainingReport(run, context: context).rendered()
      case .html: try HTMLTrainingReport(run, context: context).rendered()
      case .text:
        TextTrainingReport(
          run, context: context, style: Output.standardOutput.textStyle,
          isDetailed: messages.verbose
        ).rendered()
      }
    try Output.standardOutput.write(text)
  }
}

extension GrowthRecord {
  /// What a file says of a growth on the fly.
  fileprivate init(_ growth: LayerGrowth, date: String) {
    self.init(
      date: date, version: programVersion, layer: growth.layerName,
      unitsBefore: growth.widths[growth.layer] - growth.neurons, unitsAdded: growth.neurons,
      method: growth.source.methodName, predictedLossGain: growth.predictedGain,
      measuredLossGain: growth.measuredGain, validationLossGain: growth.judgedGain?.mean)
  }
}

extension NeuronSource {
  /// The method, as `grow` names it.
  fileprivate var methodName: String {
    let method: GrowthMethod =
      switch self {
      case .sequential, .joint, .activationAware: .tiny
      case .gradmax: .gradmax
      case .net2wider: .net2wider
      case .random, .silent: .random
      }
    return method.rawValue
  }
}
