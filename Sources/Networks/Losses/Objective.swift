public import LinearAlgebra

/// A loss as the last preactivations see it, through the stages that follow the last layer.
///
///     ℓ(a) = loss(stages(a), target)      v = −∂ℓ/∂a
///
/// Softmax and sigmoid are taken together with a cross-entropy, as Keras does on TensorFlow: any
/// cross-entropy of any softmax or sigmoid output is computed from the logits before it. So the
/// desired update is `target − probability` and never rounds to 0 too early.
public struct Objective<Scalar: BLASScalar>: Equatable, Sendable {
  /// The loss, as the model was trained with it.
  public let loss: Loss
  /// The number of outputs.
  public let outputs: Int
  /// Notes on this loss after these stages that a user may not expect, in whole sentences.
  public let notes: [String]

  /// The stages after the last layer.
  let stages: [Stage<Scalar>]
  /// The stages between the last preactivations and `effectiveLoss`, unit by unit.
  let innerStages: [Stage<Scalar>]
  /// The activation of the whole row after them, unless it is part of `effectiveLoss`.
  let rowActivation: Activation?
  /// The loss as it is computed: from logits if the last activation is part of it.
  let effectiveLoss: Loss
  /// The bounds that probabilities are clipped to: those of the model's precision, also where the
  /// pass has another.
  let bounds: ProbabilityBounds

  /// The objective of `loss` after the stages of the last layer, which has `outputs` units.
  ///
  /// - Throws: `NetworkError` if a stage follows a softmax or its like, or a normalization couples
  ///   the outputs.
  public init(loss: Loss, outputStages: [Stage<Scalar>], outputs: Int) throws(NetworkError) {
    self.loss = loss
    self.outputs = outputs
    bounds = ProbabilityBounds(in: Scalar.self)
    stages = outputStages
    var inner = outputStages
    var last: Activation?
    if case .activation(let activation) = inner.last { last = activation }
    var notes: [String] = []
    if last == .logSoftmax, loss.link == .softmax, !loss.takesProbabilities {
      // Logarithms of a softmax are logits of the same softmax.
      inner.removeLast()
      effectiveLoss = loss
      rowActivation = nil
    } else if let last, last == .softmax || last == .sigmoid, let fused = loss.ofLogits {
      inner.removeLast()
      effectiveLoss = fused
      rowActivation = nil
      if fused == loss {
        notes.append(
          "The loss says from_logits, but the outputs pass a \(last.name). "
            + "As Keras does on TensorFlow, the loss uses the logits before it.")
      } else if last != loss.link {
        notes.append(
          "\(loss.name) after \(last.name) is not the loss of these probabilities. As Keras does "
            + "on TensorFlow, it is computed from the logits before the \(last.name).")
      }
    } else {
      effectiveLoss = loss
      rowActivation = last.flatMap { $0.actsOnRows ? $0 : nil }
      if rowActivation != nil { inner.removeLast() }
      if loss.takesProbabilities, !(last ?? .linear).givesProbabilities {
        notes.append(
          "\(loss.name) takes probabilities, and outputs by \((last ?? .linear).name) are none: as in "
            + "Keras, they are clipped to between 0 and 1. If they are logits, the loss lacks "
            + "from_logits=True.")
      }
    }
    if loss.link == .softmax && outputs == 1 {
      notes.append("\(loss.name) of a single output is constant: no weight can lower it.")
    }
    if inner.contains(where: \.couplesUnits) { throw .normalizedOutputs }
    for case .activation(let activation) in inner where activation.actsOnRows {
      throw .rowActivationNotLast(activation)
    }
    innerStages = inner
    self.notes = notes
  }

