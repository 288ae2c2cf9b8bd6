public import ArgumentParser
import Diagnostics
import FoundationEssentials
import Growth
public import Loader
import Networks

/// What a new network looks like before it grows.
struct StartOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The units of each hidden layer at the start, separated by commas.", valueName: "widths"),
    transform: WidthList.init(parsing:))
  var hidden = WidthList(widths: [1, 1])

  @Option(
    help: ArgumentHelp(
      "What follows each hidden layer, by its Keras name.", valueName: "name"),
    transform: Self.activation(named:))
  var activation = Activation.selu

  @Option(
    help: ArgumentHelp(
      "Multiply the inputs by this first; the model does so as well. 0.00392 brings pixels of 0 to "
        + "255 to 0 to 1.", valueName: "factor"))
  var scale: Float?

  func validate() throws {
    if let scale, !scale.isNormal {
      throw ValidationError("--scale is \(scale), expected a number other than 0")
    }
  }

  private static func activation(named name: String) throws -> Activation {
    guard let activation = Activation(written: name), !activation.actsOnRows else {
      let names = Activation.allNames.filter { Activation(written: $0)?.actsOnRows == false }
      throw ValidationError("it is none of \(names.joined(separator: ", "))")
    }
    return activation
  }
}

/// Widths in a row, as a user writes them.
struct WidthList: Sendable, CustomStringConvertible {
  let widths: [Int]
  var description: String { widths.map(String.init).joined(separator: ",") }

  init(widths: [Int]) { self.widths = widths }

  init(parsing text: String) throws {
    widths = try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
      guard let width = Int(part.filter { $0 != " " }), (1...1_000_000).contains(width) else {
        throw ValidationError("expected numbers of units of 1 or more, as in 1,1")
      }
      return width
    }
  }
}

/// A number of steps, or of seconds as in `2s`.
struct IntervalArgument: Sendable, CustomStringConvertible {
  let interval: Interval

  var description: String {
    switch interval {
    case .steps(let steps): "\(steps)"
    case .seconds(let seconds): "\(seconds)s"
    }
  }

  init(_ interval: Interval) { self.interval = interval }

