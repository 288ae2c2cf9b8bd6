import LinearAlgebra
package import Networks

/// One layer of a file, and what became of it.
package struct LayerSummary: Equatable, Sendable {
  /// The layer's name in the file.
  package let name: String
  /// Its class, as Keras names it.
  package let className: String
  /// The dimensions of its output for one sample.
  package let outputShape: [Int]
  /// The treatment of the layer by the diagnosis.
  package let treatment: Treatment

  /// A treatment of a layer by the diagnosis.
  package enum Treatment: Equatable, Sendable {
    /// Says how large a sample is.
    case input
    /// Diagnosed; with its activation, `linear` if there is none.
    case dense(activation: Activation)
    /// Applies a function to the layer before.
    case activation(Activation)
    /// Scales and shifts each unit: normalizations at inference.
    case affine
    /// A slope below zero for each unit.
    case parametricReLU
    /// Brings each sample to one mean and variance; over units of a layer, which then do not grow.
    case normalization(ofUnits: Bool)
    /// Changes the shape of a sample and not its numbers.
    case shape
    /// Does nothing outside training.
    case leftOut

    /// In words, for a table.
    package var description: String {
      switch self {
      case .input: "input"
      case .dense(.linear): "diagnosed"
      case .dense(let activation): "diagnosed, with \(activation.name)"
      case .activation(let activation): activation.name
      case .affine: "scales and shifts each unit"
      case .parametricReLU: "prelu"
      case .normalization(ofUnits: false): "normalizes each sample"
      case .normalization(ofUnits: true):
        "normalizes each sample: the layer before does not grow"
      case .shape: "changes the shape only"
      case .leftOut: "left out: does nothing outside training"
      }
    }
  }
}
