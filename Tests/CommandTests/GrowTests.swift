import Foundation
import TestSupport
import Testing

/// A model with samples, and what to grow so that no run takes long.
private struct Subject: CustomTestStringConvertible, Sendable {
  let model: String
  let data: String
  let plan: [String]

  var testDescription: String { "\(model) \(plan)" }

  static let wine = Subject(
    "wine-functional-bn/model.h5", "wine-functional-bn/data.h5", "--add", "first=2")
  static let all = [
    wine,
    Subject("digits-keras2/model.h5", "digits-keras2/data.h5", "--add", "wide=3"),
    Subject("digits-keras3/digits.h5", "digits-keras3/digits.h5", "--add", "narrow=2"),
    Subject(
      "breast-cancer-sigmoid/model.h5", "breast-cancer-sigmoid/data.h5", "--add", "dense_1=2"),
    Subject("diabetes-regression/native.h5", "diabetes-regression/native.h5", "--add", "narrow=2"),
    Subject(
      "diabetes-regression/model.h5", "diabetes-regression/data.h5", "--add", "hidden=1", "--add",
      "narrow=1"),
    Subject("images-flatten/model.h5", "images-flatten/data.h5", "--add", "second=2"),
  ]

  init(_ model: String, _ data: String, _ plan: String...) {
    (self.model, self.data, self.plan) = (model, data, plan)
  }

  /// Grows into a folder; `options` come last.
  func grow(into path: String, _ options: String...) throws -> Outcome {
    try tinyDiagnose(
      ["grow", model, "-o", path, "--data", data] + (options.contains("--add") ? [] : plan)
        + options)
  }
}

private func numbers(_ object: Any?) throws -> [String: Any] {
  try #require(object as? [String: Any])
}

