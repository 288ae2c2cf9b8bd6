import Glibc
import HDF5
import Reports

/// Where a report goes.
enum Output {
  case standardOutput
  /// Takes the place of the file that is there, if it may and that is none of the inputs.
  case file(String, inputs: [String], overwrite: Bool)
  /// Something other than a file, `/dev/null` say: it is written to as it is, since renaming over it
  /// would take it away from everybody.
  case device(String)

  /// The file of `-o`, or standard output without one or for `-`.
  ///
  /// - Throws: `HDF5Error` if that file is one of `inputs`, is there already or cannot be written, before
  ///   any work is done for it.
  init(_ path: String?, inputs: [String], overwrite: Bool) throws {
    guard Run.isSpeaking, let path, path != "-" else {
      self = .standardOutput
      return
    }
    var status = stat()
    if stat(path, &status) == 0, ![S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT) {
      self = .device(path)
    } else {
      self = .file(path, inputs: inputs, overwrite: overwrite)
      try PendingFile(for: path, overwrite: overwrite, apartFrom: inputs).discard()
    }
  }

  /// Colours for a terminal, none for a file; as wide as the terminal.
  var textStyle: TextStyle {
    if case .standardOutput = self {
      TextStyle(hasColours: Terminal.showsColours, width: Terminal.width)
    } else {
      TextStyle(hasColours: false, width: Terminal.chosenWidth ?? Terminal.usualWidth)
    }
  }

  /// Writes the report, all of it or, to a file, nothing.
  ///
  /// - Throws: `HDF5Error` or `OutputError`, but not for a reader of standard output who has had
  ///   enough.
  func write(_ text: String) throws {
    guard Run.isSpeaking else { return }
    switch self {
    case .standardOutput:
      let code = writeAll(text, to: STDOUT_FILENO)
      guard code == 0 || code == EPIPE else {
        throw OutputError(place: "standard output", code: code)
      }
    case .file(let path, let inputs, let overwrite):
      let pending = try PendingFile(for: path, overwrite: overwrite, apartFrom: inputs)
      try pending.write(Array(text.utf8))
      try pending.synchronize()
      try pending.commit()
    case .device(let path):
      let descriptor = open(path, O_WRONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw OutputError(place: path, code: errno) }
      let code = writeAll(text, to: descriptor)
      guard close(descriptor) == 0, code == 0 || code == EPIPE else {
        throw OutputError(place: path, code: code == 0 ? errno : code)
      }
    }
  }
}
