import ArgumentParser
import Diagnostics
import Loader
import Networks

/// Which samples a model is judged on.
struct DataOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The file with the samples: HDF5, .npz, .npy or safetensors; a model that carries its samples needs "
        + "none. May be repeated, or be a pattern in quotes, as in 'folder/*.h5': the files are read as one, "
        + "in the order of their names.",
      valueName: "file"), completion: .file())
  var data: [String] = []

  @Option(
    help: ArgumentHelp(
      "The dataset with the inputs, one sample per row (default: x, inputs, X or x_train, at the "
        + "root or in data/); FILE:PATH if it is in a file of its own.", valueName: "path"))
  var inputs: String?

  @Option(
    help: ArgumentHelp(
      "The dataset with the labels or targets, likewise (default: y, targets, Y or y_train).",
      valueName: "path"))
  var targets: String?

  @Option(
    help: ArgumentHelp(
      "The dataset with a weight for each sample, likewise; none to let all count alike (default: "
        + "sample_weight, sample_weights or w beside the inputs, if there is one).",
      valueName: "path"))
  var sampleWeights: String?

  @Option(
    help: ArgumentHelp(
      "The dataset with a number or a name for each sample, likewise: samples of one group (a "
        + "patient, a session) are never held out in part.", valueName: "path"))
  var groups: String?

  @Option(
    name: .customLong("loss"),
    help: ArgumentHelp(
      "The loss, by its Keras name (default: the model's own, or else the one that the targets tell); "
        + "huber:0.5 with its delta, binary_crossentropy:0.1 with its label smoothing; quantile:0.9 is "
        + "the pinball loss of that quantile.",
      valueName: "name"), transform: Self.loss(named:))
  var lossName: LossName?

  @Option(
    help: ArgumentHelp(
      "A file of samples that only judge (default: /validation beside the samples, or some of "
        + "them held out).", valueName: "file"),
    completion: .file())
  var validation: String?

  @Option(
    help: ArgumentHelp(
      "The dataset with the inputs of those samples (default: as --inputs, x_test, test_set_x and the "
        + "like); FILE:PATH likewise.", valueName: "path"))
  var validationInputs: String?

  @Option(
    help: ArgumentHelp("The dataset with their labels or targets, likewise.", valueName: "path"))
  var validationTargets: String?

  @Option(
    name: .customLong("holdout"),
    help: ArgumentHelp(
      "The share of the samples that only judges what was found on the others: 20% or 0.2, as by "
        + "default.",
      valueName: "share"), transform: Share.parse)
  var saidHoldout: Double?

  @Flag(help: "Hold out the last samples of the file, as of a time series.")
  var holdoutLast = false

  @Flag(
    help: ArgumentHelp(
      "The held-out samples were never trained on, as those of --validation: an overfitted network is "
        + "told by them."))
  var holdoutUnseen = false

  @Option(
    help: ArgumentHelp(
      "Decides which samples are held out, and which random neurons are tried.", valueName: "n"),
    transform: Self.seed)
  var seed: UInt64 = 0

  @Option(
    help: ArgumentHelp(
      "Take only so many samples, spread evenly over the file.", valueName: "n"))
  var maxSamples: Int?

  func validate() throws {
    guard holdout < 1 else {
      throw ValidationError("--holdout 100% leaves no samples to find anything on")
    }
    if holdoutLast, groups != nil {
      throw ValidationError("--groups and --holdout-last exclude each other")
    }
    if holdoutLast, validation != nil {
      throw ValidationError("--holdout-last and --validation exclude each other")
    }
    if let maxSamples, maxSamples < 1 {
      throw ValidationError("--max-samples is \(maxSamples), expected 1 or more")
    }
  }

  private static let defaultHoldout = 0.2

  /// The share that is held out.
  var holdout: Double { saidHoldout ?? Self.defaultHoldout }

  /// Refuses a share to hold out beside the file that judges, where nothing else is to be held out.
  ///
  /// - Throws: `ValidationError`.
  func checkJudges() throws {
    if saidHoldout != nil, validation != nil {
      throw ValidationError(
        "--holdout and --validation exclude each other: the samples of --validation judge, and none of "
          + "the others are held out")
    }
  }

  /// The loss that was named.
  var loss: Loss? { lossName?.loss }

  private static func seed(_ text: String) throws -> UInt64 {
    guard let seed = UInt64(text) else {
      throw ValidationError("expected a whole number of 0 or more")
    }
    return seed
  }

  private static func loss(named name: String) throws -> LossName {
    guard let loss = LossName(name) else {
      if let named = Loss(named: name), case .quantile = named {
        throw ValidationError("name the quantile, \(named.name):0.9 for example")
      }
      throw ValidationError(
        "it is none of \(Loss.allNames.joined(separator: ", "))"
          + (name.split(separator: ":").first.map(String.init) ?? name).proposal(of: Loss.allNames))
    }
    return loss
  }

  /// What was said here, for another command.
  var arguments: [String] {
    data.flatMap { ["--data", $0] }
      + (lossName.map { ["--loss", $0.description] } ?? []) + argumentsBesideFiles
  }

  /// The same without the files of the samples and their loss, for a command on a model that has it.
  var argumentsBesideFiles: [String] {
    let said: [(String, String?)] = [
      ("--inputs", inputs), ("--targets", targets), ("--sample-weights", sampleWeights),
      ("--groups", groups), ("--validation", validation),
      ("--validation-inputs", validationInputs), ("--validation-targets", validationTargets),
      ("--holdout", holdout == Self.defaultHoldout ? nil : "\(holdout)"),
      ("--seed", seed == 0 ? nil : "\(seed)"), ("--max-samples", maxSamples.map(String.init)),
    ]
    return said.flatMap { option, value in value.map { [option, $0] } ?? [] }
      + (holdoutLast ? ["--holdout-last"] : [])
      + (holdoutUnseen ? ["--holdout-unseen"] : [])
  }

  /// The files named here.
  var files: [String] {
    // A pattern that nothing matches is told when the samples are opened.
    [data, validation.map { [$0] } ?? []].flatMap { (try? sampleFiles(named: $0)) ?? $0 }
      + [inputs, targets, sampleWeights, groups, validationInputs, validationTargets].compactMap {
        $0.flatMap(DatasetAddress.init)?.file
      }
  }

  /// How much samples count.
  var weightChoice: SampleWeightChoice {
    sampleWeights.map { $0 == "none" ? .none : .named($0) } ?? .found
  }

  /// What the user says about where the samples are.
  ///
  /// A loss named as the model's own keeps the settings it has there, unless its parameter is named.
  func search(for model: LoadedModel) -> SampleOptions {
    SampleOptions(
      data: data, inputs: inputs, targets: targets, sampleWeights: weightChoice,
      groups: groups, validation: validation, validationInputs: validationInputs,
      validationTargets: validationTargets,
      loss: loss?.name == model.loss?.name && lossName?.parameter == nil ? model.loss : loss)
  }

  /// The samples to fit on and those that only judge.
  func split(_ samples: OpenedSamples) -> SampleSplit {
    split(samples.training, validation: samples.validation)
  }

  /// The same of any source.
  func split(_ samples: any SampleSource, validation: (any SampleSource)?) -> SampleSplit {
    var split = SampleSplit(
      samples: source(samples), validation: validation, holdout: holdout, seed: seed,
      lastHeldOut: holdoutLast)
    split.processes = Run.processes
    return split
  }

  /// The samples, or as many of them as are wanted.
  func source(_ samples: any SampleSource) -> any SampleSource {
    maxSamples.map { EvenlySpreadSamples($0, of: samples) } ?? samples
  }
}
