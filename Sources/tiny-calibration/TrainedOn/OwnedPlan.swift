import Networks

/// How somebody trains a network: widths, activation, optimizer.
struct OwnedPlan: Sendable {
  /// The samples, by the name of their set.
  let data: String
  /// Of the hidden layers.
  let widths: [Int]
  let hidden: Activation
  let optimizer: OptimizerSettings
  let batchSize: Int
  /// At most so many steps: it is stopped where the validation samples say so.
  let steps: Int

  init(
    _ data: String, _ widths: [Int], _ hidden: Activation, _ optimizer: OptimizerSettings,
    batch: Int = 32, steps: Int = 6000
  ) {
    self.data = data
    self.widths = widths
    self.hidden = hidden
    self.optimizer = optimizer
    batchSize = batch
    self.steps = steps
  }

  var name: String {
    "\(data) \(widths.map(String.init).joined(separator: "-")) \(hidden.name) \(optimizer.name)"
  }

  /// Numbers of neurons that are added beside the one that is suggested.
  var counts: [Int] { data.hasPrefix("mnist") ? [6] : [] }

  /// All networks for which there are samples.
  static func all(mnist: String?) -> [OwnedPlan] {
    // Those that take longest come first.
    (mnist == nil ? [] : ofDigits) + generated + ofFixtures
  }

  private static let adam = OptimizerSettings()
  private static let adamw = OptimizerSettings(learningRate: 0.002, weightDecay: 0.004)
  private static let rmsprop = OptimizerSettings(.rmsprop())
  private static let sgd = OptimizerSettings(.sgd(), learningRate: 0.05)
  private static let momentum = OptimizerSettings(.sgd(momentum: 0.9))
  private static let nesterov = OptimizerSettings(
    .sgd(momentum: 0.9, nesterov: true), learningRate: 0.02)

  private static let ofDigits = [
    OwnedPlan("mnist-50k", [8, 8], .relu, adam, batch: 100, steps: 8000),
    OwnedPlan("mnist-10k", [8, 8], .relu, adam, batch: 100),
  ]

  private static let generated = [
    OwnedPlan("images", [8, 8], .relu, adam),
    OwnedPlan("images", [8, 6], .selu, momentum),
    OwnedPlan("images", [6, 6], .tanh, rmsprop),
    OwnedPlan("images", [6, 8], .gelu(approximate: false), adamw),
    OwnedPlan("teacher", [6, 5], .tanh, adam), OwnedPlan("teacher", [8, 4], .relu, momentum),
    OwnedPlan("teacher", [8, 6], .silu, adam), OwnedPlan("teacher", [8, 5], .elu(alpha: 1), sgd),
    OwnedPlan("friedman-many", [6, 4], .relu, adam),
    OwnedPlan("friedman-many", [5, 5], .tanh, nesterov),
    OwnedPlan("friedman-many", [6, 4], .selu, rmsprop),
    OwnedPlan("heavy", [6, 4], .relu, momentum), OwnedPlan("heavy", [5, 5], .tanh, adam),
    OwnedPlan("rare", [4, 4], .relu, adam), OwnedPlan("rare", [4, 3], .tanh, momentum),
    OwnedPlan("rare", [6, 3], .sigmoid, rmsprop),
    OwnedPlan("friedman-few", [6, 4], .relu, adam), OwnedPlan("friedman-few", [4, 4], .tanh, sgd),
    OwnedPlan("spirals-few", [8, 4], .relu, adam),
    OwnedPlan("spirals-few", [6, 4], .tanh, nesterov),
    OwnedPlan("friedman", [8, 4], .relu, adam), OwnedPlan("friedman", [4, 6], .tanh, rmsprop),
    OwnedPlan("friedman", [6, 4], .selu, momentum),
    OwnedPlan("spirals", [8, 4], .relu, adam), OwnedPlan("spirals", [6, 6], .tanh, momentum),
    OwnedPlan("spirals", [6, 4], .sigmoid, adam),
  ]

  private static let ofFixtures = [
    OwnedPlan("digits", [16, 4], .relu, adam), OwnedPlan("digits", [12, 5], .selu, momentum),
    OwnedPlan("digits", [12, 5], .tanh, rmsprop),
    OwnedPlan("digits", [12, 5], .gelu(approximate: false), adamw),
    OwnedPlan("digits", [12, 6], .sigmoid, adam), OwnedPlan("wine", [4, 3], .relu, adam),
    OwnedPlan("wine", [4, 2], .tanh, momentum),
    OwnedPlan("cancer", [6, 2], .selu, adam),
    OwnedPlan("cancer", [4, 3], .gelu(approximate: false), rmsprop),
    OwnedPlan("diabetes", [6, 3], .relu, sgd), OwnedPlan("diabetes", [4, 3], .tanh, adam),
  ]
}
