import FoundationEssentials
import Glibc
import Loader
import Networks

/// A program of the user's own that finds the loss of a grown file, by `--evaluate COMMAND`.
///
/// The command line is run by the shell with the file's path behind it; the last number that it prints is
/// the loss. Files and output are kept in a folder that `remove` takes away.
struct EvaluationProgram: Sendable {
  /// The command line.
  let command: String
  /// How long one run may take, in seconds.
  let seconds: Double
  /// The recording with the weights that the file is made of.
  private let model: LoadedModel
  private let folder: String

  private var file: String { "\(folder)/grown.h5" }
  private var output: String { "\(folder)/output" }
  private var errors: String { "\(folder)/errors" }

  /// Makes the folder.
  ///
  /// - Throws: `OutputError` if there is no place for it.
  init(_ command: String, seconds: Double, grownFrom model: LoadedModel) throws(OutputError) {
    self.command = command
    self.seconds = seconds
    self.model = model
    let place = ProcessInfo.processInfo.environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 }
    var path = Array("\(place ?? "/tmp")/tiny-diagnose-XXXXXX".utf8CString)
    guard mkdtemp(&path) != nil else {
      throw OutputError(place: place ?? "/tmp", code: errno)
    }
    folder = String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Removes the folder with all that is in it.
  func remove() {
    for path in [file, output, errors] { unlink(path) }
    rmdir(folder)
  }

  /// The loss of a network that grew out of the recorded one.
  ///
  /// - Throws: `EvaluationFailure` if the program cannot be run, fails, takes too long or prints no finite
  ///   number; `ModelError` if the file cannot be written.
  func loss(of network: Network<Float>) throws -> Double {
    try write(
      network, grownFrom: model, to: file, options: WritingOptions(overwrite: true))
    let status = try run()
    guard status == 0 else { throw failure(.failed(Self.ending(status), lastWords: lastWords)) }
    guard let loss = Self.lastNumber(in: text(of: output)) else { throw failure(.noNumber) }
    guard loss.isFinite else { throw failure(.notFinite(loss)) }
    return loss
  }

  /// The last number of a text, between blanks, commas, signs of equality and brackets.
  static func lastNumber(in text: String) -> Double? {
    let separators: Set<Character> = [" ", "\t", "\n", "\r", "\r\n", ",", "=", "(", ")", "[", "]"]
    return text.split { separators.contains($0) }.lazy.reversed().compactMap { Double($0) }.first
  }

  // MARK: The process

  private func failure(_ problem: EvaluationFailure.Problem) -> EvaluationFailure {
    EvaluationFailure(command: command, problem: problem)
  }

  /// Runs the command line to its end.
  ///
  /// - Returns: its status as `waitpid` tells it.
  private func run() throws(EvaluationFailure) -> Int32 {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    for (descriptor, path) in [(STDOUT_FILENO, output), (STDERR_FILENO, errors)] {
      posix_spawn_file_actions_addopen(
        &actions, descriptor, path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    }
    // The path stands apart, so that no shell reads it.
    let words: [String] = ["sh", "-c", "\(command) \"$1\"", "sh", file]
    let settings: [String] = ProcessInfo.processInfo.environment.map { "\($0.key)=\($0.value)" }
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { (word: String) in strdup(word) }
    arguments.append(nil)
    var variables: [UnsafeMutablePointer<CChar>?] = settings.map { (text: String) in strdup(text) }
    variables.append(nil)
    defer { for text in arguments + variables { free(text) } }
    var process: pid_t = 0
    let code = posix_spawn(&process, "/bin/sh", &actions, nil, &arguments, &variables)
    guard code == 0 else { throw failure(.notStarted(code: code)) }
    return try end(of: process)
  }

  private func end(of process: pid_t) throws(EvaluationFailure) -> Int32 {
    let start = monotonicSeconds()
    var status: Int32 = 0
    while waitpid(process, &status, WNOHANG) == 0 {
      guard monotonicSeconds() - start < seconds else {
        kill(process, SIGKILL)
        waitpid(process, &status, 0)
        throw failure(.tooLong(seconds: seconds))
      }
      let pause: UInt32 = 5000
      usleep(pause)
    }
    return status
  }

  /// How a process ended that did not end well.
  private static func ending(_ status: Int32) -> String {
    let signal = status & 0x7F
    return signal == 0 ? "status \((status >> 8) & 0xFF)" : "signal \(signal)"
  }

  /// The last line of its standard error.
  private var lastWords: String? {
    text(of: errors).split(whereSeparator: \.isNewline).last.map(String.init)
  }

  private func text(of path: String) -> String {
    FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }
}

/// Why a program of the user's own told no loss.
struct EvaluationFailure: Error, Equatable, CustomStringConvertible {
  let command: String
  let problem: Problem

  enum Problem: Equatable {
    case notStarted(code: Int32)
    /// How it ended, and the last line of its standard error.
    case failed(String, lastWords: String?)
    case tooLong(seconds: Double)
    case noNumber
    case notFinite(Double)
  }

  var description: String {
    let what =
      switch problem {
      case .notStarted(let code): "cannot be run: \(String(cString: strerror(code)))"
      case .failed(let ending, let lastWords):
        "ended with \(ending)" + (lastWords.map { ": \($0)" } ?? "")
      case .tooLong(let seconds): "took more than \(seconds) s"
      case .noNumber: "printed no number"
      case .notFinite(let number): "printed \(number) as the loss"
      }
    return "\(command): \(what)"
  }

  var advice: String {
    if case .tooLong = problem {
      return "let it use fewer samples, or give it longer with --evaluate-seconds"
    }
    return "it gets the path of a grown file, and prints the mean loss as its last number"
  }
}
