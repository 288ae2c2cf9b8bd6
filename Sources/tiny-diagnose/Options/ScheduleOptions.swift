import ArgumentParser
import Diagnostics
import FoundationEssentials
import Growth
import Loader
import Networks

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
