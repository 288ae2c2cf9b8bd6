import ArgumentParser
import Loader
import Networks

/// How a network is trained on, where it is not as the model's file says.
struct OptimizerOptions: ParsableArguments {
  enum Name: String, CaseIterable, ExpressibleByArgument { case sgd, adam, adamw, rmsprop, adagrad }

  @Option(
    help: "The optimizer, with Keras's settings (default: the one in the model, or else adam).")
  var optimizer: Name?

  @Option(
    help: ArgumentHelp(
      "Its learning rate (default: the model's; 0.01 for sgd and 0.001 for the others if "
        + "--optimizer names one).", valueName: "rate"))
  var learningRate: Double?

  @Option(help: ArgumentHelp("The momentum of sgd and rmsprop.", valueName: "share"))
  var momentum: Double?

  @Flag(help: "Nesterov's momentum, of sgd.")
  var nesterov = false

  @Option(
    help: ArgumentHelp(
      "The weight decay of each step (default for adamw: 0.004).", valueName: "rate"))
  var weightDecay: Double?

  @Option(
    help: ArgumentHelp("Samples in a step; no model says it, and Keras takes 32.", valueName: "n"))
  var batchSize = 32

  func validate() throws {
    if let learningRate, !(learningRate > 0 && learningRate.isFinite) {
      throw ValidationError("--learning-rate is \(learningRate), expected a number above 0")
    }
    if let momentum, !(momentum >= 0 && momentum < 1) {
      throw ValidationError("--momentum is \(momentum), expected 0 or more and less than 1")
    }
    if let weightDecay, !(weightDecay >= 0 && weightDecay.isFinite) {
      throw ValidationError("--weight-decay is \(weightDecay), expected 0 or more")
    }
    guard batchSize > 0 else {
      throw ValidationError("--batch-size is \(batchSize), expected 1 or more")
    }
  }

  /// Whether anything was said beside the batches.
  var isSaid: Bool {
    optimizer != nil || learningRate != nil || momentum != nil || nesterov || weightDecay != nil
  }

  /// How a model is trained on.
  ///
  /// - Throws: `ValidationError` for a momentum of an optimizer that has none.
  func configuration(of training: ModelTraining) throws -> TrainingConfiguration {
    var configuration = training.configuration
    configuration.batchSize = batchSize
    var settings = configuration.optimizer
    if let optimizer {
      settings = OptimizerSettings(optimizer.rule, weightDecay: optimizer == .adamw ? 0.004 : 0)
    }
    switch settings.rule {
    case .sgd(let old, let isNesterov):
      settings.rule = .sgd(momentum: momentum ?? old, nesterov: nesterov || isNesterov)
    case .rmsprop(let rho, let old, let epsilon, let isCentered):
      settings.rule = .rmsprop(
        rho: rho, momentum: momentum ?? old, epsilon: epsilon, centered: isCentered)
    case .adam, .adagrad:
      if momentum != nil || nesterov {
        throw ValidationError("\(settings.name) has no momentum: sgd and rmsprop have")
      }
    }
    if let learningRate { settings.learningRate = learningRate }
    if let weightDecay { settings.weightDecay = weightDecay }
    configuration.optimizer = settings
    return configuration
  }
}

extension OptimizerOptions.Name {
  /// Its rule with Keras's settings.
  fileprivate var rule: UpdateRule {
    switch self {
    case .sgd: .sgd()
    case .adam, .adamw: .adam()
    case .rmsprop: .rmsprop()
    case .adagrad: .adagrad()
    }
  }
}
