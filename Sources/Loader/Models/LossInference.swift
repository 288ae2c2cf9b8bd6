internal import LinearAlgebra
internal import Networks

/// The loss a network was most likely trained with, from its last activation and its targets.
///
/// | outputs | targets | loss |
/// |---|---|---|
/// | softmax, log-softmax | (n) or (n, 1) | sparse categorical cross-entropy |
/// | softmax, log-softmax | (n, outputs) | categorical cross-entropy |
/// | sigmoid | any | binary cross-entropy |
/// | linear, several | whole numbers, (n) or (n, 1) | sparse categorical cross-entropy of logits |
/// | linear, several | one 1 in each row | categorical cross-entropy of logits |
/// | linear | zeros and ones otherwise | binary cross-entropy of logits |
/// | anything else | any | mean squared error |
///
/// - Parameters:
///   - network: what gives the outputs.
///   - targets: what its targets look like.
/// - Returns: `nil` where none can be told: after a sparsemax.
func inferredLoss(for network: Network<Float>, targets: TargetFacts) -> Loss? {
  guard let last = network.layers.last else { return nil }
  let areClasses = targets.isOneColumn && last.outputs > 1
  switch last.outputActivation {
  case .softmax, .logSoftmax:
    let fromLogits = last.outputActivation == .logSoftmax
    return areClasses
      ? .sparseCategoricalCrossentropy(fromLogits: fromLogits)
      : .categoricalCrossentropy(fromLogits: fromLogits, labelSmoothing: 0)
  case .sigmoid: return .binaryCrossentropy(fromLogits: false, labelSmoothing: 0)
  case .sparsemax: return nil
  case .linear where areClasses && (targets.areCounts || targets.isIntegral):
    return .sparseCategoricalCrossentropy(fromLogits: true)
  case .linear where !targets.isOneColumn && targets.isOneHot:
    return .categoricalCrossentropy(fromLogits: true, labelSmoothing: 0)
  case .linear where !areClasses && targets.isBinary:
    return .binaryCrossentropy(fromLogits: true, labelSmoothing: 0)
  default: return .meanSquaredError
  }
}

extension Layer {
  /// The activation that ends the layer; `linear` if none does.
  var outputActivation: Activation {
    if case .activation(let activation) = stages.last { activation } else { .linear }
  }
}

extension Loss {
  /// The loss as it is meant of what a network gives, and why, if that is another than is said.
  ///
  /// A loss that a Keras model was compiled with is computed as Keras does, whatever its outputs.
  /// Elsewhere, a cross-entropy of numbers that are no probabilities can only be meant of logits: of
  /// the outputs as they are, or of the logarithms that a log-softmax gives (PyTorch's NLLLoss).
  func reconciled(with network: Network<Float>) -> (loss: Loss, note: String?) {
    let activation = network.layers.last?.outputActivation ?? .linear
    guard takesProbabilities, !activation.givesProbabilities, let ofLogits else {
      return (self, nil)
    }
    return (
      ofLogits,
      activation == .logSoftmax && link == .softmax
        ? "\(name) takes the outputs of the log_softmax for logarithms of probabilities: it is the "
          + "loss of a softmax."
        : "The outputs, by \(activation.name), are no probabilities: \(name) takes them for logits."
    )
  }
}
