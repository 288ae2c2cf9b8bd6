public import LinearAlgebra

/// One Dense layer and the stages that follow it, up to the next Dense layer.
public struct Layer<Scalar: BLASScalar>: Equatable, Sendable {
  /// The layer's name in its file.
  public let name: String
  /// `(inputs + 1) × outputs`: the kernel above the bias row; without a bias, no such row.
  public internal(set) var weights: Matrix<Scalar>
  /// Whether the last row of `weights` is a bias.
  public let hasBias: Bool
  /// The stages applied to the preactivations, in order. Their result is the next layer's input.
  public let stages: [Stage<Scalar>]
  /// Whether the next layer's inputs are what this layer and its stages give. In a recording of several
  /// blocks the last layer of each leads elsewhere, into a residual stream for example.
  package private(set) var isFollowed = true

  /// A layer of the given weights, `(inputs + 1) × outputs`, or `inputs × outputs` without a bias.
  public init(name: String, weights: Matrix<Scalar>, hasBias: Bool, stages: [Stage<Scalar>]) {
    precondition(weights.rows > (hasBias ? 1 : 0) && weights.columns > 0, "\(name) has no units")
    self.name = name
    self.weights = weights
    self.hasBias = hasBias
    self.stages = stages
  }

  /// The layer `other`, converted to another precision.
  public init<Other>(_ other: Layer<Other>) {
    self.init(
      name: other.name, weights: Matrix(other.weights), hasBias: other.hasBias,
      stages: other.stages.map { Stage($0) })
    isFollowed = other.isFollowed
  }

  /// The layer, followed by the next one or not.
  package func followed(_ isFollowed: Bool) -> Layer {
    var layer = self
    layer.isFollowed = isFollowed
    return layer
  }

  /// The number of inputs, without the bias's column of ones (fan-in).
  public var inputs: Int { weights.rows - (hasBias ? 1 : 0) }
  /// The number of units.
  public var outputs: Int { weights.columns }
  /// Whether each unit is a linear function of the layer's inputs, up to a constant.
  public var isLinear: Bool { stages.allSatisfy(\.isLinear) }
  /// Whether a normalization behind the layer makes each unit depend on the others. A new unit
  /// would then change their outputs.
  public var couplesUnits: Bool { stages.contains(where: \.couplesUnits) }
  /// Whether a hidden layer can get units that change nothing but what the next layer is given.
  package var canGrow: Bool { isFollowed && !couplesUnits }
}

/// The name of a layer in a sentence: one that is only a number reads `layer 2`.
package func layerText(_ name: String) -> String {
  name.allSatisfy(\.isNumber) ? "layer \(name)" : name
}
