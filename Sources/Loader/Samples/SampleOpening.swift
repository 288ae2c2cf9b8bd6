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
  if options.data.isEmpty, options.inputs == nil, !model.carriesData {
    throw ModelError(file: model.path, .noSamples(wanted: wanted))
  }
  let pair = try SamplePair(
    samplePairs(options, else: model.path, wanted: wanted), sampleShape: model.sampleShape)
  let (loss, origin, lossNote) = try loss(for: model, options, targets: pair.targets)
  let outputs = model.network.layers.last?.outputs ?? 0
  let wereWords = pair.classes != nil
  let reader = try TargetReader(
    pair.targets, loss: loss, outputs: outputs, wereWords: wereWords)
  let training = try SampleFile(
    pair, targets: reader, called: pair.places.count > 1 ? sampleFilesText(options.data) : nil,
    weights: options.sampleWeights, groups: options.groups, for: model)

  var validation: SampleFile?
  let heldOut = try validationPairs(
    options, beside: pair.places.map(\.file), givesBackInputs: pair.givesBackInputs, wanted: wanted)
  if !heldOut.isEmpty {
    let held = try SamplePair(heldOut, sampleShape: model.sampleShape, classes: pair.classes)
    validation = try SampleFile(
      held,
      targets: try TargetReader(
        held.targets, loss: loss, outputs: outputs, wereWords: wereWords,
        firstClass: reader.firstClass),
      called: held.places.count > 1 ? options.validation ?? training.path : nil,
      weights: try validationWeights(options, in: held.places[0].file),
      groups: try validationGroups(options, in: held.places[0].file), for: model)
  }
  return OpenedSamples(
    training: training, validation: validation, loss: loss, lossOrigin: origin,
    lossNote: lossNote)
}

/// The datasets of inputs and targets of each file of samples.
func samplePairs(
  _ options: SampleOptions, else path: String, wanted: String
) throws(ModelError) -> [FoundPair] {
  let files = options.data.isEmpty ? [path] : try sampleFiles(named: options.data)
  if files.count > 1 {
    let weights: String? =
      if case .named(let name) = options.sampleWeights { name } else { nil }
    try SampleOptions.checkNamesOfSeveral([
      (.inputs, options.inputs), (.targets, options.targets), (.sampleWeights, weights),
      (.groups, options.groups),
    ])
    allowOpenFiles(files.count)
  }
  return try files.map { (file) throws(ModelError) in
    try datasets(options, in: file, wanted: wanted)
  }
}

extension SampleOptions {
  /// That no dataset of several files is named as one in a file of its own.
  fileprivate static func checkNamesOfSeveral(
    _ names: [(DataProblem.Role, String?)]
  ) throws(ModelError) {
    for (role, name) in names {
      guard let name, let own = DatasetAddress(name) else { continue }
      throw ModelError(file: own.file, .ownFileOfSeveral(role, name: name))
    }
  }
}

/// The datasets of inputs and targets.
private func datasets(
  _ options: SampleOptions, in path: String, wanted: String
) throws(ModelError) -> FoundPair {
  if DatasetAddress(options.inputs ?? "") == nil, DatasetAddress(options.targets ?? "") == nil {
    let file = try openArrays(at: path)
    if let pair = try PandasSamples.find(
      in: file, inputs: options.inputs, targets: options.targets)
    {
      return pair
    }
  }
  // Opened once, and not at all if each dataset is in a file of its own.
  var shared: File?
  func dataset(for role: DataProblem.Role, named name: String?) throws(ModelError) -> Dataset {
    let own = name.flatMap(DatasetAddress.init)
    let file: File
    if own == nil, let shared {
      file = shared
    } else {
      file = try openArrays(at: own?.file ?? path)
      if own == nil { shared = file }
    }
    return try SampleSearch(file: file).dataset(
      for: role, named: own.map(\.path) ?? name, wanted: wanted)
  }
  let inputs = try dataset(for: .inputs, named: options.inputs)
  let targets = try dataset(for: .targets, named: options.targets)
  // Whoever trains a network to give back its inputs says so.
  if options.targets == nil, targets.isSame(as: inputs) {
    throw ModelError(file: path, .targetsMissing(areHeldOut: false))
  }
  return (inputs, targets)
}

extension Dataset {
  /// Whether it is the same place of the same file.
  fileprivate func isSame(as other: Dataset) -> Bool {
    file.path == other.file.path && path == other.path
  }
}

