internal import RealModule
public import LinearAlgebra

extension Loss {
  /// The loss of each sample and its gradient by the predictions.
  ///
  /// What the numbers are is Keras's definition, one row per sample; the arithmetic is `Double`
  /// whatever `Scalar` is, so that the small losses of a well-trained network keep their digits.
  ///
  /// - Parameters:
  ///   - predictions: samples × outputs; logits where the loss says `fromLogits`.
  ///   - targets: labels for the categorical cross-entropies, else of the shape of `predictions`.
  ///     Labels that are all 0 or 1 become −1 and 1 for the hinge losses, as in Keras.
  ///   - losses: set to one number per sample.
  ///   - gradients: set to samples × outputs, not divided by the number of samples. Where the loss
  ///     has a kink, 0 or the side TensorFlow takes.
  public func evaluate<Scalar: BLASScalar>(
    predictions: Matrix<Scalar>, targets: Targets<Scalar>, losses: inout [Double],
    gradients: inout Matrix<Scalar>
  ) {
    evaluate(
      predictions: predictions, targets: targets, bounds: ProbabilityBounds(in: Scalar.self),
      losses: &losses, gradients: &gradients)
  }

  /// The loss of each sample and its gradient, with probabilities clipped to given bounds.
  func evaluate<Scalar: BLASScalar>(
    predictions: Matrix<Scalar>, targets: Targets<Scalar>, bounds: ProbabilityBounds,
    losses: inout [Double], gradients: inout Matrix<Scalar>
  ) {
    precondition(gradients.columns == predictions.columns, "\(gradients.columns) columns")
    gradients.setRowCount(predictions.rows)
    sweep(predictions, targets, bounds, &losses, &gradients.storage)
  }

  /// The loss of each sample alone.
  public func evaluate<Scalar: BLASScalar>(
    predictions: Matrix<Scalar>, targets: Targets<Scalar>, losses: inout [Double]
  ) {
    evaluate(
      predictions: predictions, targets: targets, bounds: ProbabilityBounds(in: Scalar.self),
      losses: &losses)
  }

  /// The loss of each sample and its gradient, with probabilities clipped to given bounds.
  func evaluate<Scalar: BLASScalar>(
    predictions: Matrix<Scalar>, targets: Targets<Scalar>, bounds: ProbabilityBounds,
    losses: inout [Double]
  ) {
    var gradients: [Scalar] = []
    sweep(predictions, targets, bounds, &losses, &gradients)
  }

  /// All formulas, with the switch outside the loops. If `gradients` is empty, only the losses are
  /// computed.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private func sweep<Scalar: BLASScalar>(
    _ predictions: Matrix<Scalar>, _ targets: Targets<Scalar>, _ bounds: ProbabilityBounds,
    _ losses: inout [Double], _ gradients: inout [Scalar]
  ) {
    let width = predictions.columns
    precondition(
      targets.sampleCount == predictions.rows,
      "\(targets.sampleCount) targets for \(predictions.rows) predictions")
    if losses.count != predictions.rows {
      losses = [Double](repeating: 0, count: predictions.rows)
    }
    let mean = 1 / Double(width)
    switch self {
    case .meanSquaredError:
      perOutput(predictions, targets, mean, &losses, &gradients) { p, y in
        let error = p - y
        return (error * error, 2 * error)
      }
    case .meanAbsoluteError:
      perOutput(predictions, targets, mean, &losses, &gradients) { p, y in
        (abs(p - y), sign(p - y))
      }
    case .meanAbsolutePercentageError:
      perOutput(predictions, targets, 100 * mean, &losses, &gradients) { p, y in
        let magnitude = max(abs(y), kerasEpsilon)
        return (abs(p - y) / magnitude, sign(p - y) / magnitude)
      }
    case .meanSquaredLogarithmicError:
      perOutput(predictions, targets, mean, &losses, &gradients) { p, y in
        let difference =
          Double.log(onePlus: max(p, kerasEpsilon)) - Double.log(onePlus: max(y, kerasEpsilon))
        return (difference * difference, p < kerasEpsilon ? 0 : 2 * difference / (p + 1))
      }
    case .huber(let delta):
      perOutput(predictions, targets, mean, &losses, &gradients) { p, y in
        let error = p - y
        let magnitude = abs(error)
        return (
          magnitude <= delta ? error * error / 2 : delta * (magnitude - delta / 2),
          magnitude <= delta ? error : delta * sign(error)
        )
      }
    case .logCosh:
      perOutput(predictions, targets, mean, &losses, &gradients) { p, y in
        let magnitude = abs(p - y)
        let value = magnitude + Double.log(onePlus: Double.exp(-2 * magnitude)) - Double.log(2)
        return (value, Double.tanh(p - y))
      }
    case .quantile(let share):
      perOutput(predictions, targets, mean, &losses, &gradients) { p, y in
        let error = y - p
        return (
          max(share * error, (share - 1) * error),
          error == 0 ? 0 : error > 0 ? -share : 1 - share
        )
      }
    case .poisson:
      perOutput(predictions, targets, mean, &losses, &gradients) { p, y in
        (p - y * Double.log(p + kerasEpsilon), 1 - y / (p + kerasEpsilon))
      }
    case .klDivergence:
      perOutput(predictions, targets, 1, &losses, &gradients) { p, y in
        let (share, truth) = (clip(p, kerasEpsilon, 1), clip(y, kerasEpsilon, 1))
        return (truth * Double.log(truth / share), share == p ? -truth / share : 0)
      }
    case .hinge:
      let (scale, shift) = targets.signedLabelMap
      perOutput(predictions, targets, mean, &losses, &gradients) { p, y in
        let label = scale * y + shift
        return (max(1 - label * p, 0), label * p < 1 ? -label : 0)
      }
    case .squaredHinge:
      let (scale, shift) = targets.signedLabelMap
      perOutput(predictions, targets, mean, &losses, &gradients) { p, y in
        let label = scale * y + shift
        let margin = max(1 - label * p, 0)
        return (margin * margin, -2 * label * margin)
      }
    case .binaryCrossentropy(fromLogits: false, let smoothing):
      perOutput(predictions, targets, mean, &losses, &gradients) { p, y in
        let truth = y * (1 - smoothing) + smoothing / 2
        let share = bounds.clip(p)
        return (
          -truth * Double.log(share) - (1 - truth) * Double.log(1 - share),
          share == p ? (share - truth) / (share * (1 - share)) : 0
        )
      }
    case .binaryCrossentropy(fromLogits: true, let smoothing):
      perOutput(predictions, targets, mean, &losses, &gradients) { z, y in
        let truth = y * (1 - smoothing) + smoothing / 2
        let power = Double.exp(-abs(z))
        let probability = (z < 0 ? power : 1) / (1 + power)
        return (max(z, 0) - z * truth + Double.log(onePlus: power), probability - truth)
      }
    case .categoricalCrossentropy(fromLogits: true, let smoothing):
      softmaxCrossentropies(
        predictions, targets, (1 - smoothing, smoothing * mean), &losses, &gradients)
    case .sparseCategoricalCrossentropy(fromLogits: true):
      softmaxCrossentropies(predictions, targets, (1, 0), &losses, &gradients)
    case .categoricalCrossentropy(fromLogits: false, let smoothing):
      perRow(
        predictions, targets, (1 - smoothing, smoothing * mean), &losses, &gradients
      ) { renormalisedCrossentropy($0, $1, bounds, &$2) }
    case .sparseCategoricalCrossentropy(fromLogits: false):
      perRow(predictions, targets, (1, 0), &losses, &gradients) {
        clippedCrossentropy($0, $1, bounds, &$2)
      }
    case .categoricalHinge:
      perRow(predictions, targets, (1, 0), &losses, &gradients, categoricalHingeLoss)
    case .cosineSimilarity:
      perRow(predictions, targets, (1, 0), &losses, &gradients, negativeCosine)
    }
  }
}

