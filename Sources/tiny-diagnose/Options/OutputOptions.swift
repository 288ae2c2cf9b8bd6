import ArgumentParser

/// How and where a result is told.
struct OutputOptions: ParsableArguments {
  @Option(help: "The form of the result.")
  var format = OutputFormat.text

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Write the result to a file instead of standard output.", valueName: "file"),
    completion: .file())
  var output: String?
}
