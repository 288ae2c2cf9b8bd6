import Foundation
import TestSupport
import Testing

@Suite("The command compare") struct CompareTests {
  private static let digits = "digits-keras3/digits.h5"

  @Test("It trains on by the file's own optimizer, and says what to do")
  func text() throws {
    let outcome = try tinyDiagnose("compare", Self.digits, "--steps", "30", "--add", "narrow=2")
    #expect(outcome.status == 0 && outcome.errors == "", "\(outcome.errors)")
    #expect(outcome.output.contains("adam, learning rate 0.00300 · as in the model\n"))
    #expect(outcome.output.contains("30 steps of 32 samples · 3 batch orders\n"))
    for way in [
      "–           –  as it is ", "narrow     +2  tiny ", "narrow     +2  tiny, silent ",
      "narrow     +2  tiny, silent ×0.3 ", "narrow     +2  from scratch ",
    ] {
      #expect(outcome.output.contains("\n" + way), "\(way): \(outcome.output)")
    }
    #expect(outcome.output.contains("silent: without weights to the next layer yet"))
    #expect(outcome.output.split(separator: "\n").allSatisfy { $0.count <= 100 })
  }

  @Test("In a narrow window the ways stay apart")
  func narrow() throws {
    let outcome = try tinyDiagnose(
      ["compare", Self.digits, "--steps", "3", "--seeds", "1", "--add", "narrow=2"],
      environment: ["COLUMNS": "50"])
    let lines = outcome.output.split(separator: "\n").filter { !$0.hasPrefix("  ") }
    #expect(lines.allSatisfy { $0.count <= 50 }, "\(outcome.output)")
    let ways = lines.filter { $0.hasPrefix("narrow +2 ") }.map { $0.prefix(25) }
    #expect(ways.count > 7 && ways.contains { $0.hasPrefix("narrow +2 tiny, silent ×") })
    #expect(!outcome.output.contains("silen…"), "\(outcome.output)")
  }

  @Test("The JSON is as its schema says, the same for any number of threads")
  func json() throws {
    let runs = try ["1", "2"].map { threads in
      let outcome = try tinyDiagnose(
        "compare", Self.digits, "--steps", "12", "--seeds", "2", "--layers", "narrow",
        "--optimizer",
        "rmsprop", "--momentum", "0.5", "--batch-size", "50", "--threads", threads, "--format",
        "json")
      #expect(outcome.status == 0 && outcome.errors == "", "\(outcome.errors)")
      #expect(try JSONSchema("docs/json/comparison.schema.json").problems(of: outcome.output) == [])
      var object = try jsonObject(outcome.output)
      object["tool"] = nil
      return object
    }
    #expect(NSDictionary(dictionary: runs[0]) == NSDictionary(dictionary: runs[1]))
    let training = try #require(runs[0]["training"] as? [String: Any])
    #expect(training["optimizer"] as? String == "rmsprop" && training["batchSize"] as? Int == 50)
    #expect(training["learningRate"] as? Double == 0.001)
  }

  @Test("One run writes the result in every form")
  func furtherForms() throws {
    try withTemporaryFolder { folder in
      let paths = ["txt", "html"].map { "\(folder)/result.\($0)" }
      let outcome = try tinyDiagnose(
        ["compare", Self.digits, "--steps", "4", "--seeds", "1", "--add", "narrow=1"]
          + ["--format", "json"] + paths.flatMap { ["--also", $0] })
      #expect(outcome.status == 0 && outcome.output.hasPrefix("{"), "\(outcome.errors)")
      let texts = try paths.map { try String(contentsOfFile: $0, encoding: .utf8) }
      #expect(texts[0].contains(" as it is ") && texts[1].hasPrefix("<!DOCTYPE html>"))
      let again = try tinyDiagnose(
        "compare", Self.digits, "--steps", "4", "--also", paths[0])
      #expect(again.status != 0 && again.errors.contains("result.txt"))
    }
  }

