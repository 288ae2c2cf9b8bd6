import ArgumentParser
import Glibc

/// What the argument parser cannot know of arguments that do not go together.
struct ArgumentAdvice {
  private let arguments: [String]

  /// For the words behind the program's name.
  init(_ arguments: [String]) { self.arguments = arguments }

  private static let commands = ["report", "grow", "inspect", "train"]

  /// A word that is nearly a command, where there is no file of that name.
  var misspelledCommand: String? {
    guard let word = arguments.first, !word.hasPrefix("-"), access(word, F_OK) != 0,
      !(Self.commands + ["help"]).contains(word),
      let command = Self.commands.first(where: { $0.isNearly(word) })
    else { return nil }
    return "there is no command and no file \(word): did you mean \(command)?"
  }

  /// A second file, behind the model, that is not said to be what it is; where the parser's message is
  /// of that.
  func unexpectedFile(_ message: String) -> String? {
    let file = arguments.dropFirst().first { word in
      message.contains("nexpected argument") && message.contains("'\(word)'")
        && [".h5", ".hdf5"].contains { word.lowercased().hasSuffix($0) }
    }
    guard let file, arguments.first != "train" else { return nil }
    if let place = arguments.firstIndex(of: "--data"), arguments.dropFirst(place + 2).first == file
    {
      return
        "\(file) is not expected here: several files are named by a pattern in quotes, --data '*.h5', or by "
        + "a --data for each"
    }
    return
      "\(file) is not expected here: samples in a file of their own are named with --data \(file)"
  }
}

extension String {
  /// Whether one letter more, less or other, or two that changed places, make it another word.
  fileprivate func isNearly(_ other: String) -> Bool {
    let (a, b) = (Array(lowercased()), Array(other.lowercased()))
    let start = zip(a, b).prefix { $0 == $1 }.count
    let room = Swift.min(a.count, b.count) - start
    let end = zip(a.reversed(), b.reversed()).prefix { $0 == $1 }.count
    let (restA, restB) = (
      a.count - start - Swift.min(end, room), b.count - start - Swift.min(end, room)
    )
    if restA <= 1 && restB <= 1 { return restA + restB > 0 }
    return restA == 2 && restB == 2 && a[start] == b[start + 1] && a[start + 1] == b[start]
  }
}
