/// An optimizer with its learning rate, as Keras 3 defines it.
package struct OptimizerSettings: Equatable, Sendable {
  /// How a gradient becomes a step.
  package var rule: UpdateRule
  /// η; of a schedule, the rate that training goes on with.
  package var learningRate: Double
  /// Each step first takes the share `learningRate · weightDecay` of every weight away; 0 for
  /// nothing.
  package var weightDecay: Double
  /// What is done to large gradients.
  package var clipping: GradientClipping?

  /// A rule with its usual learning rate, unless told otherwise.
  package init(
    _ rule: UpdateRule = .adam(), learningRate: Double? = nil, weightDecay: Double = 0,
    clipping: GradientClipping? = nil
  ) {
    self.rule = rule
    self.learningRate = learningRate ?? rule.usualLearningRate
    self.weightDecay = weightDecay
    self.clipping = clipping
  }

  /// Keras's name for it, in lower case: `adam`, `adamw`, `sgd`, `rmsprop`, `adagrad`.
  package var name: String {
    switch rule {
    case .sgd: "sgd"
    case .adam: weightDecay > 0 ? "adamw" : "adam"
    case .rmsprop: "rmsprop"
    case .adagrad: "adagrad"
    }
  }
}

extension OptimizerSettings {
  /// The learning rate of plain gradient descent that is stable where this is; `nil` for rules that scale
  /// each weight's step by itself.
  ///
  /// With momentum μ the largest stable rate is 1 + μ times that of plain gradient descent; with
  /// Nesterov's it is (1 + μ) / (1 + 2 μ) times that.
  package var plainLearningRate: Double? {
    guard case .sgd(let momentum, let nesterov) = rule else { return nil }
    return learningRate * (nesterov ? 1 + 2 * momentum : 1) / (1 + momentum)
  }
}