  init(parsing text: String) throws {
    if text.hasSuffix("s"), let seconds = Double(text.dropLast()), seconds > 0, seconds.isFinite {
      interval = .seconds(seconds)
    } else if let steps = Int(text), steps > 0 {
      interval = .steps(steps)
    } else {
      throw ValidationError("expected steps or seconds, as in 500 or 2s")
    }
  }
}

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
      "End when the accuracy is this, as in 0.97; on samples held out if there are any.",
      valueName: "share"))
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
    if let untilAccuracy, !(untilAccuracy > 0 && untilAccuracy <= 1) {
      throw ValidationError("--until-accuracy is \(untilAccuracy), expected a share up to 1")
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

/// When and by which neurons a network grows.
struct ScheduleOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Grow every so many steps, or seconds of training as in 2s.", valueName: "interval"),
    transform: IntervalArgument.init(parsing:))
  var growEvery = IntervalArgument(.steps(200))

  @Option(
    help: ArgumentHelp(
      "Grow all layers at most so often; 0 trains the start as it is.", valueName: "n"))
  var growths = 8

  @Option(
    help: ArgumentHelp(
      "The hidden layers that grow: dense_1, dense_2, …, separated by commas (default: all).",
      valueName: "names"))
  var layers: String?

  @Option(
    help: ArgumentHelp(
      "Add at most so many neurons to a layer in one growth (default: as many as lower the loss).",
      valueName: "n"))
  var neurons: Int?

  @Option(
    help: ArgumentHelp(
      "Let the network have at most so many weights and biases.", valueName: "parameters")
  )
  var budget: Int?

  @Option(
    help: ArgumentHelp(
      "Add only neurons whose λ² is above this (with the solver sequential).", valueName: "tau"))
  var threshold: Double?

  @Option(
    help: "How new neurons are made; random ones get the amplitude that lowers the loss most.")
  var method = GrowthMethod.tiny

  @Option(
    help: ArgumentHelp(
      "How the neurons of the method tiny are found, as in a report; sequential is the paper's way, and "
        + "the quickest."))
  var solver: Solver?

  @Flag(help: "With --method random, add them without fan-out instead of searching an amplitude.")
  var noLineSearch = false

  @Option(
    help: ArgumentHelp(
      "How many samples neurons are found on: as many as bring the error of their gain on others down "
        + "to a fifth; by the paper's rule 100, and √width times as many after each growth; or a number.",
      valueName: "error-bars|paper|n"), transform: StatisticsArgument.init(parsing:))
  var statistics = StatisticsArgument.errorBars

  @Flag(help: "Add only neurons that lower the loss of samples they were not found on.")
  var significant = false

  @Flag(help: "Change the weights by growths alone: new neurons, and the best updates beside them.")
  var noGradientDescent = false

  @Option(
    help: ArgumentHelp("Work on so many cores (with the solver activation-aware).", valueName: "n"))
  var threads = 1

  func validate() throws {
    guard growths >= 0 else {
      throw ValidationError("--growths is \(growths), expected 0 or more")
    }
    if let neurons, neurons < 1 {
      throw ValidationError("--neurons is \(neurons), expected 1 or more")
    }
    if let budget, budget < 1 {
      throw ValidationError("--budget is \(budget), expected 1 or more")
    }
    if let threshold, !(threshold >= 0 && threshold.isFinite) {
      throw ValidationError("--threshold is \(threshold), expected 0 or more")
    }
    if threshold != nil, source != .sequential {
      throw ValidationError("--threshold needs --solver sequential")
    }
    if method != .tiny, solver != nil {
      throw ValidationError("--solver is for --method tiny, not \(method.rawValue)")
    }
    if noLineSearch, method != .random {
      throw ValidationError("--no-line-search needs --method random")
    }
    if noGradientDescent, ![.sequential, .joint, .activationAware, .random].contains(source) {
      throw ValidationError(
        "--no-gradient-descent needs neurons that lower the loss at once, not \(source.rawValue)")
    }
    if noGradientDescent, growths == 0 {
      throw ValidationError("--no-gradient-descent and --growths 0 leave nothing to do")
    }
    guard (1...1024).contains(threads) else {
      throw ValidationError("--threads is \(threads), expected 1 to 1024")
    }
  }

  /// How neurons are made.
  var source: NeuronSource {
    switch method {
    case .tiny:
      switch solver ?? DiagnosisOptions(workers: 1).solver {
      case .sequential: .sequential
      case .joint: .joint
      case .activationAware: .activationAware
      }
    case .gradmax: .gradmax
    case .net2wider: .net2wider
    case .random: noLineSearch ? .silent : .random
    }
  }
}

/// How many samples neurons are found on, as a user says it.
struct StatisticsArgument: Sendable, CustomStringConvertible {
  let size: StatisticsSize
  let description: String

  /// So many samples measure a gain well enough, whatever rule asks for more; what they cost is a
  /// fraction of a second.
  private static let limit = 10_000

  static let paper = StatisticsArgument(
    size: .paper(start: 100, limit: limit), description: "paper")

  static let errorBars = StatisticsArgument(
    size: .errorBars(start: 100, relativeError: 0.2, limit: limit), description: "error-bars")

  private init(size: StatisticsSize, description: String) {
    self.size = size
    self.description = description
  }

  init(parsing text: String) throws {
    switch text {
    case "paper": self = .paper
    case "error-bars": self = .errorBars
    default:
      guard let count = Int(text), count > 0 else {
        throw ValidationError("expected error-bars, paper or a number of samples")
      }
      self.init(size: .fixed(count), description: text)
    }
  }
}

extension NewModelLayout: ExpressibleByArgument {}