/// A loss that is a sum of one term per output, times `factor`.
@inline(__always)
private func perOutput<Scalar: BLASScalar>(
  _ predictions: Matrix<Scalar>, _ targets: Targets<Scalar>, _ factor: Double,
  _ losses: inout [Double], _ gradients: inout [Scalar],
  _ term: (_ prediction: Double, _ target: Double) -> (value: Double, slope: Double)
) {
  guard case .values(let truths) = targets, truths.columns == predictions.columns else {
    preconditionFailure("targets that are not samples × \(predictions.columns)")
  }
  let width = predictions.columns
  let predictions = predictions.storage.span
  let targets = truths.storage.span
  var losses = losses.mutableSpan
  var gradients = gradients.mutableSpan
  let differentiating = !gradients.isEmpty
  for sample in losses.indices {
    var sum = 0.0
    if differentiating {
      for index in sample * width..<(sample + 1) * width {
        let (value, slope) = term(Double(predictions[index]), Double(targets[index]))
        sum += value
        gradients[index] = Scalar(slope * factor)
      }
    } else {
      for index in sample * width..<(sample + 1) * width {
        sum += term(Double(predictions[index]), Double(targets[index])).value
      }
    }
    losses[sample] = sum * factor
  }
}

/// A loss of the whole row. Labels stand for one-hot rows; each target t becomes
/// `keep · t + add`, which is label smoothing.
@inline(__always)
private func perRow<Scalar: BLASScalar>(
  _ predictions: Matrix<Scalar>, _ targets: Targets<Scalar>,
  _ smoothing: (keep: Double, add: Double), _ losses: inout [Double],
  _ gradients: inout [Scalar],
  _ loss: (_ prediction: [Double], _ target: [Double], _ gradient: inout [Double]) -> Double
) {
  let width = predictions.columns
  var prediction = [Double](repeating: 0, count: width)
  var (target, gradient) = (prediction, prediction)
  for sample in losses.indices {
    let start = sample * width
    for column in 0..<width { prediction[column] = Double(predictions.storage[start + column]) }
    switch targets {
    case .labels(let labels):
      for column in 0..<width { target[column] = smoothing.add }
      target[labels[sample]] += smoothing.keep
    case .values(let truths):
      precondition(truths.columns == width, "\(truths.columns) targets for \(width) outputs")
      for column in 0..<width {
        target[column] = smoothing.keep * Double(truths.storage[start + column]) + smoothing.add
      }
    }
    losses[sample] = loss(prediction, target, &gradient)
    if !gradients.isEmpty {
      for column in 0..<width { gradients[start + column] = Scalar(gradient[column]) }
    }
  }
}
