internal import LinearAlgebra
internal import Networks

/// Puts a network together layer by layer, as the formats name them.
struct NetworkBuilder {
  let file: String
  /// The dimensions of a sample where the chain stands now.
  private(set) var shape: [Int]
  private(set) var structure: [LayerSummary] = []
  private var preprocessing: [Stage<Float>] = []
  private var layers: [Layer<Float>] = []
  /// The layer that acted on whole rows: nothing may follow it.
  private var rowStage: (layer: String, activation: Activation)?

  /// A network that takes samples of a shape.
  init(file: String, inputShape: [Int]) {
    self.file = file
    shape = inputShape
  }

  /// The number of Dense layers so far.
  var denseCount: Int { layers.count }

  /// The number of stages behind the last Dense layer, or before the first.
  var stageCount: Int { layers.last?.stages.count ?? preprocessing.count }

  /// The width where the chain stands, if that is one dimension.
  var width: Int? { shape.count == 1 ? shape[0] : nil }

  /// The network of everything appended.
  ///
  /// - Throws: `ModelError` if there was no Dense layer.
  func network() throws(ModelError) -> Network<Float> {
    guard let first = layers.first else { throw ModelError(file: file, .noDenseLayer) }
    return Network(inputCount: first.inputs, preprocessing: preprocessing, layers: layers)
  }

  /// Appends the layer that says how large a sample is.
  mutating func append(input name: String) { note(name, "InputLayer", .input) }

  /// Appends a Dense layer whose kernel has been checked against `width`.
  mutating func append(
    dense name: String, className: String = "Dense", weights: Matrix<Float>, hasBias: Bool,
    activation: Activation
  ) throws(ModelError) {
    let layer = Layer(name: name, weights: weights, hasBias: hasBias, stages: [])
    try checkRowStage()
    layers.append(layer)
    shape = [layer.outputs]
    note(name, className, .dense(activation: activation))
    try append(activation, of: name)
  }

  /// Appends a layer that is nothing but an activation.
  mutating func append(
    activation: Activation, layer name: String, className: String
  ) throws(ModelError) {
    note(name, className, .activation(activation))
    try append(activation, of: name)
  }

  /// Appends a scale and a shift, of as many units as the samples have numbers.
  mutating func append(
    affine: Affine<Float>, layer name: String, className: String
  ) throws(ModelError) {
    try checkRowStage()
    note(name, className, .affine)
    append(.affine(affine))
  }

  /// Appends a PReLU, of as many slopes as the samples have numbers.
  mutating func append(
    slopes: [Float], layer name: String, className: String
  ) throws(ModelError) {
    try checkRowStage()
    note(name, className, .parametricReLU)
    append(.parametricReLU(slopes: slopes))
  }

  /// Appends a normalization of each sample, of as many units as the samples have numbers.
  mutating func append(
    normalization: LayerNormalization<Float>, layer name: String, className: String
  ) throws(ModelError) {
    try checkRowStage()
    note(name, className, .normalization(ofUnits: !layers.isEmpty))
    append(.layerNormalization(normalization))
  }

  /// Says that the next layer's inputs are not what the last one gives.
  mutating func endBlock() {
    if let last = layers.popLast() { layers.append(last.followed(false)) }
  }

  /// Appends a layer that gives samples another shape.
  mutating func append(
    reshape shape: [Int], layer name: String, className: String
  ) throws(ModelError) {
    try checkRowStage()
    self.shape = shape
    note(name, className, .shape)
  }

  /// Appends a layer that does nothing outside training.
  mutating func append(leftOut name: String, className: String) { note(name, className, .leftOut) }

  private mutating func append(_ activation: Activation, of name: String) throws(ModelError) {
    if activation == .linear { return }
    try checkRowStage()
    if activation.actsOnRows {
      rowStage = (name, activation)
      if layers.isEmpty { try checkRowStage() }
    }
    append(.activation(activation))
  }

  private mutating func append(_ stage: Stage<Float>) {
    guard let last = layers.popLast() else {
      preprocessing.append(stage)
      return
    }
    layers.append(
      Layer(
        name: last.name, weights: last.weights, hasBias: last.hasBias,
        stages: last.stages + [stage]))
  }

  private func checkRowStage() throws(ModelError) {
    guard let rowStage else { return }
    throw ModelError(
      file: file, layerPlace(rowStage.layer), .rowActivationNotLast(rowStage.activation.name))
  }

  private mutating func note(
    _ name: String, _ className: String, _ treatment: LayerSummary.Treatment
  ) {
    structure.append(
      LayerSummary(
        name: name, className: className, outputShape: shape, treatment: treatment))
  }
}

/// A layer as the place of an error.
func layerPlace(_ name: String) -> String { "layer \(name)" }
