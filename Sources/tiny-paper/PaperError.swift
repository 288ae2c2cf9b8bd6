/// Why an experiment cannot be run or drawn.
enum PaperError: Error, Equatable {
  /// A file of results is not what this program writes.
  case notCSV(path: String, line: Int)
  case noColumn(path: String, column: String)
  /// A file or a folder cannot be read, written or made.
  case file(path: String, reason: String)
  /// Results are there already, and nothing was said about them.
  case resultsInPlace(path: String)
  /// A run ended otherwise than with its results.
  case runFailed(name: String, seed: UInt64, status: Int32, message: String)
  /// A figure needs a run that is not there.
  case noRun(name: String, folder: String)
  /// The data speak of no classes, or have no test samples worth the name.
  case unfitData(path: String, reason: String)
  /// What must hold does not.
  case claims([String])
}

extension PaperError: CustomStringConvertible {
  var description: String {
    switch self {
    case .notCSV(let path, let line): "\(path): line \(line) is not a row of results"
    case .noColumn(let path, let column): "\(path): no column \(column)"
    case .file(let path, let reason): "\(path): \(reason)"
    case .resultsInPlace(let path): "\(path): holds runs already"
    case .runFailed(let name, let seed, let status, let message):
      "\(name), seed \(seed): ended with status \(status)\(message.isEmpty ? "" : ": \(message)")"
    case .noRun(let name, let folder): "\(folder): no run of \(name)"
    case .unfitData(let path, let reason): "\(path): \(reason)"
    case .claims(let broken): "does not hold:" + broken.map { "\n  " + $0 }.joined()
    }
  }

  /// What to do about it.
  var advice: String {
    switch self {
    case .notCSV(let path, _), .noColumn(let path, _):
      "remove \(path), and the run is made again with --resume"
    case .file: "check the path, the rights and the room on the disk"
    case .resultsInPlace: "go on with --resume, start over with --overwrite, or name another -o"
    case .runFailed: "run it alone with the same command and --jobs 1"
    case .noRun: "run the figure before its tables, or run all"
    case .unfitData:
      "name a file with labels of classes, as fixtures/making/make_mnist.py writes it"
    case .claims: "read the tables: the setting may be too short for this claim"
    }
  }
}
