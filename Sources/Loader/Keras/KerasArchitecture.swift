internal import HDF5

/// The layers of a Keras model, from their description.
struct KerasArchitecture: Sendable {
  /// In the order of the model's list, which is the order of the weights in the file.
  let layers: [KerasLayer]
  /// Indices into `layers`, from the input to the output.
  let chain: [Int]
  /// The dimensions of a sample as a Sequential model states them, all of them, or `nil`.
  let buildShape: [Int]?

  /// Reads a description, and checks that it is a chain of layers that are supported.
  init(parsing configuration: KerasConfiguration) throws(ModelError) {
    let description: JSONValue
    do throws(ModelProblem) {
      description = try JSONValue(parsing: configuration.text)
    } catch {
      throw configuration.failure(error)
    }
    let className = description["class_name"]?.text ?? description.excerpt
    // Up to Keras 2.2.2 the configuration of a Sequential model was the list itself.
    let config = description["config"]
    guard let list = config?["layers"]?.list ?? config?.list, !list.isEmpty else {
      throw configuration.failure(.noLayers)
    }
    var layers: [KerasLayer] = []
    for item in list { layers.append(try KerasLayer(item, in: configuration)) }
    self.layers = layers
    let buildShape = config?["build_input_shape"]?.sampleDimensions
    self.buildShape = buildShape?.contains(-1) == true ? nil : buildShape
    switch className {
    case "Sequential":
      for layer in layers { try layer.checkIsSupported() }
      chain = Array(layers.indices)
    case "Functional", "Model":
      let input = try KerasGraph.end(config?["input_layers"], in: configuration) { .inputs($0) }
      let output = try KerasGraph.end(config?["output_layers"], in: configuration) { .outputs($0) }
      for layer in layers { try layer.checkIsSupported() }
      chain = try KerasGraph(layers, from: input, to: output, file: configuration.file).chain()
    default:
      let problem =
        className.contains(">")
        ? ModelProblem.customLayer(className: className)
        : .setting("class_name", found: className, expected: "Sequential or Functional")
      throw configuration.failure(problem)
    }
    guard layers.contains(where: { $0.className == "Dense" }) else {
      throw ModelError(file: configuration.file, .noDenseLayer)
    }
  }
}

extension KerasLayer {
  static let vanishing: Set = [
    "Dropout", "GaussianDropout", "GaussianNoise", "AlphaDropout", "SpatialDropout1D",
    "SpatialDropout2D", "SpatialDropout3D", "ActivityRegularization", "Identity",
  ]
  static let activations: Set = ["Activation", "ReLU", "LeakyReLU", "ELU", "Softmax"]
  static let batchNormalizations: Set = [
    "BatchNormalization", "BatchNormalizationV1", "BatchNormalizationV2",
  ]
  static let others: Set = [
    "InputLayer", "Dense", "Flatten", "Reshape", "Rescaling", "Normalization", "PReLU",
    "LayerNormalization",
  ]

  /// Whether the layer scales and shifts each unit.
  var isAffine: Bool {
    ["Rescaling", "Normalization"].contains(className)
      || Self.batchNormalizations.contains(className)
  }

  /// Refuses by name what is no part of a plain perceptron.
  func checkIsSupported() throws(ModelError) {
    if ["Sequential", "Functional", "Model"].contains(className) { throw failure(.nestedModel) }
    if className.contains(">") { throw failure(.customLayer(className: className)) }
    let isKnown = [Self.vanishing, Self.activations, Self.batchNormalizations, Self.others]
      .contains { $0.contains(className) }
    guard isKnown else { throw failure(.unsupportedLayer(className: className)) }
    let isQuantized =
      settings["quantization_config"] != nil || settings["lora_rank"] != nil
      || settings["dtype"]?["class_name"]?.text?.hasPrefix("Quantized") == true
    if isQuantized { throw failure(.quantized) }
  }

  /// The names of the weights the layer keeps in the file, in order.
  func weightNames() throws(ModelError) -> [String] {
    switch className {
    case "Dense":
      return try boolean("use_bias", default: true) ? ["kernel", "bias"] : ["kernel"]
    case "PReLU": return ["alpha"]
    case "LayerNormalization":
      return try (boolean("scale", default: true) ? ["gamma"] : [])
        + (boolean("center", default: true) ? ["beta"] : [])
    case "Normalization":
      return settings["mean"] == nil ? ["mean", "variance", "count"] : []
    case let name where Self.batchNormalizations.contains(name):
      return try (boolean("scale", default: true) ? ["gamma"] : [])
        + (boolean("center", default: true) ? ["beta"] : []) + ["moving_mean", "moving_variance"]
    default: return []
    }
  }
}
