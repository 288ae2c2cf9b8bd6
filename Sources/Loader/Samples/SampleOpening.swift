internal import HDF5
import Networks

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
    weights: options.sampleWeights, groups: options.groups, for: model)

  var validation: SampleFile?
  if let pair = try validationDatasets(options, beside: inputs.file, wanted: wanted) {
    validation = try SampleFile(
      inputs: pair.inputs, targets: try TargetReader(pair.targets, loss: loss, outputs: outputs),
      weights: try validationWeights(options, in: pair.inputs.file),
      groups: try validationGroups(options, in: pair.inputs.file), for: model)
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

/// Those of held-out samples of a file of their own have the same name in it, or are not known.
private func validationGroups(
  _ options: SampleOptions, in file: File
) throws(ModelError) -> String? {
  guard options.validation != nil, let name = options.groups, DatasetAddress(name) == nil,
    try reading({ () throws(HDF5Error) in try file.root.kind(of: name) }) != nil
  else { return nil }
  return name
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
