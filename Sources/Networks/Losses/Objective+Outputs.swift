import LinearAlgebra

/// Why a network of a single output can only ever say one thing.
public enum SingleOutput: Equatable, Sendable {
  /// The last activation divides by the sum over the outputs, which is the output itself.
  case normalized(Activation)
  /// The loss compares shares of the outputs, of which one has all.
  case categoricalLoss
}

extension Objective {
  /// The activation that ends the network; `nil` where the outputs are not those of one.
  public var outputActivation: Activation? {
    guard case .activation(let activation) = stages.last else { return nil }
    return activation
  }

  /// The numbers that the outputs can be: the range of the last activation.
  public var outputRange: ClosedRange<Double> {
    stages.isEmpty ? -.infinity ... .infinity : outputActivation?.range ?? -.infinity ... .infinity
  }

  /// Whether the loss is computed before the last activation, whose flat parts then stop no gradient.
  public var readsLogits: Bool { innerStages.count < stages.count && rowActivation == nil }

  /// Why the single output says the same to every sample; `nil` where it does not, as of several.
  public var singleOutput: SingleOutput? {
    guard outputs == 1 else { return nil }
    if let outputActivation, [.softmax, .sparsemax, .logSoftmax].contains(outputActivation) {
      return .normalized(outputActivation)
    }
    return loss.link == .softmax ? .categoricalLoss : nil
  }

  /// The loss of the best answers that the last activation can give, sample by sample; 0 where it can
  /// give the targets.
  ///
  ///     ℓ(min(max(target, lower), upper), target)
  ///
  /// - Parameters:
  ///   - targets: of some samples.
  ///   - losses: set to one number per sample.
  /// - Returns: whether there is anything out of reach; otherwise `losses` is left alone. A loss of
  ///   probabilities or directions has no target out of reach.
  public func evaluateOutOfReach(_ targets: Targets<Scalar>, losses: inout [Double]) -> Bool {
    let range = outputRange
    guard loss.comparesNumbers, range != -.infinity ... .infinity,
      case .values(var reached) = targets
    else { return false }
    let (scale, shift) = loss.comparesSigns ? targets.signedLabelMap : (1, 0)
    var isOutOfReach = false
    for place in reached.storage.indices {
      let target = scale * Double(reached.storage[place]) + shift
      let answer = clip(target, range.lowerBound, range.upperBound)
      isOutOfReach = isOutOfReach || answer != target
      reached.storage[place] = Scalar(answer)
    }
    guard isOutOfReach else { return false }
    loss.evaluate(predictions: reached, targets: targets, losses: &losses)
    return true
  }
}

extension Loss {
  /// Whether an answer is best where it is the target, number by number.
  fileprivate var comparesNumbers: Bool {
    switch self {
    case .meanSquaredError, .meanAbsoluteError, .meanAbsolutePercentageError,
      .meanSquaredLogarithmicError, .huber, .logCosh, .quantile, .hinge, .squaredHinge:
      true
    default: false
    }
  }
}
