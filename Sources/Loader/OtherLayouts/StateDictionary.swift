internal import HDF5
internal import LinearAlgebra
internal import Networks

/// A flat list of weights under the names that PyTorch gives them: `0.weight` (outputs × inputs),
/// `0.bias`, `2.weight`, …, or `fc1/weight`. What stands between the layers is not in it, but for the
/// normalizations that have weights.
struct StateDictionary {
  let file: File
  /// The file of safetensors that `file` was read from, if it was one.
  var container: SafeTensors?
  /// The layers in order.
  let layers: [Entry]
  /// The normalizations, by the layer they follow; −1 for those of the inputs.
  let normalizations: [Int: [BatchNormalization]]
  /// Whether weights are (units, inputs), as PyTorch has them, and not (inputs, units).
  let isTransposed: Bool
  private let activations: [Activation]
  private let notes: [String]
  private let trainingState: [String]

  /// One layer: the name its weights have in common, and those.
  struct Entry {
    let name: String
    let weight: Dataset
    let bias: Dataset?
    /// The number of its inputs and of its outputs, told by the sides of its weight.
    fileprivate(set) var inputs = 0
    fileprivate(set) var outputs = 0
  }

  /// Running statistics that scale and shift each unit: PyTorch's BatchNorm1d.
  struct BatchNormalization {
    let name: String
    let mean: Dataset
    let variance: Dataset
    let weight: Dataset?
    let bias: Dataset?
    /// Whether it stands behind the activation, and not before it.
    var followsActivation = false

    /// The datasets in the order in which Keras lists them.
    var datasets: [Dataset] { [weight, bias, mean, variance].compactMap { $0 } }

    /// The layer as Keras would describe it, with PyTorch's default ε unless told otherwise.
    func description(in file: File) throws(ModelError) -> KerasLayer {
      try KerasLayer(
        .object([
          "class_name": .text("BatchNormalization"),
          "config": .object([
            "name": .text(name), "epsilon": .number(1e-5), "scale": .boolean(weight != nil),
            "center": .boolean(bias != nil),
          ]),
        ]), in: KerasConfiguration(text: "", file: file.path, place: nil))
    }
  }

  /// The layers in a file; `nil` if it holds nothing by the name of `weight`.
  ///
  /// - Throws: `ModelError` if there are weights of anything but fully connected layers, or not one
  ///   activation for each layer.
  init?(_ file: File, options: ModelOptions) throws(ModelError) {
    let members = try StateMembers(of: file)
    guard !members.layers.isEmpty else { return nil }
    let isTransposed =
      options.kernelSides.map { $0 == .unitsInputs } ?? Self.areTransposed(members.layers)
    var found = members.layers
    for index in found.indices {
      let shape = found[index].weight.shape
      found[index].inputs = shape[isTransposed ? 1 : 0]
      found[index].outputs = shape[isTransposed ? 0 : 1]
    }
    let (layers, isOrderedByShape) = try StateOrder.ordered(found, file)
    let names = layers.map(\.name)
    guard let activations = options.activations else {
      throw ModelError(file: file.path, .stateDictionary(layers: names))
    }
    guard activations.count == layers.count else {
      throw ModelError(
        file: file.path, .activationCount(found: activations.count, layers: names))
    }
    var notes = members.notes
    if isOrderedByShape { notes.append("The order of the layers was told by their shapes.") }
    if !isTransposed {
      notes.append(
        "Weights are taken to be (inputs, units), by their shapes; PyTorch's are (units, inputs).")
    }
    if activations.contains(.leakyReLU(0.2)) {
      notes.append(
        "leaky_relu is taken with a slope of 0.2, as in Keras; PyTorch's own is leaky_relu(0.01).")
    }
    (normalizations, notes) = try StateOrder.places(
      of: members.normalizations, among: layers, activations, notes: notes, file)
    self.file = file
    self.layers = layers
    self.isTransposed = isTransposed
    self.activations = activations
    self.notes = notes
    trainingState = members.trainingState
  }

