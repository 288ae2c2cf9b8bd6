internal import HDF5
public import Networks

/// Where samples are, as far as a user says.
public struct SampleOptions: Sendable {
  /// The file that holds the samples; `nil` for the model's own.
  public var data: String?
  /// The dataset of the inputs, `PATH` or, in a file of its own, `FILE:PATH`; `nil` for the only one
  /// of a known name.
  public var inputs: String?
  /// The dataset of the targets, likewise.
  public var targets: String?
  /// How much the samples count.
  public var sampleWeights: SampleWeightChoice
  /// A file of samples that are held out; `nil` for `/validation` beside the samples, if it is there.
  public var validation: String?
  /// The loss; `nil` for the model's own.
  public var loss: Loss?

  /// Options that leave everything to be found.
  public init(
    data: String? = nil, inputs: String? = nil, targets: String? = nil,
    sampleWeights: SampleWeightChoice = .found, validation: String? = nil, loss: Loss? = nil
  ) {
    self.data = data
    self.inputs = inputs
    self.targets = targets
    self.sampleWeights = sampleWeights
    self.validation = validation
    self.loss = loss
  }
}

/// The samples of a diagnosis, and the loss they are judged by.
public struct OpenedSamples: Sendable {
  /// The samples to diagnose on.
  public let training: SampleFile
  /// The samples held out, if any were given.
  public let validation: SampleFile?
  /// The loss.
  public let loss: Loss
  /// Who says so.
  public let lossOrigin: LossOrigin

  /// What a user may want to know of both parts, in whole sentences.
  public var notes: [String] {
    guard let validation, (training.weightsPath == nil) != (validation.weightsPath == nil) else {
      return training.notes
    }
    return training.notes + [
      training.weightsPath == nil
        ? "The held-out samples count by the weights in \(validation.weightsPath ?? ""); the others "
          + "count alike."
        : "The held-out samples have no weights beside them: they count alike."
    ]
  }

  /// Who says which loss it is.
  public enum LossOrigin: Sendable {
    /// The user.
    case given
    /// The model's file.
    case model
    /// Nobody: it was told from the last activation and the targets.
    case inferred
  }
}

/// Opens the samples for a model, and checks them against it.
///
/// All targets are read once; of the inputs only the shape is looked at.
///
/// - Throws: `ModelError` if there are no samples under a known name or several, if they do not fit
///   the model or the loss, or if the file cannot be read.
public func openSamples(
  for model: LoadedModel, _ options: SampleOptions = SampleOptions()
) throws(ModelError) -> OpenedSamples {
  if options.loss == nil, let problem = model.lossProblem { throw problem }
  let wanted = wantedSamples(for: model, loss: options.loss ?? model.loss)
  if options.data == nil, options.inputs == nil, !model.carriesData {
    throw ModelError(file: model.path, .noSamples(wanted: wanted))
  }
  let (inputs, targets) = try datasets(options, else: model.path, wanted: wanted)
  let (loss, origin) = try loss(for: model, options, targets: targets)
  let outputs = model.network.layers.last?.outputs ?? 0
  let training = try SampleFile(
    inputs: inputs, targets: try TargetReader(targets, loss: loss, outputs: outputs),
    weights: options.sampleWeights, for: model)

  var validation: SampleFile?
  if let pair = try validationDatasets(options, beside: inputs.file, wanted: wanted) {
    validation = try SampleFile(
      inputs: pair.inputs, targets: try TargetReader(pair.targets, loss: loss, outputs: outputs),
      weights: try validationWeights(options, in: pair.inputs.file), for: model)
  }
  return OpenedSamples(
    training: training, validation: validation, loss: loss, lossOrigin: origin)
}

/// The datasets of inputs and targets.
func datasets(
  _ options: SampleOptions, else path: String, wanted: String
) throws(ModelError) -> (inputs: Dataset, targets: Dataset) {
  // Opened once, and not at all if each dataset is in a file of its own.
  var shared: File?
  func dataset(for role: DataProblem.Role, named name: String?) throws(ModelError) -> Dataset {
    let own = name.flatMap(DatasetAddress.init)
    let file: File
    if own == nil, let shared {
      file = shared
    } else {
      file = try reading { () throws(HDF5Error) in try File(own?.file ?? options.data ?? path) }
      if own == nil { shared = file }
    }
    return try SampleSearch(file: file).dataset(
      for: role, named: own.map(\.path) ?? name, wanted: wanted)
  }
  let inputs = try dataset(for: .inputs, named: options.inputs)
  return (inputs, try dataset(for: .targets, named: options.targets))
}

private func loss(
  for model: LoadedModel, _ options: SampleOptions, targets: Dataset
) throws(ModelError) -> (Loss, OpenedSamples.LossOrigin) {
  if let loss = options.loss { return (loss, .given) }
  if let loss = model.loss { return (loss, .model) }
  let inferred = inferredLoss(
    for: model.network, targetShape: targets.shape,
    targetsAreIntegers: targets.elementType.isIntegral)
  guard let inferred else {
    let activation = model.network.layers.last?.outputActivation ?? .linear
    throw ModelError(file: model.path, .noLoss(activation: activation.name))
  }
  return (inferred, .inferred)
}

private func validationDatasets(
  _ options: SampleOptions, beside file: File, wanted: String
) throws(ModelError) -> (inputs: Dataset, targets: Dataset)? {
  guard let path = options.validation else {
    guard
      try reading({ () throws(HDF5Error) in try file.root.kind(of: "validation/inputs") }) != nil
    else { return nil }
    return try reading { () throws(HDF5Error) in
      try (
        file.root.dataset("/validation/inputs"), file.root.dataset("/validation/targets")
      )
    }
  }
  let held = try reading { () throws(HDF5Error) in try File(path) }
  // The names that serve for the samples need not be those of the other file.
  func named(_ name: String?) throws(ModelError) -> String? {
    guard let name else { return nil }
    return try reading { () throws(HDF5Error) in try held.root.kind(of: name) } == nil ? nil : name
  }
  let search = SampleSearch(file: held)
  return try (
    search.dataset(for: .inputs, named: named(options.inputs), wanted: wanted),
    search.dataset(for: .targets, named: named(options.targets), wanted: wanted)
  )
}

/// Those of held-out samples stand beside them, under the same name or a known one.
private func validationWeights(
  _ options: SampleOptions, in file: File
) throws(ModelError) -> SampleWeightChoice {
  guard case .named(let name) = options.sampleWeights else { return options.sampleWeights }
  guard options.validation != nil, DatasetAddress(name) == nil,
    try reading({ () throws(HDF5Error) in try file.root.kind(of: name) }) != nil
  else { return .found }
  return options.sampleWeights
}

/// The samples that would fit, in words: `inputs (n, 64) and targets (n,) or (n, 10)`.
private func wantedSamples(for model: LoadedModel, loss: Loss?) -> String {
  let outputs = model.network.layers.last?.outputs ?? 0
  let targets =
    switch loss {
    case .sparseCategoricalCrossentropy: "(n,)"
    case nil where outputs > 1: "(n,) or (n, \(outputs))"
    default: outputs == 1 ? "(n,) or (n, 1)" : "(n, \(outputs))"
    }
  return "inputs \(wantedInputs(model)) and targets \(targets)"
}
