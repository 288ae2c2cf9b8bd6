import ArgumentParser

/// How and where a result is told.
struct OutputOptions<Form: ResultForm>: ParsableArguments {
  @Option(help: "The form of the result (default: what the file's ending says, or text).")
  var format: Form?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Write the result to a file instead of standard output.", valueName: "file"),
    completion: .file())
  var output: String?

  @Flag(help: "Replace the file if it is there already.")
  var force = false

  /// The form that is asked for, by name or by the file's ending.
  var form: Form { format ?? output.flatMap(Form.init(endingOf:)) ?? .text }

  /// Where the result goes.
  ///
  /// - Throws: `HDF5Error` if there is a file that must not be replaced, or no right to write one;
  ///   `ValidationError` if its name promises another form.
  func destination(apartFrom inputs: [String]) throws -> Output {
    let destination = try Output(output, inputs: inputs, overwrite: force)
    if case .file(let path, _, _) = destination { try checkEnding(of: path) }
    return destination
  }

  private func checkEnding(of path: String) throws {
    guard fileEnding(of: path) != nil, Form(endingOf: path) != form else { return }
    guard let format else {
      throw ValidationError(
        "\(path) ends in none of .\(Form.endings.joined(separator: ", .")): name it so, or say the form "
          + "with --format")
    }
    guard let named = FileKind(namedBy: path) else { return }
    throw ValidationError(
      "\(path) is named as \(named.rawValue), and --format says \(format.rawValue): leave one out")
  }
}