extension LoadedModel {
  /// The dimensions of a sample, all of them.
  var sampleShape: [Int] {
    inputShape.contains { $0 < 1 } ? [network.inputCount] : inputShape
  }
}

private func loss(
  for model: LoadedModel, _ options: SampleOptions, targets: JoinedDataset
) throws(ModelError) -> (Loss, OpenedSamples.LossOrigin, note: String?) {
  if let loss = options.loss ?? model.loss {
    let isOwn = options.loss == nil || options.loss == model.loss
    let origin: OpenedSamples.LossOrigin = options.loss == nil ? .model : .given
    // Keras computes what a model was compiled with, whatever its outputs are.
    if isOwn, model.format.isOfKeras { return (loss, origin, nil) }
    let (meant, note) = loss.reconciled(with: model.network)
    return (meant, origin, note)
  }
  let inferred = inferredLoss(for: model.network, targets: try TargetFacts(of: targets))
  guard let inferred else {
    let activation = model.network.layers.last?.outputActivation ?? .linear
    throw ModelError(file: model.path, .noLoss(activation: activation.name))
  }
  return (inferred, .inferred, nil)
}

/// The pairs of inputs and targets that are held out, of each file that has some.
private func validationPairs(
  _ options: SampleOptions, beside files: [File], givesBackInputs: Bool, wanted: String
) throws(ModelError) -> [FoundPair] {
  let areNamed = options.validationInputs != nil || options.validationTargets != nil
  guard options.validation != nil || areNamed else {
    return try reading { () throws(HDF5Error) in
      var pairs: [FoundPair] = []
      for file in files where try file.root.kind(of: "validation/inputs") != nil {
        try pairs.append(
          (file.root.dataset("/validation/inputs"), file.root.dataset("/validation/targets")))
      }
      return pairs
    }
  }
  // Targets are sought where the inputs are, unless told otherwise.
  let own = options.validationInputs.flatMap(DatasetAddress.init)?.file
  let held: [File]
  if let validation = options.validation {
    let paths = try sampleFiles(named: [validation])
    if paths.count > 1 {
      try SampleOptions.checkNamesOfSeveral([
        (.inputs, options.validationInputs), (.targets, options.validationTargets),
      ])
      allowOpenFiles(files.count + paths.count)
    }
    held = try paths.map { (path) throws(ModelError) in try openArrays(at: path) }
  } else if let own {
    held = [try openArrays(at: own)]
  } else {
    held = files
  }
  return try held.map { (file) throws(ModelError) in
    let pair = try validationDatasets(options, in: file, wanted: wanted)
    if options.validationTargets == nil, !givesBackInputs, pair.targets.isSame(as: pair.inputs) {
      throw ModelError(file: file.path, .targetsMissing(areHeldOut: true))
    }
    return pair
  }
}

private func validationDatasets(
  _ options: SampleOptions, in file: File, wanted: String
) throws(ModelError) -> FoundPair {
  func dataset(
    for role: DataProblem.Role, named name: String?, _ trainingName: String?
  ) throws(ModelError) -> Dataset {
    let own = name.flatMap(DatasetAddress.init)
    let place = if let own { try openArrays(at: own.file) } else { file }
    let search = SampleSearch(file: place, isOfValidation: true)
    if let name = own.map(\.path) ?? name {
      return try search.dataset(for: role, named: name, wanted: wanted)
    }
    // The names that serve for the samples need not be those of the other file.
    var shared: String?
    if let trainingName, try !search.findsOwnNames(for: role) {
      let isThere = try reading { () throws(HDF5Error) in
        try place.root.kind(of: trainingName) != nil
      }
      shared = isThere ? trainingName : nil
    }
    return try search.dataset(for: role, named: shared, wanted: wanted)
  }
  return try (
    dataset(for: .inputs, named: options.validationInputs, options.inputs),
    dataset(for: .targets, named: options.validationTargets, options.targets)
  )
}

/// The weights of held-out samples, which stand beside them under the same name or a known one.
private func validationWeights(
  _ options: SampleOptions, in file: File
) throws(ModelError) -> SampleWeightChoice {
  guard case .named(let name) = options.sampleWeights else { return options.sampleWeights }
  guard options.validation != nil, DatasetAddress(name) == nil,
    try reading({ () throws(HDF5Error) in try file.root.kind(of: name) }) != nil
  else { return .found }
  return options.sampleWeights
}

/// The groups of held-out samples in a file of their own, which have the same name in it, or are
/// not known.
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
