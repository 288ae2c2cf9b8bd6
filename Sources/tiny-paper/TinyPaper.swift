import ArgumentParser
import Glibc
import HDF5
import LinearAlgebra
import Loader

@main
struct TinyPaper: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tiny-paper",
    abstract: "Run the paper's experiments on networks that grow, with its solver and with ours.",
    usage: """
      tiny-paper all [--data <file>] [-o <folder>] [<options>]
      tiny-paper figure5 | figure6 | … | figure13 | additions [<options>]
      tiny-paper tables [-o <folder>] [<options>]
      """,
    discussion: """
      Each run is a process of one thread, and its seconds are those that this process computes, \
      whatever else the machine does. Results stay in the folder, one by one, so that a campaign \
      that was stopped goes on with --resume.

      tiny-paper all --quick                   everything in little, on images of digits
      tiny-paper all --data mnist.h5 -o paper  everything, on MNIST as fixtures/making/make_mnist.py writes it

      Exit status: 0 done; 1 a run failed or a claim does not hold; 3 a file cannot be used; 64 wrong \
      arguments.
      """,
    subcommands: [Reproduce.self, RunOne.self, Tables.self], defaultSubcommand: Reproduce.self)

  static func main() async {
    signal(SIGPIPE, SIG_IGN)
    // Now, because OpenBLAS's own threads look for work until they are told that there is none.
    _ = blasCore
    do {
      var command = try parseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch let error as PaperError {
      standardError("error: \(error)\n  \(error.advice)")
      if case .file = error { Glibc.exit(3) }
      Glibc.exit(1)
    } catch let error as ModelError {
      standardError("error: \(error)")
      Glibc.exit(3)
    } catch let error as HDF5Error {
      standardError("error: \(error)")
      Glibc.exit(3)
    } catch {
      exit(withError: error)
    }
  }
}

/// What all commands are told.
struct PaperOptions: ParsableArguments {
  @Flag(help: "Small networks for a second each: a check, not a result.")
  var quick = false

  @Option(
    help: ArgumentHelp(
      "Train the usual networks so long, all others in proportion.", valueName: "seconds"))
  var seconds: Double?

  @Option(
    name: [.customShort("o"), .long],
    help: ArgumentHelp("Where results and figures go.", valueName: "folder"),
    completion: .directory)
  var output = "paper-results"

  func validate() throws {
    if let seconds, !(seconds > 0 && seconds < 1e6) {
      throw ValidationError("--seconds is \(seconds), expected more than 0")
    }
  }

  var setting: ExperimentScale {
    let setting = quick ? ExperimentScale.quick : .full
    return seconds.map(setting.lasting) ?? setting
  }

  var archive: RunFolder { RunFolder(folder: output) }

  /// For another process.
  var arguments: [String] {
    (quick ? ["--quick"] : []) + (seconds.map { ["--seconds", "\($0)"] } ?? []) + ["-o", output]
  }
}

/// One run, in this process.
struct RunOne: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Make one run; the other commands start these.",
    shouldDisplay: false)

  @Argument(help: "The name of the run.") var recipe: String
  @Option(help: "Decides weights and batches.") var seed: UInt64
  @Option(help: "The HDF5 file with the samples.", completion: .file()) var data: String
  @OptionGroup var options: PaperOptions

  func run() async throws {
    let recipes = options.setting.recipes
    guard let recipe = recipes.first(where: { $0.name == recipe }) else {
      throw ValidationError(
        "\(recipe) is none of \(recipes.map(\.name).joined(separator: ", "))")
    }
    let archive = options.archive
    let widths: [Int]
    switch recipe.start {
    case .widths(let given): widths = given
    case .finalWidths(let other):
      widths = try archive.record(of: other, seed: seed).points.last?.widths ?? []
    }
    let counts = try recipe.growth?.countsOf.map { try archive.record(of: $0, seed: seed).counts }
    var runner = try Runner(
      recipe, widths: widths, counts: counts ?? [], seed: seed,
      data: try PaperData(contentsOf: data))
    let record = try await runner.run()
    let job = Job(recipe: recipe, seed: seed, data: data)
    if recipe.growth != nil { try archive.write(runner.model, of: job) }
    try archive.write(record, of: job)
  }
}
