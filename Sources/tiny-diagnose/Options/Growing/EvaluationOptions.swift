import ArgumentParser
import Loader

/// Who finds the loss of a network whose passes were recorded.
struct EvaluationOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Of a recording: run this with the path of a grown file behind it, and take the last number that it "
        + "prints as the loss; it says how far to go, and what does not lower it is not added.",
      valueName: "command"))
  var evaluate: String?

  @Option(
    help: ArgumentHelp("How long --evaluate may take each time.", valueName: "s"))
  var evaluateSeconds = 600.0

  func validate() throws {
    guard evaluateSeconds > 0, evaluateSeconds.isFinite else {
      throw ValidationError("--evaluate-seconds is \(evaluateSeconds), expected more than 0")
    }
    if let evaluate, evaluate.allSatisfy(\.isWhitespace) {
      throw ValidationError("--evaluate is empty, expected a command")
    }
  }

  /// The program to run for the loss of what grows; `nil` if none was named.
  ///
  /// - Throws: `ValidationError` with a model, whose loss is known.
  func program(grownFrom model: LoadedModel) throws -> EvaluationProgram? {
    guard let evaluate else { return nil }
    guard model.format == .recording else {
      throw ValidationError(
        "--evaluate goes with recorded activations: the loss of a model is measured without it")
    }
    return try EvaluationProgram(evaluate, seconds: evaluateSeconds, grownFrom: model)
  }
}
