internal import HDF5

/// The layers of a Keras model, from their description.
struct KerasArchitecture: Sendable {
  /// In the order of the model's list, which is the order of the weights in the file; those of models
  /// inside the model behind the one they are of.
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
    let buildShape = description["config"]?["build_input_shape"]?.sampleDimensions
    self.buildShape = buildShape?.contains(-1) == true ? nil : buildShape
    var flattening = KerasFlattening(in: configuration)
    chain = try flattening.append(description, at: .root, group: "", owner: nil)
    flattening.distinguishNames()
    layers = flattening.layers
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
    if isModel { return }
    if className.contains(">") { throw failure(.customLayer(className: className)) }
    if try operation() != nil { return }
    let isKnown = [Self.vanishing, Self.activations, Self.batchNormalizations, Self.others]
      .contains { $0.contains(className) }
    guard isKnown else { throw failure(.unsupportedLayer(className: className)) }
    let isQuantized =
      settings["quantization_config"] != nil
      || settings["dtype"]?["class_name"]?.text?.hasPrefix("Quantized") == true
    if isQuantized { throw failure(.quantized) }
  }

  /// Whether the layer is a model inside the model.
  var isModel: Bool { ["Sequential", "Functional", "Model"].contains(className) }

  /// Whether a Dense layer has a bias, as Keras 2 or 1 calls it.
  func hasBias() throws(ModelError) -> Bool {
    try boolean("use_bias", default: try boolean("bias", default: true))
  }

  /// The names of the weights that a layer with LoRA adapters keeps beside its own, where they are not
  /// merged: K + α/r · A B is what it multiplies by.
  var adapterNames: [String] {
    settings["lora_rank"] == nil ? [] : ["lora_kernel_a", "lora_kernel_b"]
  }

  /// The names of the weights the layer keeps in the file, in order.
  func weightNames() throws(ModelError) -> [String] {
    switch className {
    case "Dense":
      return try hasBias() ? ["kernel", "bias"] : ["kernel"]
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