  @Test("The notes of the text stand in the JSON and on the page, too")
  func notes() throws {
    try withTemporaryFolder { folder in
      let paths = ["txt", "html"].map { "\(folder)/result.\($0)" }
      let outcome = try tinyDiagnose(
        ["compare", Self.digits, "--steps", "4", "--seeds", "1", "--add", "narrow=1"]
          + ["--format", "json"] + paths.flatMap { ["--also", $0] })
      let notes = try #require(try jsonObject(outcome.output)["notes"] as? [String])
      #expect(notes.contains { $0.contains("name others by --validation") }, "\(outcome.errors)")
      let texts = try paths.map {
        try String(contentsOfFile: $0, encoding: .utf8).replacing(#/\s+/#, with: " ")
      }
      for note in notes {
        #expect(texts[0].contains(note) && texts[1].contains(note), "\(note)")
      }
    }
  }

  @Test("It says so where the file names no optimizer")
  func unnamedOptimizer() throws {
    let compare = ["compare", "diabetes-regression/native.h5", "--steps", "4", "--seeds", "1"]
    let text = try tinyDiagnose(compare)
    #expect(text.output.contains(" · the file names none known here\n"), "\(text.output)")
    let json = try jsonObject(try tinyDiagnose(compare + ["--format", "json"]).output)
    #expect((json["training"] as? [String: Any])?["origin"] as? String == "usual")
  }

  @Test("The command that it prints makes what it recommends")
  func command() throws {
    let folder = try TemporaryFolder()
    let model = "\(fixtures.path)/\(Self.digits)"
    let compared = try bash(
      "cd \(folder.path); tiny-diagnose compare \(model) --steps 20 --add narrow=8 --format json")
    let verdict = try jsonObject(compared.output)["verdict"] as? [String: Any]
    #expect(verdict?["kind"] as? String == "grow", "\(compared.output)")
    let command = try #require(verdict?["command"] as? [String])
    #expect(
      Array(command.prefix(7))
        == ["tiny-diagnose", "grow", model, "-o", "grown.h5", "--add", "narrow=8"])
    let grown = try bash("cd \(folder.path); \(command.joined(separator: " "))")
    #expect(grown.status == 0 && folder.names == ["grown.h5"], "\(grown.errors)")
    let text = try bash(
      "cd \(folder.path); tiny-diagnose compare \(model) --steps 20 --add narrow=8")
    #expect(text.output.contains("\n  tiny-diagnose grow \(model) -o grown2.h5 "))
  }

  @Test("Samples that judge and were trained on are told")
  func sharedSamples() throws {
    let outcome = try tinyDiagnose(
      "compare", Self.digits, "--validation", Self.digits, "--steps", "2", "--add", "narrow=1")
    #expect(
      outcome.output.replacing("\n     ", with: "").contains(
        "1 797 held-out samples are training samples, too"), "\(outcome.output)")
  }

  @Test("A learning rate that is too large ends in a verdict, not in an error")
  func divergence() throws {
    let outcome = try tinyDiagnose(
      "compare", Self.digits, "--steps", "20", "--seeds", "1", "--add", "narrow=1", "--optimizer",
      "sgd", "--learning-rate", "1e20")
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("diverged"))
    #expect(outcome.output.contains("Lower the learning rate"))
  }

  @Test("A bound in seconds is kept")
  func seconds() throws {
    let outcome = try tinyDiagnose(
      "compare", Self.digits, "--seconds", "2", "--seeds", "1", "--add", "narrow=1", "--format",
      "json")
    #expect(outcome.status == 0)
    let training = try #require(try jsonObject(outcome.output)["training"] as? [String: Any])
    #expect(try #require(training["steps"] as? Int) >= 5)
  }

  @Test(
    "What does not go together is refused",
    arguments: [
      (["--steps", "3", "--seconds", "2"], "--steps and --seconds exclude each other"),
      (["--holdout", "0"], "some samples have to choose"),
      (["--optimizer", "adam", "--momentum", "0.5"], "adam has no momentum"),
      (["--batch-size", "0"], "--batch-size is 0"), (["--seeds", "0"], "--seeds is 0"),
      (["--add", "wrong=2"], "there is no hidden layer wrong"),
    ])
  func refusals(options: [String], message: String) throws {
    let outcome = try tinyDiagnose(["compare", Self.digits] + options)
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
  }
}
