import ArgumentParser

/// Where a grown model goes, and how its growth is told.
struct GrownFileOptions: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("The file for the grown model.", valueName: "file"), completion: .file())
  var output: String?

  @Flag(help: "Replace the file if it is there already.")
  var force = false

  @Flag(help: "Grow and measure, and write nothing.")
  var dryRun = false

  @Option(help: "The form of the summary.")
  var format = OutputFormat.text

  func validate() throws {
    guard output != nil || dryRun else {
      throw ValidationError("Missing expected option '-o <file>': where the grown model goes")
    }
    if output == "-" {
      throw ValidationError("-o names a file: a model does not go to standard output")
    }
  }
}
