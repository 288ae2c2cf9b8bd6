internal import HDF5
internal import LinearAlgebra
internal import Networks

/// Kernels and biases as scikit-learn lists them, `coefs_/0` and `intercepts_/0`, or under the names
/// of a textbook: `W1` and `b1`, `layer1/W` and `layer1/b`, `weights/0` and `biases/0`.
///
/// There is no standard: which side of a kernel is the inputs' is told by how the kernels follow each
/// other and by the biases, activations and loss by the user.
struct KernelList {
  let file: File
  let layers: [Entry]
  /// Whether kernels are (units, inputs), as PyTorch has them, and not (inputs, units).
  let isTransposed: Bool
  let isOfScikitLearn: Bool
  private let activations: [Activation]

  /// One layer.
  struct Entry {
    let name: String
    let kernel: Dataset
    let bias: Dataset?
    fileprivate let number: Int?

    /// Whether the bias has as many numbers as the kernel has rows or columns.
    fileprivate func fits(units axis: Int) -> Bool {
      guard let bias else { return true }
      let isVector = bias.shape.count == 1 || bias.shape.count == 2 && bias.shape.contains(1)
      return isVector && bias.shape.reduce(1, *) == kernel.shape[axis]
    }
  }

  /// The layers in a file; `nil` if it holds nothing that looks like a list of kernels.
  ///
  /// - Throws: `ModelError` if the order of the layers, the sides of their kernels or their activations
  ///   cannot be told.
  init?(_ file: File, options: ModelOptions) throws(ModelError) {
    let found = try Self.entries(of: file)
    guard !found.entries.isEmpty, found.entries.allSatisfy({ $0.kernel.shape.count == 2 }) else {
      return nil
    }
    // Another program's names: not kernels unless they follow each other.
    let sorted = found.entries.sorted { ($0.number ?? 0) < ($1.number ?? 0) }
    let fitting = KernelSides.allCases.filter { Self.follow(sorted, $0) }
    guard found.isOfScikitLearn || options.kernelSides != nil || !fitting.isEmpty else {
      return nil
    }
    let names = sorted.map(\.name)
    guard sorted.count == 1 || Set(sorted.map(\.number)).count == sorted.count else {
      throw ModelError(file: file.path, .layerOrder(names))
    }
    guard let activations = options.activations else {
      throw ModelError(
        file: file.path, .kernelList(layers: names, ofScikitLearn: found.isOfScikitLearn))
    }
    guard activations.count == sorted.count else {
      throw ModelError(
        file: file.path, .activationCount(found: activations.count, layers: names))
    }
    guard
      let sides = options.kernelSides
        ?? (found.isOfScikitLearn ? .inputsUnits : fitting.count == 1 ? fitting[0] : nil)
    else { throw ModelError(file: file.path, .kernelSides(names)) }
    self.file = file
    self.activations = activations
    layers = sorted
    isTransposed = sides == .unitsInputs
    isOfScikitLearn = found.isOfScikitLearn
  }

  /// Reads the layers; the file tells no loss, and it is not guessed.
  func load() throws(ModelError) -> LoadedModel {
    var builder = NetworkBuilder(file: file.path, inputShape: [])
    for (layer, activation) in zip(layers, activations) {
      let weights = try WeightReader(file: file).dense(
        kernel: layer.kernel, bias: layer.bias, inputs: builder.width,
        follows: builder.denseCount > 0, units: nil, isTransposed: isTransposed,
        biasMayBeTable: true)
      try builder.append(
        dense: layer.name, weights: weights, hasBias: layer.bias != nil, activation: activation)
    }
    let network = try builder.network()
    return LoadedModel(
      path: file.path, format: .kernelList,
      producer: isOfScikitLearn ? "scikit-learn" : "h5py or alike",
      inputShape: [network.inputCount], network: network, loss: nil,
      lossProblem: ModelError(file: file.path, .lossNotTold),
      notes: [
        "Kernels are taken to be (\(isTransposed ? "units, inputs" : "inputs, units"))."
      ], carriesData: try SampleSearch(file: file).findsSamples(), structure: builder.structure)
  }

