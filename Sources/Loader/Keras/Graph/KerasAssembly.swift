internal import HDF5
internal import LinearAlgebra
internal import Networks

/// Builds the network of a Keras model, layer after layer of its chain.
struct KerasAssembly {
  private(set) var builder: NetworkBuilder
  private(set) var notes: [String] = []
  private let reader: WeightReader
  /// The major version of the Keras that wrote the file.
  private let major: Int
  private var leftOut: [String] = []
  /// Names of the number types that layers compute in, other than `float32`.
  private var precisions: Set<String> = []

  /// A network that takes samples of a shape, whose weights are in `file`; `path` is what the caller
  /// named, `major` the version of the Keras that wrote it.
  init(file: File, path: String, inputShape: [Int], major: Int) {
    builder = NetworkBuilder(file: path, inputShape: inputShape)
    reader = WeightReader(file: file)
    self.major = major
  }

  /// Appends a layer with its weights, in the order of `weightNames()`.
  mutating func append(_ layer: KerasLayer, weights: [Dataset]) throws(ModelError) {
    noteRegularizers(of: layer)
    let type = layer.settings["dtype"]
    if let type = type?.text ?? type?["config"]?["name"]?.text, type != "float32" {
      precisions.insert(type)
    }
    let isOperation = try layer.operation() != nil
    switch layer.className {
    case "InputLayer": builder.append(input: layer.name)
    case "Dense": try append(dense: layer, weights)
    case "Flatten", "Reshape": try append(reshaping: layer)
    case "Rescaling", "Normalization": try append(scaling: layer, weights)
    case "PReLU": try append(slopes: layer, weights)
    case "LayerNormalization": try append(normalizing: layer, weights)
    case let name where KerasLayer.batchNormalizations.contains(name):
      try append(batch: layer, weights)
    // Its layers follow.
    case _ where layer.isModel: break
    case let name where isOperation || KerasLayer.activations.contains(name):
      try checkRank(layer, of: layer.activation(major: major))
      try builder.append(
        activation: layer.activation(major: major), layer: layer.name, className: name)
    default:
      leftOut.append(layer.name)
      builder.append(leftOut: layer.name, className: layer.className)
    }
  }

  /// The notes on the layers that were left out, once all layers are appended.
  func finalNotes() -> [String] {
    var notes = notes
    if !precisions.isEmpty {
      notes.append(
        "The model computes in \(listText(precisions.sorted())); here it computes in float32.")
    }
    if !leftOut.isEmpty {
      notes.append("Left out, as they do nothing outside training: \(listText(leftOut)).")
    }
    return notes
  }

  private mutating func append(dense layer: KerasLayer, _ weights: [Dataset]) throws(ModelError) {
    let units = try layer.units()
    guard let width = builder.width else {
      throw layer.failure(.rank(samples: builder.shape, className: "Dense"))
    }
    let hasBias = try layer.hasBias()
    var matrix = try reader.dense(
      kernel: weights[0], bias: hasBias ? weights[1] : nil, inputs: width,
      follows: builder.denseCount > 0, units: units)
    let adapters = weights.dropFirst(hasBias ? 2 : 1)
    if let down = adapters.first, let up = adapters.dropFirst().first {
      try addAdapters(of: layer, down, up, to: &matrix, inputs: width)
      notes.append("\(layer.name): its LoRA weights are merged into the kernel.")
    }
    try builder.append(
      dense: layer.name, weights: matrix, hasBias: hasBias,
      activation: layer.activation(major: major))
  }

  /// K + α/r · A B, with A inputs × r and B r × units.
  private func addAdapters(
    of layer: KerasLayer, _ down: Dataset, _ up: Dataset, to weights: inout Matrix<Float>,
    inputs: Int
  ) throws(ModelError) {
    let rank = try layer.integer("lora_rank", in: 1...Int(Int32.max))
    let alpha = try layer.number("lora_alpha", default: Double(rank))
    let units = weights.columns
    for (dataset, shape) in [(down, [inputs, rank]), (up, [rank, units])]
    where dataset.shape != shape {
      throw reader.failure(dataset, .shape(found: dataset.shape, expected: shapeText(shape)))
    }
    let product = Matrix<Double>(
      rows: inputs, columns: rank, storage: try reader.doubles(down)
    ).times(Matrix(rows: rank, columns: units, storage: try reader.doubles(up)))
    var storage = weights.storage
    for (place, number) in product.storage.enumerated() {
      storage[place] = Float(Double(storage[place]) + alpha / Double(rank) * number)
    }
    weights = Matrix(rows: weights.rows, columns: units, storage: storage)
  }

  private mutating func append(reshaping layer: KerasLayer) throws(ModelError) {
    let count = builder.shape.reduce(1, *)
    var target = [count]
    if layer.className == "Reshape" {
      target = try layer.targetShape(count: count)
    } else if layer.settings["data_format"]?.text == "channels_first", builder.shape.count > 1 {
      // Keras moves the channels to the end before it flattens such samples.
      throw layer.failure(.axis("1 (channels_first)"))
    }
    if builder.denseCount > 0, target != builder.shape { throw layer.failure(.flattenAfterDense) }
    try builder.append(reshape: target, layer: layer.name, className: layer.className)
  }

