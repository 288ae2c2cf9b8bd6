import ArgumentParser

/// How and where a result is told.
struct OutputOptions: ParsableArguments {
  @Option(help: "The form of the result (default: what the file's ending says, or text).")
  var format: OutputFormat?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Write the result to a file instead of standard output.", valueName: "file"),
    completion: .file())
  var output: String?

  @Flag(help: "Replace the file if it is there already.")
  var force = false

  /// The form that is asked for, by name or by the file's ending.
  var form: OutputFormat { format ?? output.flatMap(OutputFormat.init(endingOf:)) ?? .text }

  /// Where the result goes.
  ///
  /// - Throws: `HDF5Error` if there is a file that must not be replaced, or no right to write one.
  func destination(apartFrom inputs: [String]) throws -> Output {
    try Output(output, inputs: inputs, overwrite: force)
  }

  func validate() throws {
    guard let format, let output, let ending = OutputFormat(endingOf: output), ending != format
    else { return }
    throw ValidationError(
      "\(output) is named as \(ending.rawValue), and --format says \(format.rawValue): leave one out"
    )
  }
}