  /// Whether weights are (units, inputs): unless every bias says otherwise.
  private static func areTransposed(_ entries: [Entry]) -> Bool {
    func fit(unitsAt axis: Int) -> Bool {
      entries.allSatisfy { entry in
        entry.bias.map { $0.shape == [entry.weight.shape[axis]] } ?? true
      }
    }
    let haveBias = entries.contains { $0.bias != nil }
    return !haveBias || fit(unitsAt: 0) || !fit(unitsAt: 1)
  }

  /// Reads the layers; the file tells no loss.
  func load() throws(ModelError) -> LoadedModel {
    var builder = NetworkBuilder(file: file.path, inputShape: [layers[0].inputs])
    try append(normalizations[-1] ?? [], to: &builder)
    for (index, (layer, activation)) in zip(layers, activations).enumerated() {
      let weights = try WeightReader(file: file).dense(
        kernel: layer.weight, bias: layer.bias, inputs: builder.width,
        follows: builder.denseCount > 0, units: nil, isTransposed: isTransposed)
      let behind = normalizations[index] ?? []
      let first = behind.filter { !$0.followsActivation }
      try builder.append(
        dense: layer.name, className: "Linear", weights: weights, hasBias: layer.bias != nil,
        activation: first.isEmpty ? activation : .linear)
      try append(first, to: &builder)
      if !first.isEmpty, activation != .linear {
        try builder.append(
          activation: activation, layer: layer.name, className: "Activation")
      }
      try append(behind.filter(\.followsActivation), to: &builder)
    }
    let network = try builder.network()
    return LoadedModel(
      path: file.path, format: container == nil ? .stateDictionary : .safetensors,
      producer: "PyTorch or alike",
      inputShape: [network.inputCount], network: network, loss: nil, lossProblem: nil,
      notes: notes, carriesData: try SampleSearch(file: file).findsSamples(),
      structure: builder.structure)
  }

  private func append(
    _ normalizations: [BatchNormalization], to builder: inout NetworkBuilder
  ) throws(ModelError) {
    let reader = WeightReader(file: file)
    for normalization in normalizations {
      guard let count = builder.width else { continue }
      func vector(_ dataset: Dataset?) throws(ModelError) -> [Double]? {
        guard let dataset else { return nil }
        return try reader.vector(dataset, count: count)
      }
      let affine = try KerasAffine(
        batch: normalization.description(in: file), gamma: vector(normalization.weight),
        beta: vector(normalization.bias), mean: reader.vector(normalization.mean, count: count),
        variance: reader.variances(normalization.variance, shape: [count]))
      guard let stage = affine.stage(for: [count], along: [0]) else {
        throw ModelError(
          file: file.path, layerPlace(normalization.name),
          .widthMismatch(found: affine.center.count, expected: count))
      }
      try builder.append(affine: stage, layer: normalization.name, className: "BatchNorm1d")
    }
  }

  /// The edits that turn this file into the file of a network that grew out of its own.
  func revision(to network: Network<Float>) throws(ModelError) -> ModelRevision {
    var revision = ModelRevision(file: file)
    for (index, (layer, entry)) in zip(network.layers, layers).enumerated() {
      let oldCount = entry.outputs
      try revision.append(
        layer, kernel: entry.weight, bias: entry.bias, isTransposed: isTransposed)
      let behind = normalizations[index] ?? []
      var rest = (behind.filter { !$0.followsActivation } + behind.filter(\.followsActivation))[...]
      for stage in layer.stages {
        guard case .affine(let affine) = stage, let normalization = rest.popFirst() else {
          revision.append(stage)
          continue
        }
        try revision.append(
          affine, of: normalization.description(in: file), normalization.datasets,
          from: layer.outputs == oldCount ? nil : oldCount)
      }
    }
    for name in trainingState
    where try reading({ () throws(HDF5Error) in try file.root.kind(of: name) }) != nil {
      revision.changes.leaveOut(name, of: file.root)
      revision.notes.append(
        "\(name) was left out, as it fits the old weights only: training starts afresh.")
    }
    return revision
  }
}
