import LinearAlgebra
import Networks

/// The state of an optimizer for one variable.
struct UpdateMemory: Sendable {
  /// The momentum for SGD and RMSprop, the mean of the gradients for Adam; empty if there is none.
  private var mean: [Float] = []
  /// The mean, or with Adagrad the sum, of their squares; empty for SGD.
  private var meanSquare: [Float] = []
  /// The largest mean square so far, for AMSGrad, or the mean gradient of centred RMSprop.
  private var third: [Float] = []

  /// The state of zeros for `count` numbers.
  init(count: Int, rule: UpdateRule) {
    let zeros = [Float](repeating: 0, count: count)
    switch rule {
    case .sgd(let momentum, _): if momentum != 0 { mean = zeros }
    case .adam(_, _, _, let amsgrad):
      (mean, meanSquare) = (zeros, zeros)
      if amsgrad { third = zeros }
    case .rmsprop(_, let momentum, _, let centered):
      meanSquare = zeros
      if momentum > 0 { mean = zeros }
      if centered { third = zeros }
    case .adagrad(let initial, _):
      meanSquare = [Float](repeating: Float(initial), count: count)
    }
  }

  /// Takes a step.
  ///
  /// - Parameters:
  ///   - weights: changed where they stand.
  ///   - sum: `factor · sum` is the gradient.
  ///   - factor: see there.
  ///   - settings: rule, learning rate and decay; clipping has been done.
  ///   - step: counted from 1.
  mutating func step(
    _ weights: inout [Float], sum: [Float], factor: Float, by settings: OptimizerSettings, step: Int
  ) {
    if settings.weightDecay > 0 {
      decay(&weights, by: Float(settings.weightDecay * settings.learningRate))
    }
    let rate = Float(settings.learningRate)
    switch settings.rule {
    case .sgd(let momentum, let nesterov):
      if momentum == 0 { return descend(&weights, along: sum, by: -rate * factor) }
      momentumStep(
        &weights, momentum: &mean, sum: sum, factor: factor, rate: rate, keep: Float(momentum),
        isNesterov: nesterov)
    case .adam(let beta1, let beta2, let epsilon, let amsgrad):
      // Keras raises β as it is in single precision, which its first steps show.
      let powers = (pow(Double(Float(beta1)), step), pow(Double(Float(beta2)), step))
      let correction = (1 - powers.1).squareRoot() / (1 - powers.0)
      let corrected = Float(settings.learningRate * correction)
      let fresh = (mean: Float(1 - beta1), meanSquare: Float(1 - beta2))
      if amsgrad {
        amsgradStep(
          &weights, mean: &mean, meanSquare: &meanSquare, largest: &third, sum: sum,
          factor: factor, rate: corrected, fresh: fresh, epsilon: Float(epsilon))
      } else {
        adamStep(
          &weights, mean: &mean, meanSquare: &meanSquare, sum: sum, factor: factor,
          rate: corrected, fresh: fresh, epsilon: Float(epsilon))
      }
    case .rmsprop(let rho, let momentum, let epsilon, let centered):
      rmspropStep(
        &weights, momentum: &mean, meanSquare: &meanSquare, mean: &third, sum: sum,
        factor: factor, rate: rate,
        settings: (Float(rho), Float(momentum), Float(epsilon), isCentered: centered))
    case .adagrad(_, let epsilon):
      adagradStep(
        &weights, sumOfSquares: &meanSquare, sum: sum, factor: factor, rate: rate,
        epsilon: Float(epsilon))
    }
  }
}
