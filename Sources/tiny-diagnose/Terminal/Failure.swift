import ArgumentParser
import Diagnostics
import Growth
import HDF5
import Loader
import Networks
import Ranks
import Reports

/// What a run that failed tells: a message for standard error and the exit code.
struct Failure {
  /// `error: file: object: what`, then a line of advice, with a newline at the end.
  let message: String
  /// 1: the work failed; 3: a file cannot be used; 64: wrong arguments.
  let exitCode: Int32
  /// The same for a program.
  let report: JSONFailure

  /// How a run ends that `error` stopped; `nil` where it only asked for help.
  init?(_ error: any Error, _ advice: ArgumentAdvice) {
    switch error {
    case let error as ModelError:
      let named = advice.option(naming: error.place).map { "\($0) names it; " } ?? ""
      self.init(
        "\(error.description)\n  \(named)\(advice.exchanged(error) ?? error.optionAdvice)",
        exitCode: Self.exitCode(of: error))
    case let error as UnfitInput:
      self.init("\(error.file): \(error.reason)", exitCode: error.isFileUnusable ? 3 : 1)
    case let error as HDF5Error:
      self.init(
        "\(error.description)\n  \(error.optionAdvice)",
        exitCode: error.problem == .isInput ? 64 : 1)
    case let error as RankFailure:
      self.init(error)
    case let error as OutputError:
      self.init("\(error.description)\n  \(error.advice)", exitCode: 1)
    case let error as EvaluationFailure:
      self.init("\(error.description)\n  \(error.advice)", exitCode: 1)
    case let error as NothingToGrow:
      self.init(
        "\(error.model): nothing to grow\(error.why.map { "\n  " + $0 } ?? "")", exitCode: 1)
    case let error as ValidationError:
      // Of arguments that only the file shows to be wrong.
      self.init(error.message, exitCode: 64)
    default:
      switch TinyDiagnose.exitCode(for: error) {
      case .failure: self.init("\(error)", exitCode: 1)
      case .validationFailure:
        let message = TinyDiagnose.fullMessage(for: error)
        // As all others begin.
        let own = message.hasPrefix("Error: ") ? message.dropFirst("Error: ".count) : message[...]
        self.init(advice.unexpectedFile(message) ?? String(own), exitCode: 64)
      default: return nil
      }
    }
  }

  private static func exitCode(of error: ModelError) -> Int32 {
    if error.isInputNamedAsOutput { return 64 }
    return error.isFileUnusable ? 3 : 1
  }

  /// Of another rank, whose message says already what to do.
  private init(_ error: RankFailure) {
    let said =
      error.message.hasPrefix("error: ")
      ? error.message.dropFirst("error: ".count) : error.message[...]
    self.init((error.rank.map { "rank \($0): " } ?? "") + said, exitCode: error.exitCode)
  }

  private init(_ text: String, exitCode: Int32) {
    let lines = text.split(separator: "\n").map { String($0).printable }
    message = "error: " + lines.map { $0 + "\n" }.joined()
    let advice = lines.dropFirst().map { $0.drop { $0 == " " } }.joined(separator: " ")
    report = JSONFailure(
      message: lines.first ?? "", advice: advice.isEmpty ? nil : advice, exitCode: Int(exitCode))
    self.exitCode = exitCode
  }
}
