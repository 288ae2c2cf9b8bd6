import Foundation
import TestSupport
import Testing

/// `grow --evaluate`, with scripts that print losses made up here.
@Suite("A loss that the user's own program finds") struct EvaluateTests {
  private static let file = "exports/recorded/recorded.h5"

  /// A script that prints the first losses in turn, and then the last for ever.
  private func script(_ folder: TemporaryFolder, losses: [Double]) throws -> String {
    let path = "\(folder.path)/loss.sh"
    let text = """
      echo run >> \(folder.path)/runs
      test -s "$1" || exit 9
      run=$(wc -l < \(folder.path)/runs)
      set -- \(losses.map { "\($0)" }.joined(separator: " "))
      test $run -lt $# || run=$#
      eval "echo of 7 samples: loss = \\$$run"
      """
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return "sh \(path)"
  }

  private func grow(
    _ folder: TemporaryFolder, _ arguments: String...
  ) throws -> Outcome {
    let temporary = "\(folder.path)/temporary"
    try FileManager.default.createDirectory(
      atPath: temporary, withIntermediateDirectories: true)
    let outcome = try tinyDiagnose(
      ["grow", Self.file, "-o", "\(folder.path)/grown.h5"] + arguments,
      environment: ["TMPDIR": temporary])
    #expect(try FileManager.default.contentsOfDirectory(atPath: temporary) == [])
    return outcome
  }

  @Test("says how far to go, and stands in the summary")
  func taken() throws {
    let folder = try TemporaryFolder()
    // As it is, at 1, 2, 1/2, √2 and √1/2.
    let command = try script(folder, losses: [1, 0.8, 0.9, 0.85, 0.75, 0.95])
    let outcome = try grow(
      folder, "--add", "layer1=2", "--evaluate", command, "--format", "json")
    #expect(outcome.status == 0 && outcome.errors == "", "\(outcome.errors)")
    #expect(try JSONSchema("docs/json/growth.schema.json").problems(of: outcome.output) == [])
    let report = try jsonObject(outcome.output)
    let (before, after) = (report["before"] as? [String: Any], report["after"] as? [String: Any])
    #expect(before?["value"] as? Double == 1 && after?["value"] as? Double == 0.75)
    #expect(report["measuredLossGain"] as? Double == 0.25)
    let steps = try #require(report["steps"] as? [[String: Any]])
    #expect(steps.map { $0["amplitude"] as? Double } == [Double(2).squareRoot()])
    #expect(steps.map { $0["measuredLossGain"] as? Double } == [0.25])
    let notes = try #require(report["notes"] as? [String])
    #expect(notes.contains("The losses are those that \(command) prints, of samples of its own."))
    #expect(folder.names == ["grown.h5", "loss.sh", "runs", "temporary"])
    let runs = try String(contentsOfFile: "\(folder.path)/runs", encoding: .utf8)
    #expect(runs.split(separator: "\n").count == 6)
  }

  @Test("stands in the text")
  func text() throws {
    let folder = try TemporaryFolder()
    let command = try script(folder, losses: [1, 0.8, 0.9])
    let outcome = try grow(folder, "--add", "layer1=2", "--evaluate", command)
    #expect(outcome.status == 0 && outcome.errors == "", "\(outcome.errors)")
    #expect(outcome.output.contains("falls by"))
    #expect(outcome.output.contains("\nloss               1.00  0.800\n"), "\(outcome.output)")
  }

  @Test("leaves out what does not lower it, unless so many were asked for")
  func notTaken() throws {
    let folder = try TemporaryFolder()
    let rising = try script(folder, losses: [1, 2])
    let outcome = try grow(folder, "--neurons", "2", "--threshold", "0", "--evaluate", rising)
    #expect(outcome.status == 0 && outcome.errors == "", "\(outcome.errors)")
    #expect(outcome.output.contains("Nothing to grow"))
    #expect(!folder.names.contains("grown.h5"))
    try FileManager.default.removeItem(atPath: "\(folder.path)/runs")
    let asked = try grow(folder, "--add", "layer1=2", "--evaluate", rising)
    #expect(asked.status == 0 && asked.errors == "", "\(asked.errors)")
    #expect(asked.output.contains("falls at no amplitude"))
    #expect(folder.names.contains("grown.h5"))
  }

  @Test(
    "A program that tells no loss ends the run with one message, and nothing is written",
    arguments: [
      ("sh -c 'echo one >&2; echo last words >&2; exit 3'", "ended with status 3: last words"),
      ("kill -9 $$;", "ended with signal 9"),
      ("echo the file is", "printed no number"),
      ("echo loss: nan; true", "printed nan as the loss"),
      ("echo inf; true", "printed inf as the loss"),
      ("exec sleep 30; true", "took more than 0.5 s"),
    ])
  func failures(command: String, problem: String) throws {
    let folder = try TemporaryFolder()
    let outcome = try grow(
      folder, "--add", "layer1=2", "--evaluate", command, "--evaluate-seconds",
      problem.hasPrefix("took") ? "0.5" : "100")
    #expect(outcome.status == 1 && outcome.output == "")
    let lines = outcome.errors.split(separator: "\n")
    #expect(lines.count == 2 && lines.first == "error: \(command): \(problem)", "\(outcome.errors)")
    #expect(folder.names == ["temporary"])
  }

  @Test("The loss of a model is measured without it")
  func model() throws {
    let outcome = try tinyDiagnose(
      "grow", "exports/pytorch/model.h5", "--activations", "relu,tanh,softmax", "--dry-run",
      "--evaluate", "true")
    #expect(outcome.status == 64)
    #expect(outcome.errors.hasPrefix("error: --evaluate goes with recorded activations"))
  }
}
