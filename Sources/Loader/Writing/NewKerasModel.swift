internal import HDF5
internal import Networks

// A whole model in HDF5 as Keras 2 saves it, in what Keras 3 understands of it as well: an InputLayer
// with `batch_input_shape`, the loss by its full name, the accuracy as an object (by the name alone
// Keras 2 computes another one after loading), and no optimizer state.

/// The file of a model that Keras loads, evaluates and trains on.
func kerasContents(of model: NewModel, for path: String) throws(ModelError) -> FileContents {
  // Keras has no quantile loss: a file without one is as of a model that was not compiled.
  var hasLoss = true
  if case .quantile = model.loss { hasLoss = false }
  guard !hasLoss || Loss(named: model.loss.name) == model.loss else {
    throw ModelError(file: path, .notWritable("the settings of the loss \(model.loss.name)"))
  }
  let network = model.network
  let activations = try network.layers.map { (layer) throws(ModelError) in
    try kerasActivation(of: layer, for: path)
  }
  let isKeras3 = try needsKeras3(activations, network.layers, path)
  var contents = FileContents()
  for group in ["/", "model_weights"] {
    contents.set("backend", of: group, to: .text("tensorflow"))
    contents.set("keras_version", of: group, to: .text(isKeras3 ? "3.0.0" : "2.15.0"))
  }
  let configuration = try configuration(
    of: network, activations: activations.map(\.name), isKeras3: isKeras3, for: path)
  contents.set("model_config", to: .text(configuration))
  if hasLoss {
    contents.set(
      "training_config", to: .text(trainingConfiguration(of: model, isKeras3: isKeras3)))
  }
  contents.set("layer_names", of: "model_weights", to: .texts(network.layers.map(\.name)))
  for layer in network.layers {
    let place = "model_weights/\(layer.name)"
    let (kernel, bias) = layer.parts
    let suffix = isKeras3 ? "" : ":0"
    let names = ["kernel", "bias"].prefix(bias == nil ? 1 : 2).map {
      "\(layer.name)/\($0)\(suffix)"
    }
    contents.set("weight_names", of: place, to: .texts(Array(names)))
    contents.add("\(place)/\(names[0])", shape: [layer.inputs, layer.outputs], .floats(kernel))
    if let bias { contents.add("\(place)/\(names[1])", shape: [layer.outputs], .floats(bias)) }
  }
  return contents
}

/// Activations that Keras 2 has under the same name and with the same meaning.
private let sharedActivations: Set<String> = [
  "elu", "exponential", "gelu", "leaky_relu", "linear", "mish", "relu", "relu6", "selu", "sigmoid",
  "silu", "softmax", "softplus", "softsign", "tanh",
]

private func kerasActivation(
  of layer: Layer<Float>, for path: String
) throws(ModelError) -> (name: String, activation: Activation) {
  // The names are parts of paths in the file, and Keras allows no blanks and slashes in them.
  let isPlain = layer.name.utf8.allSatisfy {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
      || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
      || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) || $0 == UInt8(ascii: "_")
  }
  guard isPlain, !layer.name.isEmpty else {
    throw ModelError(file: path, layerPlace(layer.name), .notWritable("its name, for Keras"))
  }
  let activation = try layer.onlyActivation(for: path)
  guard let name = activation.plainName else {
    throw ModelError(
      file: path, layerPlace(layer.name), .notWritable("the activation \(activation.name)"))
  }
  return (name, activation)
}

/// Whether Keras 2 does not have the activations.
private func needsKeras3(
  _ activations: [(name: String, activation: Activation)], _ layers: [Layer<Float>], _ path: String
) throws(ModelError) -> Bool {
  let isOld = activations.contains { $0.activation == .hardSigmoidKeras2 }
  let isNew = activations.contains {
    !sharedActivations.contains($0.name) && $0.activation != .hardSigmoidKeras2
  }
  if isOld, isNew {
    throw ModelError(
      file: path, .notWritable("activations of Keras 2 and of Keras 3 in one model"))
  }
  return isNew
}

private func configuration(
  of network: Network<Float>, activations: [String], isKeras3: Bool, for path: String
) throws(ModelError) -> String {
  let shape = isKeras3 ? "batch_shape" : "batch_input_shape"
  var layers = [
    """
    {"class_name": "InputLayer", "config": {"\(shape)": [null, \(network.inputCount)], \
    "dtype": "float32", "sparse": false, "name": "input_1"}}
    """
  ]
  if let factor = try network.inputFactor(for: path) {
    layers.append(
      """
      {"class_name": "Rescaling", "config": {"name": "rescaling", "trainable": true, \
      "dtype": "float32", "scale": \(factor), "offset": 0.0}}
      """)
  }
  for (layer, activation) in zip(network.layers, activations) {
    layers.append(
      """
      {"class_name": "Dense", "config": {"name": "\(layer.name)", "trainable": true, \
      "dtype": "float32", "units": \(layer.outputs), "activation": "\(activation)", \
      "use_bias": \(layer.hasBias), \
      "kernel_initializer": {"class_name": "HeNormal", "config": {"seed": null}}, \
      "bias_initializer": {"class_name": "Zeros", "config": {}}, "kernel_regularizer": null, \
      "bias_regularizer": null, "activity_regularizer": null, "kernel_constraint": null, \
      "bias_constraint": null}}
      """)
  }
  return """
    {"class_name": "Sequential", "config": {"name": "sequential", \
    "layers": [\(layers.joined(separator: ", "))]}}
    """
}

extension Network<Float> {
  /// What the inputs are multiplied by; `nil` for nothing.
  ///
  /// - Throws: `ModelError` if anything else is done to them.
  fileprivate func inputFactor(for path: String) throws(ModelError) -> Float? {
    guard let stage = preprocessing.first else { return nil }
    guard preprocessing.count == 1, case .affine(let affine) = stage,
      let factor = affine.scale.first, affine.scale.allSatisfy({ $0 == factor }),
      affine.center.allSatisfy({ $0 == 0 }), affine.offset.allSatisfy({ $0 == 0 })
    else { throw ModelError(file: path, .notWritable("what is done to the inputs first")) }
    return factor
  }
}

private func trainingConfiguration(of model: NewModel, isKeras3: Bool) -> String {
  let optimizer: String
  // The class of Keras 2 that is not its legacy one; Keras 3 knows it by both names.
  let prefix = isKeras3 ? "" : "Custom>"
  switch model.optimizer {
  case .adam(let rate, let beta1, let beta2, let epsilon):
    optimizer = """
      {"class_name": "\(prefix)Adam", "config": {"name": "Adam", "learning_rate": \(rate), \
      "beta_1": \(beta1), "beta_2": \(beta2), "epsilon": \(epsilon)}}
      """
  case .sgd(let rate):
    optimizer = """
      {"class_name": "\(prefix)SGD", "config": {"name": "SGD", "learning_rate": \(rate)}}
      """
  }
  let metric = accuracyClass(of: model.loss).map {
    """
    [{"class_name": "\($0)", "config": {"name": "accuracy", "dtype": "float32"}}]
    """
  }
  return """
    {"loss": "\(model.loss.name)", "metrics": \(metric ?? "null"), "weighted_metrics": null, \
    "loss_weights": null, "optimizer_config": \(optimizer)}
    """
}

private func accuracyClass(of loss: Loss) -> String? {
  switch loss {
  case .sparseCategoricalCrossentropy: "SparseCategoricalAccuracy"
  case .categoricalCrossentropy: "CategoricalAccuracy"
  case .binaryCrossentropy: "BinaryAccuracy"
  default: nil
  }
}
