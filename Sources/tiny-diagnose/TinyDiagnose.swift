import ArgumentParser
import Glibc
import LinearAlgebra
import Reports

/// The program's version, as `--version` prints it and reports carry it.
let programVersion = "0.1.0"

@main
struct TinyDiagnose: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tiny-diagnose",
    abstract: "Show where a trained network is too narrow, and what more neurons would gain.",
    usage: """
      tiny-diagnose <model> [--data <file>] [<options>]
      tiny-diagnose grow <model> -o <file> [<options>]
      tiny-diagnose compare <model> [--data <file>] [<options>]
      tiny-diagnose inspect <model>
      tiny-diagnose train <data> -o <file> [<options>]
      tiny-diagnose statistics <model> --data <file> --share <k/n> -o <file>
      tiny-diagnose merge <file> ...
      """,
    discussion: """
      Reads a multilayer perceptron saved by Keras, or written to HDF5 from elsewhere, and samples \
      it was trained on. For each layer it says how much of what training asks of the layer its \
      weights cannot do, and for each hidden layer what new neurons would change about that.

      tiny-diagnose model.h5                   a model that carries its samples
      tiny-diagnose model.h5 --data train.h5   samples in a file of their own
      tiny-diagnose model.keras --data train.h5
                                               a Keras archive
      tiny-diagnose model.h5 --format json     the same for a program
      tiny-diagnose grow model.h5 -o grown.h5  a model with the neurons it lacks
      tiny-diagnose compare model.h5           which way of growing ends best, if any
      tiny-diagnose train train.h5 -o new.h5   a new network that grows in training
      tiny-diagnose report --help              all options of the report

      Exit status: 0 done; 1 the work failed, as when the samples do not fit the model; 2 a report \
      finds more to do, with --strict; 3 a file cannot be used; 64 wrong arguments.
      """,
    version: VersionText.text(for: CommandLine.arguments),
    subcommands: [
      Report.self, Grow.self, Compare.self, Inspect.self, Train.self, Statistics.self, Merge.self,
    ],
    defaultSubcommand: Report.self)

  static func main() async {
    // A reader that stops early (`| head`) shows as an error of the write, not as a signal.
    signal(SIGPIPE, SIG_IGN)
    // Now, because OpenBLAS's own threads look for work until they are told that there is none.
    _ = blasCore
    let advice = ArgumentAdvice(Array(CommandLine.arguments.dropFirst()))
    do {
      try Run.start()
      if let message = advice.emptyArgument ?? advice.misspelledCommand {
        throw ValidationError(message)
      }
      var command = try parseAsRoot(advice.withNegativeValues)
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
      try await Run.finish()
    } catch {
      let failure = Failure(error, advice)
      if Run.isSpeaking, Self.wantsJSON(CommandLine.arguments), !(error is NothingToGrow),
        let report = failure?.report
      {
        // Where that cannot be written either, the message on standard error has to do.
        _ = try? Output.standardOutput.write(report.rendered())
      }
      guard let failure else {
        // Help was asked for: of each process, and one prints it.
        try? await Run.finish()
        if Run.isSpeaking { exit(withError: error) }
        Glibc.exit(0)
      }
      await Run.end(failure.message, exitCode: failure.exitCode)
    }
  }

  /// Whether a program reads what is printed: an error may come before the options are parsed.
  static func wantsJSON(_ arguments: [String]) -> Bool {
    arguments.contains("--format=json")
      || zip(arguments, arguments.dropFirst()).contains { $0 == "--format" && $1 == "json" }
  }
}
