import ArgumentParser
import Growth

/// For how long networks are trained on, and how often.
struct LengthOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Train every network on for so many steps (default: what is done in seconds for small "
        + "networks, in a minute for large ones).", valueName: "n"))
  var steps: Int?

  @Option(
    help: ArgumentHelp(
      "Take about so many seconds in all; the result then depends on the machine.", valueName: "s"))
  var seconds: Double?

  @Option(
    help: ArgumentHelp("Batch orders that every way is trained on by.", valueName: "n"))
  var seeds = 3

  func validate() throws {
    if steps != nil, seconds != nil {
      throw ValidationError("--steps and --seconds exclude each other")
    }
    if let steps, steps < 1 { throw ValidationError("--steps is \(steps), expected 1 or more") }
    if let seconds, !(seconds > 0 && seconds.isFinite) {
      throw ValidationError("--seconds is \(seconds), expected a number above 0")
    }
    guard (1...100).contains(seeds) else {
      throw ValidationError("--seeds is \(seeds), expected 1 to 100")
    }
  }

  /// The length that was asked for.
  var length: ComparisonOptions.Length {
    if let steps { return .steps(steps) }
    return seconds.map { .seconds($0) } ?? .usual
  }
}