@Suite("The command grow") struct GrowTests {
  @Test("The command for a grown model names a file that is not there, and works as it stands")
  func printedCommand() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.copyItem(
      atPath: fixtures.appending(path: "digits-keras3/digits.h5").path,
      toPath: "\(folder.path)/grown.h5")
    let printed = """
      cd \(folder.path); eval "$(tiny-diagnose grown.h5 | tail -n 1 | grep '^  tiny-diagnose')"
      """
    for names in [["grown.h5", "grown2.h5"], ["grown.h5", "grown2.h5", "grown3.h5"]] {
      let outcome = try bash(printed, environment: ["COLUMNS": "200"])
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(folder.names == names)
    }
  }

  @Test(
    "The grown model is read again, with the loss that was printed", arguments: Subject.all)
  private func grownIsReadable(subject: Subject) throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/grown.h5"
    let outcome = try subject.grow(into: path, "--format", "json")
    #expect(outcome.status == 0 && outcome.errors == "")
    #expect(folder.names == ["grown.h5"])
    let summary = try jsonObject(outcome.output)
    #expect(try JSONSchema("docs/json/growth.schema.json").problems(of: outcome.output) == [])
    let grown = try numbers(summary["grown"])
    let after = try numbers(summary["after"])
    #expect(grown["written"] as? Bool == true && grown["path"] as? String == path)

    let again = try tinyDiagnose(
      path, "--data", subject.data, "--neurons", "1", "--format", "json", "--solver", "sequential")
    #expect(again.status == 0 && again.errors == "")
    let report = try jsonObject(again.output)
    let model = try numbers(report["model"])
    #expect(model["parameters"] as? Int == grown["parameters"] as? Int)
    let loss = try numbers(report["loss"])
    for key in ["value", "validationValue"] {
      let (printed, read) = (after[key] as? Double ?? .nan, loss[key] as? Double ?? .nan)
      #expect(abs(printed - read) <= 1e-5 * printed, "\(key): \(printed), then \(read)")
    }

    let inspection = try tinyDiagnose("inspect", path, "--format", "json")
    #expect(inspection.status == 0)
    let history = try #require(try jsonObject(inspection.output)["history"] as? [[String: Any]])
    let steps = try #require(summary["steps"] as? [[String: Any]])
    #expect(history.count == steps.count && !steps.isEmpty)
    for (entry, step) in zip(history, steps) {
      #expect(entry["layer"] as? String == step["layer"] as? String)
      #expect(entry["unitsAdded"] as? Int == step["neurons"] as? Int)
    }
    let text = try tinyDiagnose("inspect", path).output
    #expect(text.contains("\ngrown ") && text.contains("T"))
  }

  @Test("The summary shows the model before and after")
  func summary() throws {
    let folder = try TemporaryFolder()
    let outcome = try Subject.wine.grow(into: "\(folder.path)/g.h5", "--add", "first=2")
    #expect(outcome.status == 0 && outcome.errors == "")
    let lines = outcome.output.split(separator: "\n").map(String.init)
    #expect(lines[0] == "model  wine-functional-bn/model.h5 · Keras 3 HDF5")
    #expect(lines.contains { $0.hasPrefix("grown  units  method") })
    #expect(lines.contains { $0.hasPrefix("first     +2  tiny ") })
    // How wide the columns are is up to the numbers in them.
    let words = lines.map { $0.split(separator: " ") }
    #expect(words.contains(["before", "after"]))
    #expect(words.contains(["units", "of", "first", "16", "18"]))
    #expect(lines.contains { $0.hasPrefix("SGD's learning rate, at most ") })
    #expect(
      outcome.output.contains("at most: with a larger one, steps of plain gradient descent raise"))
    #expect(lines.contains { $0.hasPrefix("note: The optimizer's state was left out") })
    #expect(lines.allSatisfy { $0.count <= 100 + folder.path.count })
    #expect(lines.last?.hasSuffix("\(folder.path)/g.h5.") == true)
  }

  @Test("What the report suggests to run does what it says it would")
  func verdict() throws {
    let folder = try TemporaryFolder()
    let options = [
      "--data", "images-flatten/data.h5", "--loss", "categorical_crossentropy", "--inputs",
      "/data/x",
    ]
    let report = try tinyDiagnose(["images-flatten/model.h5"] + options)
    let command = try #require(
      report.output.split(separator: "  tiny-diagnose grow").last.map {
        "tiny-diagnose grow" + $0.replacing("grown.h5", with: "\(folder.path)/grown.h5")
      })
    for option in [
      "--data images-flatten", "--loss categorical", "--inputs /data/x", "--add second=",
    ] {
      #expect(command.contains(option), "\(command)")
    }
    let grown = try bash(command)
    #expect(grown.status == 0 && grown.errors == "")
    #expect(folder.names == ["grown.h5"])
  }

  @Test(
    "Neurons that overfit at full length are added at a shorter one",
    arguments: ["hidden", "narrow"])
  func shorterStep(layer: String) throws {
    let folder = try TemporaryFolder()
    let grown = try tinyDiagnose(
      "grow", "digits-keras3/digits.h5", "-o", "\(folder.path)/g.h5", "--add", "\(layer)=4",
      "--solver", "joint", "--dry-run")
    #expect(grown.status == 0 && grown.errors == "")
    #expect(grown.output.contains("\n\(layer)     +4  tiny   "), "\(grown.output)")
  }

  @Test("A dry run and a growth of nothing write nothing")
  func nothingWritten() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/g.h5"
    let dry = try Subject.wine.grow(into: path, "--dry-run", "--add", "first=1")
    #expect(dry.status == 0 && dry.errors == "")
    #expect(dry.output.hasSuffix("\nA dry run: nothing was written.\n"))
    // Of so few samples no gain is more than chance.
    let nothing = [
      "grow", "digits-keras3/digits.h5", "-o", path, "--layers", "hidden", "--max-samples", "60",
    ]
    let none = try tinyDiagnose(nothing)
    #expect(none.status == 0 && none.errors == "")
    #expect(none.output.contains("\nNothing to grow: none of the layers looked at is too narrow: "))
    // Where the line breaks is up to the numbers in it.
    #expect(none.output.replacing("\n", with: " ").hasSuffix(" Nothing was written. "))
    let strict = try tinyDiagnose(nothing + ["--strict"])
    #expect(strict.status == 1 && strict.output == none.output)
    #expect(
      strict.errors.hasPrefix(
        "error: digits-keras3/digits.h5: nothing to grow\n"
          + "  none of the layers looked at is too narrow: "))
    #expect(folder.names == [])
  }

  @Test("A file that is there is replaced with --force alone")
  func force() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/g.h5"
    try Data("precious".utf8).write(to: URL(fileURLWithPath: path))
    let refused = try Subject.wine.grow(into: path, "--add", "first=1")
    #expect(refused.status == 1 && refused.output == "")
    #expect(
      refused.errors
        == "error: \(path): is there already\n"
        + "  choose another name, or replace it with --force\n")
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "precious")
    let forced = try Subject.wine.grow(into: path, "--force", "--add", "first=1")
    #expect(forced.status == 0)
    #expect(try tinyDiagnose("inspect", path).status == 0)
    #expect(folder.names == ["g.h5"])
  }

  @Test("The model and the samples are never replaced, under whatever name")
  func inputsAreSafe() throws {
    let folder = try TemporaryFolder()
    let (model, data) = ("\(folder.path)/model.h5", "\(folder.path)/data.h5")
    for (source, copy) in [(Subject.wine.model, model), (Subject.wine.data, data)] {
      try FileManager.default.copyItem(
        atPath: fixtures.appending(path: source).path, toPath: copy)
    }
    try FileManager.default.createSymbolicLink(
      atPath: "\(folder.path)/link.h5", withDestinationPath: "model.h5")
    let before = try [model, data].map { try Data(contentsOf: URL(fileURLWithPath: $0)) }
    for output in [model, data, "\(folder.path)/./model.h5", "\(folder.path)/link.h5"] {
      let outcome = try tinyDiagnose("grow", model, "--data", data, "-o", output, "--force")
      #expect(outcome.status == 64 && outcome.output == "")
      #expect(
        outcome.errors
          == "error: \(output): is one of the command's other files\n  choose another name\n")
    }
    let after = try [model, data].map { try Data(contentsOf: URL(fileURLWithPath: $0)) }
    #expect(before == after && folder.names == ["data.h5", "link.h5", "model.h5"])
  }

  @Test("A place that cannot be written to is refused before any work")
  func unwritable() throws {
    let folder = try TemporaryFolder()
    let missing = try Subject.wine.grow(into: "\(folder.path)/none/g.h5")
    #expect(missing.status == 1 && missing.output == "")
    #expect(
      missing.errors.hasPrefix(
        "error: \(folder.path)/none/g.h5: is in a folder that does not exist\n"))
    // Nobody may make files there, the superuser included.
    let system = try Subject.wine.grow(into: "/proc/g.h5")
    #expect(system.status == 1 && system.errors.hasPrefix("error: /proc/g.h5: "))
    let directory = try Subject.wine.grow(into: folder.path)
    #expect(directory.status == 1 && directory.errors.contains("Is a directory"))
    #expect(folder.names == [])
  }

  @Test(
    "Copies, random units and an amplitude of 0 leave the loss as it is",
    arguments: [
      ["--method", "net2wider"], ["--method", "random"], ["--method", "gradmax"],
      ["--no-line-search", "--amplitude", "0"],
    ])
  func unchangedLoss(options: [String]) throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/g.h5"
    let outcome = try tinyDiagnose(
      [
        "grow", Subject.wine.model, "--data", Subject.wine.data, "-o", path, "--add", "second=2",
        "--format", "json",
      ] + options)
    #expect(outcome.status == 0 && outcome.errors == "")
    let summary = try jsonObject(outcome.output)
    let before = try #require(try numbers(summary["before"])["value"] as? Double)
    let after = try #require(try numbers(summary["after"])["value"] as? Double)
    #expect(abs(after - before) <= 1e-5 * before)
    #expect(summary["predictedLossGain"] is NSNull)
  }

  @Test("A grown model grows again, and remembers both")
  func repeated() throws {
    let folder = try TemporaryFolder()
    let (first, second) = ("\(folder.path)/1.h5", "\(folder.path)/2.h5")
    #expect(try Subject.wine.grow(into: first, "--add", "first=1").status == 0)
    let again = try tinyDiagnose(
      "grow", first, "--data", Subject.wine.data, "-o", second, "--add", "second=1", "--format",
      "json")
    #expect(again.status == 0)
    let inspection = try jsonObject(tinyDiagnose("inspect", second, "--format", "json").output)
    let history = try #require(inspection["history"] as? [[String: Any]])
    #expect(history.map { $0["layer"] as? String } == ["first", "second"])
    #expect(history.map { $0["unitsBefore"] as? Int } == [16, 4])
  }

  @Test("The samples of a native file come along where that is wanted")
  func withData() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/g.h5"
    let grow = ["grow", "diabetes-regression/native.h5", "-o", path, "--add", "narrow=1"]
    #expect(try tinyDiagnose(grow).status == 0)
    #expect(try tinyDiagnose(path).errors.contains("holds no samples"))
    #expect(try tinyDiagnose(grow + ["--force", "--with-data"]).status == 0)
    #expect(try tinyDiagnose(path, "--neurons", "1").status == 0)
  }

  @Test("A budget is never exceeded, and a threshold is the paper's")
  func budgetAndThreshold() throws {
    let grow = ["grow", Subject.wine.model, "--data", Subject.wine.data, "--dry-run"]
    let outcome = try tinyDiagnose(grow + ["--budget", "50", "--format", "json"])
    let summary = try jsonObject(outcome.output)
    let parameters = try #require(try numbers(summary["grown"])["parameters"] as? Int)
    #expect((291...341).contains(parameters))
    let none = try tinyDiagnose(grow + ["--threshold", "1e6"])
    #expect(none.status == 0)
    #expect(none.output.contains("\nNothing to grow: no λ² is above 1e6, the largest is 0.0"))
  }

  @Test("A layer that is only a number is named as it is shown, or as it is in the file")
  func numberedLayer() throws {
    let model = ["exports/pytorch/model.h5", "--activations", "relu,tanh,softmax"]
    #expect(try tinyDiagnose(["inspect"] + model).output.contains("\nlayer 0  Linear "))
    let summaries = try ["0", "layer 0"].map { name in
      let outcome = try tinyDiagnose(
        ["grow"] + model + ["--dry-run", "--method", "random", "--add", "\(name)=1"])
      #expect(outcome.status == 0, "\(outcome.errors)")
      return outcome.output
    }
    #expect(summaries[0] == summaries[1] && summaries[0].contains("\nlayer 0 "), "\(summaries)")
  }

  @Test(
    "Arguments that cannot be are refused with 64 and the reason",
    arguments: [
      ([], "Missing expected option '-o <file>'"),
      (["-o", "-"], "a model does not go to standard output"),
      (["-o", "g.h5", "--add", "first"], "expected a layer's name and a number of neurons"),
      (["-o", "g.h5", "--add", "first=0"], "expected a layer's name and a number of neurons"),
      (["-o", "g.h5", "--add", "first=1", "--add", "first=2"], "--add names first twice"),
      (
        ["-o", "g.h5", "--add", "first=1", "--budget", "9"], "--add and --budget exclude each other"
      ),
      (["-o", "g.h5", "--add", "first=1", "--layers", "first"], "--add and --layers exclude"),
      (["-o", "g.h5", "--budget", "0"], "--budget is 0, expected 1 or more"),
      (["-o", "g.h5", "--threshold", "-1"], "--threshold"),
      (["-o", "g.h5", "--threshold", "nan"], "--threshold is nan, expected 0 or more"),
      (["-o", "g.h5", "--amplitude", "1"], "--amplitude needs --no-line-search beside it"),
      (["-o", "g.h5", "--fan-in", "0.3"], "--fan-in needs --no-line-search beside it"),
      (
        ["-o", "g.h5", "--no-line-search", "--fan-in", "0"], "--fan-in is 0.0, expected more than 0"
      ),
      (["-o", "g.h5", "--budget", "9", "--method", "random"], "--budget needs --method tiny"),
      (
        ["-o", "g.h5", "--method", "magic"], "The value 'magic' is invalid for '--method <method>'"
      ),
      (
        ["--dry-run", "--add", "ghost=1"], "--add: there is no hidden layer ghost; there are first,"
      ),
      (["--dry-run", "--add", "cultivar=1"], "--add: cultivar is the last layer"),
    ] as [([String], String)])
  func wrongArguments(arguments: [String], reason: String) throws {
    let outcome = try tinyDiagnose(
      ["grow", Subject.wine.model, "--data", Subject.wine.data] + arguments)
    #expect(outcome.status == 64 && outcome.output == "")
    #expect(outcome.errors.hasPrefix("error: ") && outcome.errors.contains(reason))
  }

  @Test("Other failures are those of the report")
  func failures() throws {
    let missing = try tinyDiagnose("grow", "nowhere.h5", "--dry-run")
    #expect(missing.status == 3)
    #expect(missing.errors == "error: nowhere.h5: no such file\n  check the path\n")
    let noSamples = try tinyDiagnose("grow", Subject.wine.model, "--dry-run")
    #expect(noSamples.status == 1 && noSamples.errors.contains("holds no samples"))
    let tooMany = try tinyDiagnose(
      "grow", Subject.wine.model, "--data", Subject.wine.data, "--dry-run", "--method", "gradmax",
      "--add", "second=4")
    #expect(tooMany.status == 1)
    #expect(
      tooMany.errors.hasPrefix(
        "error: \(Subject.wine.model): second: GradMax has directions for 3 units here, not for 4"))
  }
}
