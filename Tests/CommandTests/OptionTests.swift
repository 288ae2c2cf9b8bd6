import Foundation
import Testing

@Suite("Options") struct OptionTests {
  private let model = "diabetes-regression/native.h5"

  @Test("Without an argument the usage is shown and the status is 64")
  func noArgument() throws {
    let outcome = try tinyDiagnose()
    #expect(outcome.status == 64 && outcome.output == "")
    #expect(outcome.errors.hasPrefix("error: Missing expected argument '<model>'\n"))
    #expect(outcome.errors.contains("USAGE: tiny-diagnose <model> [--data <file>] [<options>]\n"))
  }

  @Test("One pass gives Ψ and λ and no neurons; --network-lack asks for what it leaves out")
  func onePass() throws {
    let once = try tinyDiagnose(model, "--one-pass")
    #expect(once.status == 0 && once.errors == "")
    #expect(
      once.output.contains("neurons were not sought, because the samples were to be read once."))
    #expect(once.output.contains("--network-lack finds it."))
    let lack = try tinyDiagnose(model, "--one-pass", "--network-lack")
    #expect(lack.output.contains("All weights changed together leave Ψ "))
    let without = try tinyDiagnose(model, "--no-network-lack")
    #expect(!without.output.contains("All weights changed together"))
  }

  @Test("A precision says how many samples it took")
  func precision() throws {
    let rough = try tinyDiagnose(model, "--one-pass", "--precision", "50%")
    #expect(rough.output.contains("442 samples were enough for standard errors of at most 50 %."))
    let fine = try tinyDiagnose(model, "--one-pass", "--precision", "0.001")
    #expect(
      fine.output.contains("All 442 samples do not bring every standard error down to 0.1 %."))
  }

  @Test("--double finds what a small model's report has anyway")
  func double() throws {
    let reports = try [[], ["--double"]].map { options in
      let outcome = try tinyDiagnose([model, "--one-pass", "--verbose", "--no-progress"] + options)
      #expect(outcome.status == 0 && outcome.errors == "")
      return outcome.output
    }
    #expect(reports[0] == reports[1])
  }

  @Test("--version --verbose says which kernels run, and why")
  func kernels() throws {
    let chosen = try tinyDiagnose("--version", "--verbose")
    #expect(chosen.status == 0 && chosen.errors == "")
    #expect(chosen.output.hasPrefix("0.1.0\nOpenBLAS kernels: "), "\(chosen.output)")
    let given = try tinyDiagnose(
      ["--version", "--verbose"], environment: ["OPENBLAS_CORETYPE": "Nehalem"])
    #if arch(x86_64)
      #expect(
        given.output == "0.1.0\nOpenBLAS kernels: Nehalem, as OPENBLAS_CORETYPE says\n",
        "\(given.output)")
    #endif
  }

  @Test("--version and --help go to standard output")
  func versionAndHelp() throws {
    let version = try tinyDiagnose("--version")
    #expect(version.status == 0 && version.output == "0.1.0\n" && version.errors == "")
    let help = try tinyDiagnose("--help")
    #expect(help.status == 0 && help.errors == "")
    #expect(help.output.contains("\n  report (default)"))
    #expect(help.output.contains("\n  inspect ") && help.output.contains("\n  grow "))
    for command in [["report", "--help"], ["help", "report"]] {
      let help = try tinyDiagnose(command)
      #expect(help.status == 0 && help.errors == "")
      let options = [
        "--data", "--inputs", "--targets", "--loss", "--validation", "--holdout", "--seed",
        "--max-samples", "--precision", "--one-pass", "--double", "--layers", "--neurons",
        "--solver", "--threads", "--format",
        "-o, --output", "--quiet", "--verbose", "--progress/--no-progress", "--version",
        "-h, --help",
      ]
      for option in options { #expect(help.output.contains("\n  \(option)"), "\(option)") }
    }
  }

  @Test(
    "A value that cannot be is refused with 64 and the reason",
    arguments: [
      (["--holdout", "1"], "--holdout 100% leaves no samples to find anything on"),
      (["--least-gain", "1"], "--least-gain is all of the loss, which no neurons take away"),
      (["--least-gain", "-1%"], "expected a share such as 20% or 0.2"),
      (["--least-gain", "3"], "it is more than all: write 3% or 0.03"),
      (
        ["--holdout", "0.3", "--validation", "v.h5"],
        "--holdout and --validation exclude each other: the samples of --validation judge"
      ),
      (["--layers", "hiden"], "there are hidden, narrow; did you mean hidden?"),
      (["--loss", "mean_square_error"], "; did you mean mean_squared_error?"),
      (["--activations", "rleu,linear"], "; did you mean relu?"),
      (["--precision", "0%"], "--precision is 0, expected more: 5% or 0.05"),
      (["--precision", "much"], "expected a share such as 20% or 0.2"),
      (["--precision", "5"], "it is more than all: write 5% or 0.05"),
      (["--precision", "150"], "it is more than all: expected at most 100%"),
      (["--seed", "-1"], "for '--seed <n>': expected a whole number of 0 or more"),
      (["--seed=-1"], "for '--seed <n>': expected a whole number of 0 or more"),
      (["--neurons", "-2"], "--neurons is -2, expected 1 or more"),
      (["--holdout", "-0.1"], "expected a share such as 20% or 0.2"),
      (["--holdout", "120%"], "it is more than all: expected at most 100%"),
      (["--holdout", "nan"], "expected a share such as 20% or 0.2"),
      (["--neurons", "0"], "--neurons is 0, expected 1 or more"),
      (["--threads", "0"], "--threads is 0, expected 1 to 1024"),
      (["--max-samples", "0"], "--max-samples is 0, expected 1 or more"),
      (["--seed", "x"], "The value 'x' is invalid for '--seed <n>'"),
      (["--solver", "magic"], "The value 'magic' is invalid for '--solver <solver>'"),
      (["--format", "pdf"], "Please provide one of 'text', 'json' or 'html'"),
      (["--loss", "wobble"], "it is none of mean_squared_error, "),
      (["--quiet", "--verbose"], "--quiet and --verbose exclude each other"),
      (
        ["--layers", "progression"],
        "--layers: progression is the last layer, whose units are the answers; the hidden layers "
          + "are hidden, narrow"
      ),
      (
        ["--layers", "hidden,ghost"], "--layers: there is no hidden layer ghost; there are hidden, "
      ),
      (["--wobble"], "Unknown option '--wobble'"),
      (
        ["second.h5"],
        "second.h5 is not expected here: samples in a file of their own are named with "
          + "--data second.h5"
      ),
      (["second"], "Unexpected argument 'second'"),
    ] as [([String], String)])
  func wrongValue(arguments: [String], reason: String) throws {
    let outcome = try tinyDiagnose([model] + arguments)
    #expect(outcome.status == 64 && outcome.output == "")
    #expect(outcome.errors.hasPrefix("error: "))
    #expect(outcome.errors.contains(reason), "\(outcome.errors)")
  }

  @Test("A strict report ends with 2 unless the network is wide enough")
  func strict() throws {
    let file = "digits-keras3/digits.h5"
    let narrow = try tinyDiagnose(file, "--strict")
    #expect(narrow.status == 2 && narrow.errors == "")
    #expect(narrow.output == (try tinyDiagnose(file).output))
    let wide = try tinyDiagnose(model, "--strict", "--least-gain", "90%", "--format", "json")
    let verdict = try jsonObject(wide.output)["verdict"] as? [String: Any]
    #expect(verdict?["kind"] as? String == "wideEnough")
    #expect(wide.status == 0, "\(wide.errors)")
  }

  @Test("Options for the growth narrow it")
  func growthOptions() throws {
    let outcome = try tinyDiagnose(
      model, "--layers", "narrow", "--neurons", "1", "--solver", "joint", "--format", "json",
      "--max-samples", "100")
    #expect(outcome.status == 0 && outcome.errors == "")
    let report = try jsonObject(outcome.output)
    let growth = try #require(report["growth"] as? [[String: Any]])
    #expect(growth.map { $0["layer"] as? String } == ["narrow"])
    #expect(growth.map { $0["solver"] as? String } == ["joint"])
    #expect((growth[0]["suggestedNeurons"] as? Int ?? 9) <= 1)
    let data = try #require(report["data"] as? [String: Any])
    #expect(data["samples"] as? Int == 100)
    #expect(data["validationSamples"] as? Int == 100)
  }

  @Test("The data may be named by file and datasets, held-out samples by file")
  func dataOptions() throws {
    let folder = "diabetes-regression"
    let outcome = try tinyDiagnose(
      "\(folder)/model.h5", "--data", "\(folder)/validation.h5", "--inputs", "x", "--targets",
      "/y", "--validation", "\(folder)/validation.h5", "--format", "json", "--neurons", "1")
    #expect(outcome.status == 0 && outcome.errors == "")
    let report = try jsonObject(outcome.output)
    let loss = try #require(report["loss"] as? [String: Any])
    let (value, other) = (loss["value"] as? Double, loss["validationValue"] as? Double)
    #expect(abs((value ?? 0) - 0.5573856) < 1e-6)
    #expect(abs((other ?? 0) - 0.5573856) < 1e-6)
  }

  @Test("Another loss than the model's own may be asked for")
  func lossOption() throws {
    let outcome = try tinyDiagnose(
      model, "--loss", "mae", "--format", "json", "--neurons", "1", "--max-samples", "100")
    #expect(outcome.status == 0)
    let loss = try #require(try jsonObject(outcome.output)["loss"] as? [String: Any])
    #expect(loss["name"] as? String == "mean_absolute_error")
  }

  @Test("The seed decides what is held out, and nothing else does")
  func seed() throws {
    func held(_ seed: String) throws -> Double? {
      let outcome = try tinyDiagnose(
        "breast-cancer-sigmoid/model.h5", "--data", "breast-cancer-sigmoid/data.h5", "--seed", seed,
        "--format", "json", "--neurons", "1")
      let loss = try jsonObject(outcome.output)["loss"] as? [String: Any]
      return loss?["validationValue"] as? Double
    }
    #expect(try held("1") == held("1"))
    #expect(try held("1") != held("2"))
  }
}
