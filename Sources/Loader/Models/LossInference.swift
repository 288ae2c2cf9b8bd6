public import LinearAlgebra
public import Networks

/// The loss a network was most likely trained with, from its last activation and its targets.
///
/// | outputs | targets | loss |
/// |---|---|---|
/// | softmax | (n) or (n, 1) | sparse categorical cross-entropy |
/// | softmax | (n, outputs) | categorical cross-entropy |
/// | sigmoid | any | binary cross-entropy |
/// | linear, several | integers, (n) or (n, 1) | sparse categorical cross-entropy of logits |
/// | anything else | any | mean squared error |
///
/// - Parameters:
///   - network: what gives the outputs.
///   - targetShape: of all targets, samples first.
///   - targetsAreIntegers: whether they are stored as whole numbers.
/// - Returns: `nil` where none can be told: after other functions of the whole row.
public func inferredLoss(
  for network: Network<Float>, targetShape: [Int], targetsAreIntegers: Bool
) -> Loss? {
  guard let last = network.layers.last else { return nil }
  let isOneColumn = targetShape.dropFirst().reduce(1, *) == 1
  switch last.outputActivation {
  case .softmax:
    return isOneColumn && last.outputs > 1
      ? .sparseCategoricalCrossentropy(fromLogits: false)
      : .categoricalCrossentropy(fromLogits: false, labelSmoothing: 0)
  case .sigmoid: return .binaryCrossentropy(fromLogits: false, labelSmoothing: 0)
  case .logSoftmax, .sparsemax: return nil
  case .linear where isOneColumn && last.outputs > 1 && targetsAreIntegers:
    return .sparseCategoricalCrossentropy(fromLogits: true)
  default: return .meanSquaredError
  }
}

extension Layer {
  /// The activation that ends the layer; `linear` if none does.
  var outputActivation: Activation {
    if case .activation(let activation) = stages.last { activation } else { .linear }
  }
}
