import ArgumentParser
import Diagnostics
import FoundationEssentials
import Growth
import Loader
import Networks

/// How the weights are trained, and until when.
struct StepOptions: ParsableArguments {
  enum OptimizerName: String, CaseIterable, ExpressibleByArgument { case adam, sgd }

  @Option(help: "How a gradient becomes a step; Keras's.")
  var optimizer = OptimizerName.adam

  @Option(
    help: ArgumentHelp("(default: 0.001 for adam, 0.01 for sgd)", valueName: "rate"))
  var learningRate: Double?

  @Option(help: ArgumentHelp("Samples in a step.", valueName: "n"))
  var batchSize = 100

  @Option(help: ArgumentHelp("End after so many steps.", valueName: "n"))
  var steps: Int?

  @Option(help: ArgumentHelp("End when all samples were used so often.", valueName: "n"))
  var epochs: Double?

  @Option(
    help: ArgumentHelp("End after so many seconds of training and growing.", valueName: "s"))
  var seconds: Double?

  @Option(
    help: ArgumentHelp(
      "End when the accuracy is this, as in 97% or 0.97; on samples held out if there are any.",
      valueName: "share"), transform: Share.parse)
  var untilAccuracy: Double?

  @Option(help: ArgumentHelp("End when the loss is this, likewise.", valueName: "loss"))
  var untilLoss: Double?

  @Option(
    help: ArgumentHelp(
      "Look at loss and accuracy every so many steps, or seconds as in 2s (default: around each "
        + "growth, or every 100 steps with a target).", valueName: "interval"),
    transform: IntervalArgument.init(parsing:))
  var evaluateEvery: IntervalArgument?

  func validate() throws {
    try check("--learning-rate", learningRate) { $0 > 0 && $0.isFinite }
    try check("--batch-size", batchSize) { $0 > 0 }
    try check("--steps", steps) { $0 > 0 }
    try check("--epochs", epochs) { $0 > 0 && $0.isFinite }
    try check("--seconds", seconds) { $0 > 0 && $0.isFinite }
    if untilAccuracy == 0 {
      throw ValidationError("--until-accuracy is 0, expected more")
    }
    if let untilLoss, !untilLoss.isFinite {
      throw ValidationError("--until-loss is \(untilLoss), expected a number")
    }
  }

  private func check<Number>(
    _ option: String, _ number: Number?, _ isRight: (Number) -> Bool
  ) throws {
    if let number, !isRight(number) {
      throw ValidationError("\(option) is \(number), expected a number above 0")
    }
  }

  /// The optimizer with Keras's defaults.
  var chosenOptimizer: Optimizer {
    switch optimizer {
    case .adam: .adam(learningRate: learningRate ?? 0.001)
    case .sgd: .sgd(learningRate: learningRate ?? 0.01)
    }
  }

  /// The limits said here.
  var limits: GrowingLimits {
    GrowingLimits(
      steps: steps, epochs: epochs, seconds: seconds, accuracy: untilAccuracy, loss: untilLoss)
  }
}
