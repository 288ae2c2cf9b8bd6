import ArgumentParser

/// Files that get the same result in other forms, so that it need not be found twice.
struct FurtherForms<Form: ResultForm>: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Write the result to a further file too, in the form its ending names: "
        + "\(Form.endings.joined(separator: ", ")); may be repeated.", valueName: "file"),
    completion: .file(extensions: Form.endings), transform: FurtherFile<Form>.init)
  var also: [FurtherFile<Form>] = []

  /// Checks every file before any work is done for it.
  ///
  /// - Throws: `HDF5Error` if one of them is among `inputs`, the command's `first` output or named twice, is
  ///   there already and not to be replaced, or cannot be written.
  func open(
    apartFrom inputs: [String], _ first: String?, overwrite: Bool
  ) throws -> [(format: Form, output: Output)] {
    let paths = also.map(\.path)
    return try also.enumerated().map { place, file in
      let others = inputs + [first].compactMap { $0 } + paths[..<place]
      return (file.format, try Output(file.path, inputs: others, overwrite: overwrite))
    }
  }
}

/// A file and the form that its ending names.
struct FurtherFile<Form: ResultForm>: Sendable {
  let path: String
  let format: Form

  init(_ path: String) throws {
    guard let format = Form(endingOf: path) else {
      throw ValidationError("it ends in none of .\(Form.endings.joined(separator: ", ."))")
    }
    self.path = path
    self.format = format
  }
}