  /// The loss and the desired update of each sample.
  ///
  /// - Parameters:
  ///   - preactivations: a_L, samples × outputs.
  ///   - targets: of the same samples: labels within 0..<outputs, or samples × outputs.
  ///   - losses: set to one number per sample.
  ///   - desiredUpdates: set to −∂ℓ/∂a_L of each sample, samples × outputs, not divided by n.
  public func evaluate(
    preactivations: Matrix<Scalar>, targets: Targets<Scalar>, losses: inout [Double],
    desiredUpdates: inout Matrix<Scalar>
  ) {
    if innerStages.isEmpty && rowActivation == nil {
      effectiveLoss.evaluate(
        predictions: preactivations, targets: targets, bounds: bounds, losses: &losses,
        gradients: &desiredUpdates)
      negate(&desiredUpdates.storage)
      return
    }
    var inputs = preactivations
    var derivatives = Matrix<Scalar>(
      rows: inputs.rows, columns: inputs.columns,
      storage: [Scalar](repeating: -1, count: inputs.storage.count))
    for stage in innerStages { stage.apply(to: &inputs, scalingDerivatives: &derivatives) }
    if let rowActivation {
      var predictions = inputs
      rowActivation.applyRows(to: &predictions)
      effectiveLoss.evaluate(
        predictions: predictions, targets: targets, bounds: bounds, losses: &losses,
        gradients: &desiredUpdates)
      rowActivation.pullBackRows(&desiredUpdates, inputs: inputs, outputs: predictions)
    } else {
      effectiveLoss.evaluate(
        predictions: inputs, targets: targets, bounds: bounds, losses: &losses,
        gradients: &desiredUpdates)
    }
    multiply(&desiredUpdates.storage, by: derivatives.storage)
  }

  /// The loss of each sample alone.
  public func evaluate(
    preactivations: Matrix<Scalar>, targets: Targets<Scalar>, losses: inout [Double]
  ) {
    var predictions = preactivations
    for stage in innerStages { stage.apply(to: &predictions) }
    rowActivation?.applyRows(to: &predictions)
    effectiveLoss.evaluate(
      predictions: predictions, targets: targets, bounds: bounds, losses: &losses)
  }

  /// The network's answers: the preactivations after all stages, samples × outputs.
  public func predictions(preactivations: Matrix<Scalar>) -> Matrix<Scalar> {
    var predictions = preactivations
    for stage in stages { stage.apply(to: &predictions) }
    return predictions
  }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func negate<Scalar: BLASScalar>(_ numbers: inout [Scalar]) {
  var numbers = numbers.mutableSpan
  for index in numbers.indices { numbers[index] = -numbers[index] }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func multiply<Scalar: BLASScalar>(_ numbers: inout [Scalar], by factors: [Scalar]) {
  precondition(numbers.count == factors.count, "\(numbers.count) by \(factors.count) numbers")
  let factors = factors.span
  var numbers = numbers.mutableSpan
  for index in numbers.indices { numbers[index] *= factors[index] }
}

extension Loss {
  /// The activation whose output a cross-entropy takes for probabilities.
  public var link: Activation? {
    switch self {
    case .binaryCrossentropy: .sigmoid
    case .categoricalCrossentropy, .sparseCategoricalCrossentropy: .softmax
    default: nil
    }
  }

  /// This cross-entropy as a loss of logits; `nil` for all other losses.
  public var ofLogits: Loss? {
    switch self {
    case .binaryCrossentropy(_, let smoothing):
      .binaryCrossentropy(fromLogits: true, labelSmoothing: smoothing)
    case .categoricalCrossentropy(_, let smoothing):
      .categoricalCrossentropy(fromLogits: true, labelSmoothing: smoothing)
    case .sparseCategoricalCrossentropy: .sparseCategoricalCrossentropy(fromLogits: true)
    default: nil
    }
  }

  /// Whether a network's outputs are read as probabilities, and not as logits or amounts.
  public var takesProbabilities: Bool {
    switch self {
    case .binaryCrossentropy(let fromLogits, _), .categoricalCrossentropy(let fromLogits, _),
      .sparseCategoricalCrossentropy(let fromLogits):
      !fromLogits
    case .klDivergence: true
    default: false
    }
  }

  /// The share of every target that is spread over all classes.
  var labelSmoothing: Double {
    switch self {
    case .binaryCrossentropy(_, let smoothing), .categoricalCrossentropy(_, let smoothing):
      smoothing
    default: 0
    }
  }
}
