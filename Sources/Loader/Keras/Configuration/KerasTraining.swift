internal import HDF5
internal import Networks

/// How a Keras model is trained, layer after layer of its chain.
struct KerasTraining {
  private var preprocessing: [TrainingStage] = []
  private var layers: [LayerTraining] = []
  private var notes: [String] = []
  private let reader: WeightReader

  /// Nothing yet; the weights are in `file`.
  init(file: File) { reader = WeightReader(file: file) }

  /// Appends a layer that the network has got.
  ///
  /// - Parameters:
  ///   - layer: its description.
  ///   - weights: in the order of `weightNames()`.
  ///   - before: the network without it.
  ///   - after: the network with it.
  /// - Throws: `ModelError` if a setting is no number, or a weight cannot be read.
  mutating func append(
    _ layer: KerasLayer, weights: [Dataset], from before: NetworkBuilder, to after: NetworkBuilder
  ) throws(ModelError) {
    let isDense = after.denseCount > before.denseCount
    if isDense { layers.append(dense(layer)) }
    let count = after.stageCount - (isDense ? 0 : before.stageCount)
    let isFrozen = layer.settings["trainable"]?.boolean == false
    if KerasLayer.batchNormalizations.contains(layer.className), count == 1, !isFrozen {
      append(.batchNormalization(try normalization(layer, weights, shape: after.shape)))
    } else {
      for _ in 0..<count { append(.stage(isFrozen: isFrozen)) }
    }
    if let noise = noise(of: layer) { append(.noise(noise)) }
    let own = layer.className == "ActivityRegularization"
    let penalty =
      own ? Self.penalty(layer.settings) : penalty(layer, "activity_regularizer")
    if penalty != .none { append(.penalty(penalty)) }
    noteWhatIsLeftOut(of: layer)
  }

  private mutating func append(_ stage: TrainingStage) {
    guard let last = layers.indices.last else { return preprocessing.append(stage) }
    layers[last].stages = (layers[last].stages ?? []) + [stage]
  }

  private mutating func dense(_ layer: KerasLayer) -> LayerTraining {
    LayerTraining(
      kernelPenalty: penalty(layer, "kernel_regularizer"),
      biasPenalty: penalty(layer, "bias_regularizer"),
      isFrozen: layer.settings["trainable"]?.boolean == false,
      initializer: KernelInitializer(keras: layer.settings["kernel_initializer"])
        ?? .glorotUniform, stages: [])
  }

  private func normalization(
    _ layer: KerasLayer, _ weights: [Dataset], shape: [Int]
  ) throws(ModelError) -> BatchNormalization {
    let channels = shape.last ?? 1
    let isRepeated = shape.count > 1
    guard let variances = weights.last else { preconditionFailure("a layer without its weights") }
    return BatchNormalization(
      momentum: try layer.number("momentum", default: 0.99),
      epsilon: try layer.number("epsilon", default: 1e-3),
      variances: try reader.variances(variances, shape: [channels]),
      hasGamma: try layer.boolean("scale", default: true),
      hasBeta: try layer.boolean("center", default: true), channels: isRepeated ? channels : nil)
  }

  private func noise(of layer: KerasLayer) -> Noise? {
    func rate(_ key: String) -> Double {
      let number = layer.settings[key]?.number ?? 0
      return (0..<1).contains(number) ? number : 0
    }
    switch layer.className {
    case "Dropout": return rate("rate") > 0 ? .dropout(rate: rate("rate")) : nil
    case "GaussianDropout": return rate("rate") > 0 ? .gaussianDropout(rate: rate("rate")) : nil
    case "GaussianNoise":
      let deviation = layer.settings["stddev"]?.number ?? 0
      return deviation > 0 && deviation.isFinite ? .gaussian(deviation: deviation) : nil
    default: return nil
    }
  }

  private mutating func penalty(_ layer: KerasLayer, _ key: String) -> Penalty {
    guard let value = layer.settings[key], value != .null else { return .none }
    // By its name, by its object, or by its object alone: 0.01 is Keras's default.
    let name = value.text ?? value["class_name"]?.text ?? ""
    let settings = value["config"]
    let standard = settings == nil ? JSONValue.number(0.01) : .number(0)
    switch name.lowercased() {
    case "l1": return Penalty(l1: Self.factor(settings?["l1"] ?? standard))
    case "l2": return Penalty(l2: Self.factor(settings?["l2"] ?? standard))
    case "l1l2", "l1_l2":
      return Penalty(
        l1: Self.factor(settings?["l1"] ?? standard), l2: Self.factor(settings?["l2"] ?? standard))
    default:
      notes.append("\(layer.name): its \(key) \(name) is not simulated.")
      return .none
    }
  }

  private static func penalty(_ settings: JSONValue) -> Penalty {
    Penalty(l1: factor(settings["l1"] ?? .number(0)), l2: factor(settings["l2"] ?? .number(0)))
  }

  private static func factor(_ value: JSONValue) -> Double {
    let number = value.number ?? value["value"]?.number ?? 0
    return number > 0 && number.isFinite ? number : 0
  }

  private mutating func noteWhatIsLeftOut(of layer: KerasLayer) {
    let constraints = [
      "kernel_constraint", "bias_constraint", "beta_constraint", "gamma_constraint",
    ]
    let penalties = ["beta_regularizer", "gamma_regularizer", "alpha_regularizer"]
    for key in constraints + penalties {
      guard let value = layer.settings[key], value != .null else { continue }
      notes.append("\(layer.name): its \(key) is not simulated.")
    }
    if layer.className == "AlphaDropout" || layer.className.hasPrefix("SpatialDropout") {
      notes.append("\(layer.name): \(layer.className) is not simulated.")
    }
    if layer.settings["renorm"]?.boolean == true {
      notes.append("\(layer.name): it is simulated without its renorm.")
    }
  }

  /// All of it, with the optimizer as it is described.
  func training(optimizer description: JSONValue?) -> ModelTraining {
    var training = ModelTraining(preprocessing: preprocessing, layers: layers, notes: notes)
    guard let description else { return training }
    let optimizer = KerasOptimizer(description)
    training.optimizer = optimizer.settings
    training.notes += optimizer.notes
    return training
  }
}
