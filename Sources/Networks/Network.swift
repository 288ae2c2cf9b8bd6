public import LinearAlgebra

/// A trained multilayer perceptron: a chain of Dense layers with unit-wise stages between them.
///
///     b_0 = preprocessing(x)      A_l = [B_{l−1} 1] W_l      B_l = stages_l(A_l)
///
/// Samples are rows. Layers that vanish at inference (dropout, noise) are not part of it.
public struct Network<Scalar: BLASScalar>: Equatable, Sendable {
  /// The number of features of a sample, flattened.
  public let inputCount: Int
  /// The stages applied to the inputs before the first Dense layer.
  public let preprocessing: [Stage<Scalar>]
  /// The Dense layers, at least one, each with what follows it.
  public internal(set) var layers: [Layer<Scalar>]

  /// A chain of layers, each as wide at its input as the layer before is at its output, unless that is
  /// said not to be followed.
  ///
  /// Widths that do not follow are a programmer's error here; readers of files check them first.
  public init(inputCount: Int, preprocessing: [Stage<Scalar>] = [], layers: [Layer<Scalar>]) {
    precondition(!layers.isEmpty, "a network has at least one Dense layer")
    var width: Int? = inputCount
    for layer in layers {
      if let width {
        precondition(layer.inputs == width, "\(layer.name): \(layer.inputs) inputs after \(width)")
      }
      width = layer.isFollowed ? layer.outputs : nil
    }
    self.inputCount = inputCount
    self.preprocessing = preprocessing
    self.layers = layers
  }

  /// The network `other`, converted to another precision.
  public init<Other>(_ other: Network<Other>) {
    self.init(
      inputCount: other.inputCount, preprocessing: other.preprocessing.map { Stage($0) },
      layers: other.layers.map { Layer($0) })
  }

  /// The number of trained weights and biases of the Dense layers.
  public var parameterCount: Int { layers.reduce(0) { $0 + $1.weights.storage.count } }
}