  private mutating func append(
    scaling layer: KerasLayer, _ weights: [Dataset]
  ) throws(ModelError) {
    if layer.className == "Rescaling" {
      let last = builder.shape.count - 1
      return try append(KerasAffine(rescaling: layer), layer, axes: [last])
    }
    let axes = try layer.axes(rank: builder.shape.count, default: [])
    let statistics =
      try weights.isEmpty
      ? (layer.numbers("mean", default: [0]), layer.numbers("variance", default: [1]))
      : (
        reader.doubles(weights[0]), reader.variances(weights[1], shape: weights[0].shape)
      )
    try append(
      KerasAffine(normalizing: layer, mean: statistics.0, variance: statistics.1), layer,
      axes: axes)
  }

  private mutating func append(batch layer: KerasLayer, _ weights: [Dataset]) throws(ModelError) {
    let last = builder.shape.count - 1
    let axes = try layer.axes(rank: builder.shape.count, default: [last])
    guard axes == [last] else { throw layer.failure(.axis("\(axes.map { $0 + 1 })")) }
    let count = builder.shape[last]
    var rest = weights[...]
    let hasGamma = try layer.boolean("scale", default: true)
    let hasBeta = try layer.boolean("center", default: true)
    let gamma = try hasGamma ? reader.vector(rest.removeFirst(), count: count) : nil
    let beta = try hasBeta ? reader.vector(rest.removeFirst(), count: count) : nil
    let mean = try reader.vector(rest.removeFirst(), count: count)
    let variance = try reader.variances(rest.removeFirst(), shape: [count])
    try append(
      KerasAffine(batch: layer, gamma: gamma, beta: beta, mean: mean, variance: variance), layer,
      axes: axes)
  }

  private mutating func append(
    _ affine: KerasAffine, _ layer: KerasLayer, axes: [Int]
  ) throws(ModelError) {
    // A configuration can state any width; a Dense layer's own is backed by its weights.
    let largestInput = 1 << 24
    let count = builder.shape.reduce(1, *)
    guard builder.denseCount > 0 || count <= largestInput else {
      throw layer.failure(.widthMismatch(found: count, expected: largestInput))
    }
    guard let stage = affine.stage(for: builder.shape, along: axes) else {
      let found = max(affine.center.count, affine.scale.count, affine.offset.count)
      throw layer.failure(
        .widthMismatch(found: found, expected: axes.reduce(1) { $0 * builder.shape[$1] }))
    }
    try builder.append(affine: stage, layer: layer.name, className: layer.className)
  }

  /// A slope for each unit, or one that all share.
  private mutating func append(
    slopes layer: KerasLayer, _ weights: [Dataset]
  ) throws(ModelError) {
    guard let width = builder.width else {
      throw layer.failure(.rank(samples: builder.shape, className: layer.className))
    }
    let isShared = try !layer.axes("shared_axes", rank: 1, default: []).isEmpty
    let slopes = try reader.vector(weights[0], count: isShared ? 1 : width).map { Float($0) }
    try builder.append(
      slopes: isShared ? [Float](repeating: slopes[0], count: width) : slopes, layer: layer.name,
      className: layer.className)
  }

  private mutating func append(
    normalizing layer: KerasLayer, _ weights: [Dataset]
  ) throws(ModelError) {
    guard let width = builder.width else {
      throw layer.failure(.rank(samples: builder.shape, className: layer.className))
    }
    guard try layer.axes(rank: 1, default: [0]) == [0] else { throw layer.failure(.axis("0")) }
    if try layer.boolean("rms_scaling", default: false) {
      throw layer.failure(
        .setting("rms_scaling", found: "true", expected: "false"))
    }
    let epsilon = try layer.number("epsilon", default: 1e-3)
    guard epsilon >= 0 else {
      throw layer.failure(.setting("epsilon", found: "\(epsilon)", expected: "0 or more"))
    }
    var rest = weights[...]
    let hasGamma = try layer.boolean("scale", default: true)
    let hasBeta = try layer.boolean("center", default: true)
    let gamma = try hasGamma ? reader.vector(rest.removeFirst(), count: width) : nil
    let beta = try hasBeta ? reader.vector(rest.removeFirst(), count: width) : nil
    try builder.append(
      normalization: LayerNormalization(
        scale: (gamma ?? [Double](repeating: 1, count: width)).map { Float($0) },
        offset: (beta ?? [Double](repeating: 0, count: width)).map { Float($0) }, epsilon: epsilon),
      layer: layer.name, className: layer.className)
  }

  /// What acts on rows acts on the last axis: that is a whole row only in one dimension.
  private func checkRank(_ layer: KerasLayer, of activation: Activation) throws(ModelError) {
    if activation.actsOnRows, builder.shape.count != 1 {
      throw layer.failure(.rank(samples: builder.shape, className: layer.className))
    }
  }

  private mutating func noteRegularizers(of layer: KerasLayer) {
    for key in [
      "kernel_regularizer", "bias_regularizer", "activity_regularizer", "beta_regularizer",
      "gamma_regularizer", "alpha_regularizer",
    ] {
      guard let regularizer = layer.settings[key] else { continue }
      let name = regularizer["class_name"]?.text ?? regularizer.text ?? "a penalty"
      notes.append(
        "\(layer.name): the penalty of its \(key) (\(name)) is not part of the loss shown here.")
    }
    if layer.className == "ActivityRegularization" {
      notes.append("\(layer.name): its penalty is not part of the loss shown here.")
    }
  }
}