  /// The edits that turn this file into the file of a network that grew out of its own.
  func revision(to network: Network<Float>) throws(ModelError) -> ModelRevision {
    var revision = ModelRevision(file: file)
    for (layer, entry) in zip(network.layers, layers) {
      try revision.append(
        layer, kernel: entry.kernel, bias: entry.bias, isTransposed: isTransposed)
      for stage in layer.stages { revision.append(stage) }
    }
    return revision
  }
}

extension KernelList {
  /// Whether each kernel takes what the one before gives, and biases have as many numbers as units.
  private static func follow(_ entries: [Entry], _ sides: KernelSides) -> Bool {
    let units = sides == .inputsUnits ? 1 : 0
    return entries.allSatisfy { $0.fits(units: units) }
      && zip(entries, entries.dropFirst()).allSatisfy {
        $0.kernel.shape[units] == $1.kernel.shape[1 - units]
      }
  }

  /// The facts that a dataset's name tells.
  private struct Parameter {
    /// The part of the name that a kernel and its bias have in common.
    let key: String
    let name: String
    let number: Int?
    let isKernel: Bool
    let isOfScikitLearn: Bool
  }

  private static func entries(
    of file: File
  ) throws(ModelError) -> (entries: [Entry], isOfScikitLearn: Bool) {
    let paths = try StateMembers.datasetPaths(of: file)
    let parameters = paths.compactMap { path in parameter(path).map { (path, $0) } }
    let kernels = parameters.filter(\.1.isKernel)
    let mostLayers = 1000
    guard kernels.count <= mostLayers else {
      throw ModelError(file: file.path, .tooManyLayers(mostLayers))
    }
    guard Set(kernels.map(\.1.key)).count == kernels.count else { return ([], false) }
    func dataset(_ path: String) throws(ModelError) -> Dataset {
      try reading { () throws(HDF5Error) in try file.root.dataset(path) }
    }
    var entries: [Entry] = []
    for (path, kernel) in kernels {
      let bias = parameters.first { !$0.1.isKernel && $0.1.key == kernel.key }
      entries.append(
        Entry(
          name: kernel.name, kernel: try dataset(path),
          bias: try bias.map { (bias) throws(ModelError) in try dataset(bias.0) },
          number: kernel.number))
    }
    return (entries, kernels.contains(where: \.1.isOfScikitLearn))
  }

  /// The role of a dataset of a list, by its path.
  static func role(of path: String) -> String? {
    parameter(path).map { $0.isKernel ? "weights of a layer" : "bias of a layer" }
  }

  private static let kernelNames = ["w", "weight", "weights", "kernel", "kernels", "coef", "coefs"]
  private static let biasNames = ["b", "bias", "biases", "intercept", "intercepts"]

  private static func parameter(_ path: String) -> Parameter? {
    let parts = path.split { $0 == "/" || $0 == "." }.map(String.init)
    guard let last = parts.last, !["data", "validation"].contains(parts[0]) else { return nil }
    let digits = String(last.reversed().prefix { $0.isASCII && $0.isNumber }.reversed())
    // `W1`, `coefs_0`, or `coefs_/0`.
    let isListed = digits.count == last.count && parts.count > 1
    let stem = isListed ? parts[parts.count - 2] : String(last.dropLast(digits.count))
    let word = stem.lowercased().reversed().drop { $0 == "_" }.reversed()
    let base = String(word)
    let isKernel = kernelNames.contains(base)
    guard isKernel || biasNames.contains(base) else { return nil }
    if !digits.isEmpty {
      let group = parts.dropLast(isListed ? 2 : 1).joined(separator: ".")
      return Parameter(
        key: "\(group)#\(digits)", name: isListed ? "\(stem).\(digits)" : last,
        number: Int(digits), isKernel: isKernel, isOfScikitLearn: base.hasPrefix("coef"))
    }
    // `layer1/W`; a lone `w` is something else.
    guard parts.count > 1 else { return nil }
    let layer = parts.dropLast().joined(separator: ".")
    return Parameter(
      key: layer, name: layer, number: StateOrder.lastNumber(in: layer), isKernel: isKernel,
      isOfScikitLearn: false)
  }
}
