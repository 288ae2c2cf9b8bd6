import Foundation
import TestSupport
import Testing

@Suite("The command train") struct TrainTests {
  private let folder: TemporaryFolder
  private let out: String
  private static let digits = "digits-keras3/digits.h5"

  init() throws {
    folder = try TemporaryFolder()
    out = "\(folder.path)/new.h5"
  }

  private func train(_ arguments: String...) throws -> Outcome {
    try tinyDiagnose(["train", Self.digits, "-o", out] + arguments)
  }

  /// A training as JSON, without what a clock says of it.
  private func timeless(_ text: String) throws -> NSDictionary {
    var report = try jsonObject(text)
    report["tool"] = nil
    report["checkpoint"] = nil
    for key in ["curve", "growth"] {
      let entries = try #require(report[key] as? [[String: Any]])
      report[key] = entries.map {
        $0.filter { !["seconds", "ownSeconds", "growthSeconds"].contains($0.key) }
      }
    }
    var model = try #require(report["model"] as? [String: Any])
    model["path"] = nil
    report["model"] = model
    return report as NSDictionary
  }

  @Test("Samples that judge and are trained on are told")
  func sharedSamples() throws {
    let outcome = try train("--validation", Self.digits, "--steps", "5")
    #expect(
      outcome.output.contains("note: 1 797 held-out samples are training samples, too"),
      "\(outcome.output)")
  }

  @Test("begins at [1, 1], grows, and writes a model that the report judges as the training did")
  func digits() throws {
    let outcome = try train("--format", "json", "--curve", "\(folder.path)/curve.csv")
    #expect(outcome.status == 0 && outcome.errors == "")
    #expect(folder.names == ["curve.csv", "new.h5"])
    #expect(try JSONSchema("docs/json/training.schema.json").problems(of: outcome.output) == [])
    let training = try jsonObject(outcome.output)
    let curve = try #require(training["curve"] as? [[String: Any]])
    #expect(curve.first?["widths"] as? [Int] == [1, 1])
    let last = try #require(curve.last)
    let accuracy = try #require(last["validationAccuracy"] as? Double)
    #expect(accuracy > 0.93, "\(accuracy)")

    // Its samples held out are those that the training did not see.
    let again = try tinyDiagnose(
      out, "--data", Self.digits, "--format", "json", "--one-pass")
    let loss = try #require(try jsonObject(again.output)["loss"] as? [String: Any])
    for (key, value) in ["value": "loss", "validationValue": "validationLoss"] {
      let (found, expected) = (loss[key] as? Double ?? .nan, last[value] as? Double ?? .nan)
      #expect(abs(found - expected) < 1e-5 * expected + 1e-9)
    }
    #expect(loss["validationAccuracy"] as? Double == accuracy)

    let lines = try String(contentsOfFile: "\(folder.path)/curve.csv", encoding: .utf8)
      .split(separator: "\n")
    #expect(lines.count == curve.count + 1)
    #expect(
      lines[0] == """
        step,epoch,growth,seconds,growth_seconds,widths,parameters,loss,accuracy,validation_loss,\
        validation_accuracy
        """)
    #expect(lines.allSatisfy { $0.count { $0 == "," } == 10 })
  }

  @Test("says how the widths and the accuracy went, and what to run next")
  func text() throws {
    let outcome = try train("--growths", "2", "--verbose")
    #expect(outcome.status == 0 && outcome.errors == "")
    let text = outcome.output
    // Where a line ends is up to the folder's name.
    let joined = text.replacing(/\s+/, with: " ")
    #expect(joined.contains("The model is in \(out). The report on it: tiny-diagnose"), "\(text)")
    for part in [
      "data  digits-keras3/digits.h5 · 1 453 samples, and 344 held out · 64 inputs, 10 outputs",
      "start hidden units 1–1 · selu, softmax · seed 0",
      "train adam 0.001, batches of 100 · growth every 200 steps · 2 times · activation-aware",
      "loss  sparse_categorical_crossentropy",
      "All growths asked for are done: the accuracy went from",
      "  tiny-diagnose \(out) ", "--data digits-keras3/digits.h5",
      "another one can be named",
    ] {
      #expect(text.contains(part), "\(part)")
    }
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 || $0.contains(folder.path) })
  }

  @Test("says what is far from 1, as a report does, and the next command has what judged")
  func scale() throws {
    let data = "diabetes-regression/data.h5"
    let outcome = try tinyDiagnose(
      "train", data, "-o", out, "--scale", "1000", "--steps", "20", "--validation",
      "diabetes-regression/validation.h5", "--seed", "2")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let text = outcome.output.replacing(/\s+/, with: " ")
    #expect(text.contains("note: Scale the inputs to about 1: they are about "), "\(text)")
    #expect(text.contains(", and --scale "), "\(text)")
    #expect(text.contains("After the 20 steps asked for, the loss went from "), "\(text)")
    #expect(text.contains(" The report on it: tiny-diagnose \(out) "), "\(text)")
    #expect(text.contains(" --validation diabetes-regression/validation.h5"), "\(text)")
    #expect(text.contains(" --seed 2"), "\(text)")
  }

  @Test(
    "learns regression and labels as well, in both layouts",
    arguments: [
      ("diabetes-regression/data.h5", "mean_squared_error", "keras"),
      ("diabetes-regression/data.h5", "mean_squared_error", "native"),
      ("breast-cancer-sigmoid/data.h5", nil, "native"),
    ])
  func others(data: String, loss: String?, layout: String) throws {
    let told = loss.map { ["--loss", $0] } ?? []
    let outcome = try tinyDiagnose(
      [
        "train", data, "-o", out, "--layout", layout, "--format", "json", "--growths", "2",
        "--solver", "sequential",
      ] + told)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let training = try timeless(outcome.output)
    let curve = try #require(training["curve"] as? [[String: Any]])
    let losses = curve.compactMap { $0["loss"] as? Double }
    #expect(losses.count > 2 && losses[losses.count - 1] < losses[0])
    let report = try tinyDiagnose(out, "--data", data, "--one-pass")
    #expect(report.status == 0, "\(report.errors)")
  }

  @Test("additions alone learn the digits")
  func additionsAlone() throws {
    let outcome = try train(
      "--no-gradient-descent", "--format", "json", "--solver", "sequential", "--statistics",
      "paper", "--seed", "1")
    let training = try jsonObject(outcome.output)
    let last = try #require((training["curve"] as? [[String: Any]])?.last)
    let accuracy = try #require(last["validationAccuracy"] as? Double)
    #expect(accuracy > 0.9 && last["step"] as? Int == 0, "\(accuracy)")
  }

  @Test("is the same in every run, and another with another seed")
  func determinism() throws {
    func run(_ seed: String) throws -> NSDictionary {
      try timeless(
        train("--growths", "1", "--format", "json", "--force", "--seed", seed).output)
    }
    let first = try run("4")
    #expect(try run("4") == first)
    #expect(try run("5") != first)
  }

  @Test("killed at any write, it goes on from its checkpoint and ends as if it had not been")
  func killed() throws {
    let options = [
      "--growths", "3", "--checkpoint-every", "90", "--format", "json", "--solver", "sequential",
    ]
    let arguments = ["train", Self.digits, "-o", out] + options
    let whole = try timeless(try tinyDiagnose(arguments).output)
    try FileManager.default.removeItem(atPath: out)
    let killer = try Killer(in: folder.path)
    let steps = try killer.steps(arguments)
    #expect(steps.count { $0.contains("rename") } > 5)
    var resumedCount = 0
    for step in stride(from: 1, through: steps.count, by: max(1, steps.count / 9)) {
      for name in folder.names {
        try FileManager.default.removeItem(atPath: "\(folder.path)/\(name)")
      }
      #expect(try killer.run(arguments, killedAt: step).status == -SIGKILL)
      #expect(!folder.names.contains("new.h5") || step > steps.count * 3 / 4)
      let isSaved = folder.names.contains("new.h5.checkpoint")
      if isSaved { resumedCount += 1 }
      let rest = try tinyDiagnose(arguments + [isSaved ? "--resume" : "--force"])
      #expect(rest.status == 0, "step \(step): \(rest.errors)")
      #expect(try timeless(rest.output) == whole, "step \(step)")
      #expect(folder.names == ["new.h5"])
    }
    #expect(resumedCount > 4)
  }

  @Test("stopped by ^C it writes the model as it is, and goes on with --resume")
  func interrupted() throws {
    let command = """
      train \(Self.digits) -o \(out) --growths 2 --solver sequential --checkpoint-every 100 --steps
      """
    let outcome = try bash(
      """
      tiny-diagnose \(command) 100000000 > \(folder.path)/text & pid=$!
      while [ ! -e \(out).checkpoint ]; do sleep 0.05; done
      kill -INT $pid; wait $pid
      """)
    #expect(outcome.status == 130, "\(outcome.errors)")
    let text = try String(contentsOfFile: "\(folder.path)/text", encoding: .utf8)
    #expect(text.contains("Interrupted at step "))
    let unwrapped = text.replacing("\n", with: " ")
    #expect(
      unwrapped.contains("The same command with --resume goes on from \(out).checkpoint."))
    #expect(folder.names == ["new.h5", "new.h5.checkpoint", "text"])
    #expect(try tinyDiagnose("inspect", out).status == 0)
    #expect(try tinyDiagnose("inspect", "\(out).checkpoint").status == 0)

    let again = try train("--growths", "2")
    #expect(again.status == 1)
    let left = try tinyDiagnose(
      ["train", Self.digits, "-o", "\(folder.path)/other.h5", "--checkpoint", "\(out).checkpoint"])
    #expect(
      left.status == 3
        && left.errors == """
          error: \(out).checkpoint: holds a training that was not finished
            go on with --resume, or begin anew with --force

          """
    )
    // The limit is there by now: it ends at once.
    let rest = try bash("tiny-diagnose \(command) 100 --resume")
    #expect(
      rest.status == 0 && rest.output.contains("steps asked for, the accuracy went"),
      "\(rest.errors)")
    #expect(folder.names == ["new.h5", "text"])
  }

  @Test("goes on with the options and samples it was begun with, and no others")
  func resumeRefusals() throws {
    let begin = [
      "--solver", "sequential",
      "--growths", "1", "--checkpoint", "\(folder.path)/saved", "--checkpoint-every", "50",
    ]
    #expect(try tinyDiagnose(["train", Self.digits, "-o", out] + begin).status == 0)
    #expect(folder.names == ["new.h5", "saved"])
    func refusal(_ changes: String...) throws -> String {
      let outcome = try tinyDiagnose(
        ["train", Self.digits, "-o", out] + begin + ["--resume"] + changes)
      #expect(outcome.status == 3 && outcome.output == "")
      return outcome.errors
    }
    for (option, value) in [
      ("--seed", "3"), ("--batch-size", "32"), ("--neurons", "2"), ("--grow-every", "7"),
      ("--scale", "0.5"), ("--statistics", "paper"), ("--max-samples", "500"),
    ] {
      let errors = try refusal(option, value)
      let isOfSamples = ["--scale", "--max-samples"].contains(option)
      let reason =
        option == "--seed"
        ? "with --seed 0"
        : isOfSamples ? "on other samples, of \(Self.digits)" : "with another \(option)"
      #expect(
        errors == """
          error: \(folder.path)/saved: its training cannot go on: it was begun \(reason)
            leave --resume out to begin anew

          """, "\(option)")
    }
    #expect(
      try refusal("--holdout", "30%").contains("with 344 samples held out, and now "))
    // A limit may move.
    let longer = try tinyDiagnose(
      ["train", Self.digits, "-o", out] + begin + ["--resume", "--steps", "500"])
    #expect(longer.status == 0, "\(longer.errors)")
    #expect(longer.output.contains(" 500 "))
  }

  @Test(
    "tells what is wrong with its arguments",
    arguments: [
      (["--hidden", "1,0"], "expected numbers of units of 1 or more, as in 1,1"),
      (["--activation", "softmax"], "it is none of linear, relu"),
      (["--grow-every", "0"], "expected steps or seconds, as in 500 or 2s"),
      (["--grow-every", "0s"], "expected steps or seconds"),
      (["--layers", "dense_3"], "--layers: dense_3 is the last layer"),
      (["--until-accuracy", "2"], "it is more than all: write 2% or 0.02"),
      (["--growths", "0"], "--growths 0 needs an end"),
      (["--statistics", "many"], "expected error-bars, paper or a number of samples"),
      (["--no-gradient-descent", "--method", "gradmax"], "--no-gradient-descent needs neurons"),
      (["--threshold", "1", "--method", "random"], "--threshold needs --solver sequential"),
      (["--scale", "0.5", "--layout", "native"], "--scale needs --layout keras"),
      (["--data", "x.h5"], "the samples are named twice"),
      (["--learning-rate", "0"], "--learning-rate is 0.0, expected a number above 0"),
    ])
  func arguments(options: [String], message: String) throws {
    let outcome = try tinyDiagnose(["train", Self.digits, "-o", out] + options)
    #expect(outcome.status == 64 && outcome.output == "")
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
    #expect(folder.names == [])
  }

  @Test("replaces nothing unasked, and never its samples")
  func outputs() throws {
    try Data("old".utf8).write(to: URL(fileURLWithPath: out))
    let exists = try train("--growths", "1")
    #expect(exists.status == 1 && exists.errors.contains("is there already"))
    #expect(try train("--growths", "1", "--force").status == 0)
    let samples = "\(folder.path)/samples.h5"
    try FileManager.default.copyItem(
      atPath: fixtures.appending(path: Self.digits).path, toPath: samples)
    let input = try tinyDiagnose("train", samples, "-o", samples, "--force")
    #expect(input.status == 64, "\(input.errors)")
    let saved = try tinyDiagnose(
      "train", samples, "-o", "\(folder.path)/b.h5", "--checkpoint", samples, "--force",
      "--checkpoint-every", "10")
    #expect(saved.status == 64, "\(saved.errors)")
    #expect(try tinyDiagnose("inspect", samples).status == 0)
  }

  @Test("a learning rate that is too large is told, and nothing is written")
  func divergence() throws {
    let outcome = try train("--learning-rate", "1e30", "--optimizer", "sgd")
    #expect(
      outcome.status == 1 && outcome.errors.hasPrefix("error: \(Self.digits): the loss is not"))
    #expect(folder.names == [])
  }
}
