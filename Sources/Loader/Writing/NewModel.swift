internal import FoundationEssentials
internal import HDF5
public import LinearAlgebra
public import Networks

/// A network that was made here, and what its file says of its training.
public struct NewModel: Sendable {
  /// The network: of its preprocessing, a single factor can be written.
  public var network: Network<Float>
  /// What it was trained for.
  public var loss: Loss
  /// How training goes on in Keras.
  public var optimizer: SavedOptimizer

  /// How training goes on in Keras; it begins anew there.
  public enum SavedOptimizer: Equatable, Sendable {
    case adam(learningRate: Double, beta1: Double, beta2: Double, epsilon: Double)
    case sgd(learningRate: Double)
  }

  /// A model to write.
  public init(network: Network<Float>, loss: Loss, optimizer: SavedOptimizer) {
    self.network = network
    self.loss = loss
    self.optimizer = optimizer
  }
}

/// Checks that a new model could be written to a path, before any work is done for it.
///
/// - Parameters:
///   - model: its shape may change until it is written, what its units and loss are may not.
///   - path: where the file is to go.
///   - layout: of the file.
///   - options: see there.
/// - Throws: `ModelError` if there is a file that is not to be replaced, no right to write, or
///   something in the model that the layout cannot say.
package func checkIsWritable(
  _ model: NewModel, to path: String, layout: NewModelLayout,
  options: WritingOptions = WritingOptions()
) throws(ModelError) {
  _ = try contents(of: model, for: path, layout, options)
  try pendingFile(for: path, options).discard()
}

/// Writes a model that no file held before.
///
/// The file is written beside `path`, read back, compared with the network bit for bit, and only then
/// takes its place: there is the old file or the new one, never half.
///
/// - Parameters:
///   - model: the network and its training.
///   - path: where the file goes.
///   - layout: of the file.
///   - options: see there.
/// - Returns: the model read back.
/// - Throws: `ModelError` if the file cannot be written, the layout cannot say what the network is, or
///   it reads back as anything else; nothing is left behind then.
@discardableResult
public func write(
  _ model: NewModel, to path: String, layout: NewModelLayout,
  options: WritingOptions = WritingOptions()
) throws(ModelError) -> LoadedModel {
  let contents = try contents(of: model, for: path, layout, options)
  return try write(contents, of: model.network, to: path, options)
}

/// Writes contents that must read back as a network.
func write(
  _ contents: FileContents, of network: Network<Float>, to path: String, _ options: WritingOptions
) throws(ModelError) -> LoadedModel {
  let pending = try pendingFile(for: path, options)
  defer { pending.discard() }
  try reading { () throws(HDF5Error) in
    try pending.write(contents)
    try pending.synchronize()
  }
  var written = try readBack(pending, nil, ModelOptions())
  guard written.network.hasSameBits(as: network.withoutIdentities) else {
    throw ModelError(file: path, .readsBackDifferently)
  }
  try reading { () throws(HDF5Error) in try pending.commit() }
  written.path = path
  return written
}

private func pendingFile(
  for path: String, _ options: WritingOptions
) throws(ModelError) -> PendingFile {
  try reading { () throws(HDF5Error) in
    try PendingFile(for: path, overwrite: options.overwrite, apartFrom: options.inputs)
  }
}

private func contents(
  of model: NewModel, for path: String, _ layout: NewModelLayout, _ options: WritingOptions
) throws(ModelError) -> FileContents {
  var contents: FileContents
  switch layout {
  case .keras: contents = try kerasContents(of: model, for: path)
  case .native: contents = try nativeContents(of: model.network, loss: model.loss, for: path)
  }
  if !options.history.isEmpty {
    contents.set(GrowthHistory.attribute, to: .text(GrowthHistory.text(of: options.history)))
  }
  return contents
}

extension Network<Float> {
  /// The network as a file says it: an activation that does nothing is none.
  fileprivate var withoutIdentities: Network {
    Network(
      inputCount: inputCount, preprocessing: preprocessing,
      layers: layers.map { layer in
        Layer(
          name: layer.name, weights: layer.weights, hasBias: layer.hasBias,
          stages: layer.stages.filter { $0 != .activation(.linear) })
      })
  }
}

extension Layer where Scalar == Float {
  /// The only activation that follows the layer; linear if none does.
  ///
  /// - Throws: `ModelError` if anything else follows, which a new file cannot say.
  func onlyActivation(for path: String) throws(ModelError) -> Activation {
    let stages = stages.filter { $0 != .activation(.linear) }
    guard let stage = stages.first else { return .linear }
    guard stages.count == 1, case .activation(let activation) = stage else {
      throw ModelError(file: path, layerPlace(name), .notWritable("what follows its units"))
    }
    return activation
  }

  /// The kernel, inputs × units, and the bias, if there is one.
  var parts: (kernel: [Float], bias: [Float]?) {
    let count = inputs * outputs
    return (
      Array(weights.storage.prefix(count)), hasBias ? Array(weights.storage.suffix(outputs)) : nil
    )
  }
}

// MARK: - The native layout

/// `/model/layers/NNN_name`, with the attributes `format`, `version` and `loss`.
func nativeContents(
  of network: Network<Float>, loss: Loss, for path: String
) throws(ModelError) -> FileContents {
  guard network.preprocessing.isEmpty else {
    throw ModelError(file: path, .notWritable("the scale of the inputs, in the native layout"))
  }
  var contents = FileContents()
  contents.set("format", of: "model", to: .text(NativeModel.format))
  contents.set("version", of: "model", to: .integer(NativeModel.version))
  contents.set("loss", of: "model", to: .text(loss.name))
  for setting in try loss.settings(for: path) {
    contents.set(setting.name, of: "model", to: .number(setting.value))
  }
  for (index, layer) in network.layers.enumerated() {
    let number = String(repeating: "0", count: max(0, 3 - "\(index)".count)) + "\(index)"
    let place = "model/layers/\(number)_\(layer.name)"
    let activation = try layer.onlyActivation(for: path)
    guard let name = activation.plainName, activation != .hardSigmoidKeras2 else {
      throw ModelError(
        file: path, layerPlace(layer.name), .notWritable("the activation \(activation.name)"))
    }
    let (kernel, bias) = layer.parts
    contents.set("activation", of: place, to: .text(name))
    contents.add(
      "\(place)/weight", shape: [layer.outputs, layer.inputs],
      .floats(
        Matrix(rows: layer.inputs, columns: layer.outputs, storage: kernel).transposed().storage))
    if let bias { contents.add("\(place)/bias", shape: [layer.outputs], .floats(bias)) }
  }
  return contents
}

extension Activation {
  /// Keras's name, if the name alone says all of it.
  var plainName: String? {
    if self == .hardSigmoidKeras2 { return "hard_sigmoid" }
    return Activation.allNames.contains(name) ? name : nil
  }
}

extension Loss {
  /// What the native layout says of a loss beside its name.
  fileprivate func settings(
    for path: String
  ) throws(ModelError) -> [(name: String, value: Double)] {
    switch self {
    case .binaryCrossentropy(let fromLogits, let smoothing),
      .categoricalCrossentropy(let fromLogits, let smoothing):
      [("from_logits", fromLogits ? 1 : 0), ("label_smoothing", smoothing)]
    case .sparseCategoricalCrossentropy(let fromLogits): [("from_logits", fromLogits ? 1 : 0)]
    case .huber(let delta): [("delta", delta)]
    case .quantile(let share): [("quantile", share)]
    default: []
    }
  }
}
