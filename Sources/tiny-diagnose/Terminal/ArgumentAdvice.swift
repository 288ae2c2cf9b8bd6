import ArgumentParser
import Glibc
import Loader

/// What the argument parser cannot know of arguments that do not go together.
struct ArgumentAdvice {
  private let arguments: [String]

  /// For the words behind the program's name.
  init(_ arguments: [String]) { self.arguments = arguments }

  /// The words for the parser: it takes a negative number behind an option for another option, and would
  /// say that the value is missing.
  var withNegativeValues: [String] {
    arguments.reduce(into: []) { words, word in
      let number = word.hasSuffix("%") ? word.dropLast() : word[...]
      if word.hasPrefix("-"), Double(number) != nil, let option = words.last,
        option.hasPrefix("--"),
        option.count > 2, !option.contains("=")
      {
        words[words.count - 1] = "\(option)=\(word)"
      } else {
        words.append(word)
      }
    }
  }

  private static let commands = [
    "report", "grow", "compare", "inspect", "train", "statistics", "merge",
  ]

  /// A first word that is neither a command nor a file, where it is nearly a command, or a file follows.
  var misspelledCommand: String? {
    guard let word = arguments.first, !word.isEmpty, !word.hasPrefix("-"),
      access(word, F_OK) != 0, !(Self.commands + ["help"]).contains(word)
    else { return nil }
    if let command = word.likeliest(of: Self.commands) {
      return "there is no command and no file \(word): did you mean \(command)?"
    }
    guard let next = arguments.dropFirst().first, !next.hasPrefix("-"), access(next, F_OK) == 0,
      !word.contains(where: { "./*".contains($0) })
    else { return nil }
    return "there is no command and no file \(word): the commands are "
      + Self.commands.joined(separator: ", ")
  }

  /// An argument with nothing in it, as a variable of the shell that is not set leaves one.
  var emptyArgument: String? {
    let place = arguments.firstIndex { $0.isEmpty || $0.hasPrefix("--") && $0.hasSuffix("=") }
    guard let place else { return nil }
    let word = arguments[place]
    let option =
      word.isEmpty
      ? place > 0 && arguments[place - 1].hasPrefix("-") ? arguments[place - 1] : nil
      : String(word.dropLast())
    return
      "\(option ?? "argument \(place + 1)") is empty, expected a value: is a variable of the shell "
      + "not set?"
  }

  /// What samples are kept in.
  private static let endings = [".h5", ".hdf5", ".hdf", ".he5", ".mat", ".npy", ".npz"]

  /// A second file, behind the model, that is not said to be what it is; where the parser's message is
  /// of that.
  func unexpectedFile(_ message: String) -> String? {
    let file = arguments.dropFirst().first { word in
      message.contains("nexpected argument") && message.contains("'\(word)'")
        && Self.endings.contains { word.lowercased().hasSuffix($0) }
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

  // MARK: What was named

  /// Options whose value is a dataset.
  private static let datasetOptions = ["--inputs", "--targets", "--groups", "--sample-weights"]

  /// The option that names an object of a file; `nil` where none does.
  func option(naming object: String?) -> String? {
    guard let object else { return nil }
    return Self.datasetOptions.first { option in
      value(of: option).map { $0 == object || "/" + $0 == object } ?? false
    }
  }

  /// Whether the file in the model's place holds samples, and the file of `--data` is the model.
  ///
  /// - Parameter error: what reading the model came to.
  /// - Returns: what to type instead; `nil` where that is not the mistake.
  func exchanged(_ error: ModelError) -> String? {
    guard error.isOfContent, let survey = try? survey(at: error.file, after: error),
      survey.missing.contains(.model(samples: true))
    else { return nil }
    guard let data = value(of: "--data") else {
      return "it holds samples: tiny-diagnose MODEL --data \(error.file)"
    }
    guard isModel(data) else { return nil }
    return "it holds samples, and \(data) a model; the model comes first: "
      + "tiny-diagnose \(data) --data \(error.file)"
  }

  /// Whether a file is a model, or one that lacks nothing but what options tell.
  private func isModel(_ path: String) -> Bool {
    do throws(ModelError) {
      _ = try loadModel(at: path)
      return true
    } catch {
      switch error.problem {
      case .model(.weightsOnly), .model(.stateDictionary), .model(.kernelList): return true
      default: return false
      }
    }
  }

  private func value(of option: String) -> String? {
    if let place = arguments.firstIndex(of: option) {
      return arguments.dropFirst(place + 1).first
    }
    return arguments.first { $0.hasPrefix(option + "=") }
      .map { String($0.dropFirst(option.count + 1)) }
  }
}
