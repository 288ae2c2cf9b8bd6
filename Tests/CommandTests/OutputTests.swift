import Foundation
import Testing

@Suite("Where reports go") struct OutputTests {
  private let model = "diabetes-regression/native.h5"

  @Test("-o writes what would go to standard output, beside nothing else")
  func outputFile() throws {
    let folder = try TemporaryFolder()
    let printed = try tinyDiagnose("inspect", model)
    let outcome = try tinyDiagnose("inspect", model, "-o", "\(folder.path)/report.txt")
    #expect(outcome.status == 0 && outcome.output == "" && outcome.errors == "")
    #expect(folder.names == ["report.txt"])
    let path = "\(folder.path)/report.txt"
    #expect(try String(contentsOfFile: path, encoding: .utf8) == printed.output)
  }

  @Test("--also writes the same result in other forms", arguments: ["inspect", "report"])
  func furtherForms(command: String) throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/result"
    let printed = try tinyDiagnose(command, model)
    let outcome = try tinyDiagnose(
      command, model, "--format", "json", "--also", "\(path).txt", "--also", "\(path).json")
    #expect(outcome.status == 0 && folder.names == ["result.json", "result.txt"])
    #expect(try String(contentsOfFile: "\(path).txt", encoding: .utf8) == printed.output)
    #expect(try String(contentsOfFile: "\(path).json", encoding: .utf8) == outcome.output)
  }

  @Test("one file for two results is refused before any work is done")
  func sameFile() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/r.json"
    for options in [["-o", path, "--also", path], ["--also", path, "--also", path]] {
      let outcome = try tinyDiagnose(["inspect", model] + options)
      #expect(outcome.status == 64 && !FileManager.default.fileExists(atPath: path))
      #expect(outcome.errors.hasPrefix("error: \(path): is one of the command's other files"))
    }
  }

  @Test("--also wants an ending that names a form")
  func unknownForm() throws {
    let outcome = try tinyDiagnose("inspect", model, "--also", "result.doc")
    #expect(outcome.status == 64 && outcome.errors.contains("it ends in none of .txt, .json"))
  }

  @Test("-o replaces an older report, follows a link to it, and keeps its permissions")
  func replaces() throws {
    let folder = try TemporaryFolder()
    let outcome = try bash(
      """
      cd \(folder.path) && echo old > report && chmod 600 report && ln -s report link &&
      tiny-diagnose inspect \(fixtures.path)/\(model) -o link --force && stat -c %a report &&
      test -L link && head -c 5 report
      """)
    #expect(outcome.status == 0 && outcome.output == "600\nmodel" && outcome.errors == "")
    #expect(folder.names == ["link", "report"])
  }

  @Test("-o replaces nothing unasked, and before any work is done")
  func isThere() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/report.txt"
    try Data("old".utf8).write(to: URL(fileURLWithPath: path))
    let outcome = try tinyDiagnose("inspect", "nowhere.h5", "-o", path)
    #expect(outcome.status == 1)
    #expect(
      outcome.errors == """
        error: \(path): is there already
          choose another name, or replace it with --force

        """)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
  }

  @Test("A file has the form that its ending says")
  func endings() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/report.JSON"
    #expect(try tinyDiagnose("inspect", model, "-o", path).status == 0)
    let json = try tinyDiagnose("inspect", model, "--format", "json").output
    #expect(try String(contentsOfFile: path, encoding: .utf8) == json)
    let refused = try tinyDiagnose("inspect", model, "-o", "a.json", "--format", "text")
    #expect(refused.status == 64)
    #expect(
      refused.errors.hasPrefix(
        "error: a.json is named as JSON, and --format says text: leave one out\n"))
  }

  @Test(
    "No result is written under the name of another format",
    arguments: ["rep.h5", "rep.keras", "rep.csv", "rep.npy", "rep.pdf", "rep.v2"])
  func otherFormats(_ name: String) throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/\(name)"
    for command in [[model], ["compare", model]] {
      let outcome = try tinyDiagnose(command + ["-o", path])
      #expect(outcome.status == 64 && outcome.output == "")
      #expect(
        outcome.errors.hasPrefix(
          "error: \(path) ends in none of .txt, .json, .html: name it so, or say the form with --format\n"
        ),
        "\(outcome.errors)")
    }
    let inspected = try tinyDiagnose("inspect", model, "-o", path, "--format", "json")
    #expect(inspected.status == (name == "rep.v2" ? 0 : 64), "\(inspected.errors)")
    #expect(folder.names == (name == "rep.v2" ? [name] : []))
  }

  @Test("What a file holds is shown as text or JSON, and the help says no more")
  func inspectionForms() throws {
    let folder = try TemporaryFolder()
    for option in ["-o", "--also"] {
      let outcome = try tinyDiagnose("inspect", model, option, "\(folder.path)/i.html")
      #expect(outcome.status == 64 && outcome.output == "", "\(outcome.errors)")
      #expect(outcome.errors.contains("ends in none of .txt, .json"))
    }
    #expect(folder.names == [])
    #expect(!(try tinyDiagnose("inspect", "--help").output.contains("html")))
  }

  @Test(
    "A model is named as what it is, before any work is done",
    arguments: [
      (
        ["train", "nowhere.h5", "-o", "t.keras"],
        "t.keras is named as a Keras archive and would be HDF5: name it t.h5"
      ),
      (
        ["grow", "hostile/model-4-3-2.h5", "-o", "a.b/g.keras"],
        "a.b/g.keras is named as a Keras archive and would be HDF5: name it a.b/g.h5"
      ),
      (
        ["grow", "hostile/model-4-3-2.keras", "-o", "g.h5"],
        "g.h5 is named as HDF5 and would be a Keras archive: name it g.keras"
      ),
      (
        ["grow", "hostile/model-4-3-2.h5", "-o", "g.csv"],
        "g.csv is named as comma-separated values and would be HDF5: name it g.h5"
      ),
      (
        ["train", "nowhere.h5", "-o", "t.json"],
        "t.json is named as JSON and would be HDF5: name it t.h5"
      ),
      (
        ["train", "nowhere.h5", "-o", "t.h5", "--curve", "c.h5"],
        "c.h5 is named as HDF5 and would be comma-separated values: name it c.csv"
      ),
      (
        ["grow", "wine-functional-bn/model.h5", "-o", "g"],
        "g would be a whole model, which Keras loads by its ending: name it g.h5"
      ),
      (
        ["grow", "wine-functional-bn/model.h5", "-o", "g.weights.h5"],
        "g.weights.h5 would be a whole model, which Keras loads by its ending: name it g.h5"
      ),
      (
        [
          "grow", "every-format/model.weights.h5", "--architecture",
          "every-format/architecture.json",
          "-o", "g.h5",
        ],
        "g.h5 would be weights alone, which Keras loads by its ending: name it g.weights.h5"
      ),
      (
        ["grow", "hostile/model-4-3-2.keras", "-o", "g"],
        "g would be a Keras archive, which Keras loads by its ending: name it g.keras"
      ),
      (
        ["train", "nowhere.h5", "-o", "t.trained"],
        "t.trained would be a whole model, which Keras loads by its ending: name it t.trained.h5"
      ),
      (
        ["train", "nowhere.h5", "-o", "t.h5", "--checkpoint", "saved.npz"],
        "saved.npz is named as a NumPy archive and would be HDF5: name it saved.h5"
      ),
      (
        ["statistics", "nowhere.h5", "-o", "part.npz"],
        "part.npz is named as a NumPy archive and would be HDF5: name it part.h5"
      ),
    ])
  func modelEndings(_ arguments: [String], _ reason: String) throws {
    let outcome = try tinyDiagnose(arguments)
    #expect(outcome.status == 64 && outcome.output == "")
    #expect(outcome.errors.hasPrefix("error: \(reason)\n"), "\(outcome.errors)")
  }

  @Test(
    "A command that is misspelled is told",
    arguments: ["gorw", "gro", "inspct", "reporrt", "comapre", "insect", "comp"])
  func misspelled(_ word: String) throws {
    let outcome = try tinyDiagnose(word, model)
    let command =
      [
        "gorw": "grow", "gro": "grow", "inspct": "inspect", "comapre": "compare",
        "insect": "inspect", "comp": "compare",
      ][word] ?? "report"
    #expect(outcome.status == 64)
    #expect(
      outcome.errors
        == "error: there is no command and no file \(word): did you mean \(command)?\n")
  }

  @Test("A first word that is no command, before a file, is answered with the commands")
  func unknownCommand() throws {
    let outcome = try tinyDiagnose("diagnose", model)
    #expect(outcome.status == 64)
    #expect(
      outcome.errors
        == "error: there is no command and no file diagnose: the commands are report, grow, compare, "
        + "inspect, train, statistics, merge\n")
  }

  @Test("An argument with nothing in it is told, and no file without a name")
  func emptyArguments() throws {
    let rest = " is empty, expected a value: is a variable of the shell not set?\n"
    for (arguments, name) in [
      ([""], "argument 1"), (["inspect", ""], "argument 2"), ([model, "--data", ""], "--data"),
      ([model, "--data="], "--data"), (["grow", model, "-o", ""], "-o"),
    ] {
      let outcome = try tinyDiagnose(arguments)
      #expect(outcome.status == 64 && outcome.output == "")
      #expect(outcome.errors == "error: " + name + rest)
    }
  }

  @Test("Samples in the model's place are told, and that the model comes first")
  func exchangedFiles() throws {
    let (network, samples) = ("wine-functional-bn/model.h5", "wine-functional-bn/data.h5")
    let alone = try tinyDiagnose(samples)
    #expect(alone.status == 3)
    #expect(
      alone.errors.hasSuffix("\n  it holds samples: tiny-diagnose MODEL --data \(samples)\n"),
      "\(alone.errors)")
    let both = try tinyDiagnose(samples, "--data", network)
    #expect(both.status == 3)
    #expect(
      both.errors.hasSuffix(
        "\n  it holds samples, and \(network) a model; the model comes first: tiny-diagnose \(network) "
          + "--data \(samples)\n"), "\(both.errors)")
  }

  @Test(
    "A dataset that is not there is named with its option",
    arguments: ["--inputs", "--targets", "--groups", "--sample-weights"])
  func missingDataset(_ option: String) throws {
    for arguments in [[option, "nosuch"], ["\(option)=/nosuch"]] {
      let outcome = try tinyDiagnose([model] + arguments)
      #expect(outcome.status == 3 || outcome.status == 1)
      #expect(
        outcome.errors.contains("/nosuch: not found\n  \(option) names it; "), "\(outcome.errors)")
    }
  }

  @Test("Text is as wide as the window, 80 where there is none", arguments: [nil, 40, 60, 80, 100])
  func widths(_ columns: Int?) throws {
    let files = ["wine-functional-bn/model.h5", "--data", "wine-functional-bn/data.h5"]
    for arguments in [
      files + ["--max-samples", "60", "--verbose"], ["inspect"] + files.prefix(1),
      ["inspect", "hostile/data-good.h5"],
    ] {
      let outcome = try tinyDiagnose(
        arguments, environment: ["COLUMNS": columns.map(String.init) ?? ""])
      #expect(outcome.status == 0, "\(outcome.errors)")
      let lines = outcome.output.split(separator: "\n").filter { !$0.hasPrefix("  ") }
      #expect(lines.allSatisfy { $0.count <= columns ?? 80 }, "\(outcome.output)")
    }
  }

  @Test("-o never replaces a file the report is made from, under whatever name")
  func inputIsSafe() throws {
    let folder = try TemporaryFolder()
    let copy = "\(folder.path)/model.h5"
    try FileManager.default.copyItem(
      atPath: fixtures.appending(path: model).path, toPath: copy)
    let before = try Data(contentsOf: URL(fileURLWithPath: copy))
    try FileManager.default.linkItem(atPath: copy, toPath: "\(folder.path)/other.h5")
    for output in [copy, "\(folder.path)/other.h5", "\(folder.path)/./model.h5"] {
      let outcome = try tinyDiagnose(copy, "-o", output)
      #expect(outcome.status == 64 && outcome.output == "")
      #expect(
        outcome.errors
          == "error: \(output): is one of the command's other files\n  choose another name\n")
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: copy)) == before)
  }

  @Test("A place that cannot be written to is refused with 1, before any work and without a trace")
  func unwritable() throws {
    let folder = try TemporaryFolder()
    let missing = try tinyDiagnose("nowhere.h5", "-o", "\(folder.path)/none/report")
    #expect(missing.status == 1)
    #expect(
      missing.errors.hasPrefix(
        "error: \(folder.path)/none/report: is in a folder that does not exist\n  "))
    let directory = try tinyDiagnose("nowhere.h5", "-o", folder.path)
    #expect(directory.status == 1)
    #expect(directory.errors.contains("cannot be written: Is a directory\n"))
    #expect(folder.names == [])
  }

  @Test("A full disk is an error, on standard output as well")
  func fullDisk() throws {
    let output = try bash("tiny-diagnose inspect \(model) > /dev/full")
    #expect(output.status == 1)
    #expect(
      output.errors.hasPrefix(
        "error: standard output: cannot be written: No space left on device\n"))
    let file = try tinyDiagnose("inspect", model, "-o", "/dev/full")
    #expect(file.status == 1)
    #expect(file.errors.hasPrefix("error: /dev/full: cannot be written: No space left on device\n"))
  }

  @Test("/dev/null stays what it is, and - is standard output")
  func specialFiles() throws {
    let none = try bash("tiny-diagnose inspect \(model) -o /dev/null && test -c /dev/null")
    #expect(none.status == 0 && none.output == "" && none.errors == "")
    let dash = try tinyDiagnose("inspect", model, "-o", "-")
    #expect(dash.status == 0)
    #expect(try dash.output == tinyDiagnose("inspect", model).output)
  }

  @Test("A reader that stops early is no error")
  func brokenPipe() throws {
    let outcome = try bash(
      "tiny-diagnose \(model) --neurons 1 --max-samples 50 --format json | true")
    #expect(outcome.status == 0 && outcome.errors == "")
  }

  @Test("Standard error that is closed does not disturb the report")
  func closedStandardError() throws {
    let outcome = try bash("tiny-diagnose inspect \(model) 2>&-")
    #expect(outcome.status == 0 && outcome.output.hasPrefix("model   "))
  }

  @Test(
    "Colours only for a terminal, never with NO_COLOR",
    .enabled(if: (try? bash("script -qec true /dev/null"))?.status == 0, "there is no terminal"))
  func colours() throws {
    func onTerminal(_ environment: [String: String]) throws -> String {
      try bash("script -qec 'tiny-diagnose inspect \(model)' /dev/null", environment: environment)
        .output
    }
    #expect(try onTerminal(["TERM": "xterm"]).contains("\u{1B}["))
    #expect(try !onTerminal(["TERM": "xterm", "NO_COLOR": "1"]).contains("\u{1B}"))
    #expect(try !onTerminal(["TERM": "dumb"]).contains("\u{1B}"))
    #expect(try !tinyDiagnose("inspect", model).output.contains("\u{1B}"))
  }
}
