import ArgumentParser

/// Files that get the same result in other forms, so that it need not be found twice.
struct FurtherForms: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Write the result to a further file too, in the form its ending names: "
        + "\(OutputFormat.endings.joined(separator: ", ")); may be repeated.", valueName: "file"),
    completion: .file(extensions: OutputFormat.endings), transform: FurtherFile.init)
  var also: [FurtherFile] = []

  /// Checks every file before any work is done for it.
  ///
  /// - Throws: `HDF5Error` if one of them is among `inputs`, is there already and not to be replaced, or
  ///   cannot be written.
  func open(
    apartFrom inputs: [String], overwrite: Bool
  ) throws -> [(format: OutputFormat, output: Output)] {
    try also.map { ($0.format, try Output($0.path, inputs: inputs, overwrite: overwrite)) }
  }
}

/// A file and the form that its ending names.
struct FurtherFile {
  let path: String
  let format: OutputFormat

  init(_ path: String) throws {
    guard let format = OutputFormat(endingOf: path) else {
      throw ValidationError("it ends in none of .\(OutputFormat.endings.joined(separator: ", ."))")
    }
    self.path = path
    self.format = format
  }
}

extension OutputFormat {
  /// What the names of files in each form end in.
  static var endings: [String] { allCases.map(\.ending) }

  /// The form that the ending of a file's name stands for; `nil` if it stands for none.
  init?(endingOf path: String) {
    let ending = path.split(separator: "/").last?.split(separator: ".").dropFirst().last
    guard let format = Self.allCases.first(where: { $0.ending == ending?.lowercased() })
    else { return nil }
    self = format
  }

  private var ending: String { self == .text ? "txt" : rawValue }
}
