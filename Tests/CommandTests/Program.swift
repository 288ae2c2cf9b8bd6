import Foundation
import TestSupport
import Testing

/// What a run of a program left behind.
struct Outcome {
  let status: Int32
  let output: String
  let errors: String
}

/// Runs the program that was built with these tests, in the folder `fixtures/`, with no variables
/// of the environment but PATH, COLUMNS, a sanitizer's options, and those given.
func tinyDiagnose(
  _ arguments: String..., environment: [String: String] = [:]
) throws -> Outcome {
  try tinyDiagnose(arguments, environment: environment)
}

func tinyDiagnose(_ arguments: [String], environment: [String: String] = [:]) throws -> Outcome {
  try run(program.path, arguments, environment: environment)
}

/// Runs a command line of bash in the folder `fixtures/`, the program's folder first in its PATH.
func bash(_ command: String, environment: [String: String] = [:]) throws -> Outcome {
  try run("/bin/bash", ["-c", "set -o pipefail; " + command], environment: environment)
}

let fixtures = packageRoot.appending(path: "fixtures")

/// The program lies beside the bundle that runs these tests.
private let program: URL = {
  let bundle = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
  return bundle.deletingLastPathComponent().appending(path: "tiny-diagnose")
}()

/// What steers a sanitizer that these tests and the program may have been built with.
private let sanitizerOptions = ProcessInfo.processInfo.environment.filter {
  ["ASAN_OPTIONS", "TSAN_OPTIONS"].contains($0.key)
}

private func run(
  _ path: String, _ arguments: [String], environment: [String: String]
) throws -> Outcome {
  let folder = program.deletingLastPathComponent().path
  let process = Process()
  process.executableURL = URL(fileURLWithPath: path)
  process.arguments = arguments
  process.currentDirectoryURL = fixtures
  process.environment =
    sanitizerOptions
    .merging(["PATH": "\(folder):/usr/bin:/bin", "COLUMNS": "100"]) { $1 }.merging(environment) {
      $1
    }
  process.standardInput = FileHandle.nullDevice
  let (output, errors) = (Pipe(), Pipe())
  process.standardOutput = output
  process.standardError = errors
  try process.run()
  // The messages are shorter than a pipe is deep, so reading them last cannot block the program.
  let outputText = String(
    decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  let errorText = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  process.waitUntilExit()
  let status = process.terminationStatus
  return Outcome(
    status: process.terminationReason == .uncaughtSignal ? -status : status, output: outputText,
    errors: errorText)
}

/// An empty folder for one test, removed with it.
final class TemporaryFolder {
  let path: String

  init() throws {
    path =
      FileManager.default.temporaryDirectory
      .appending(path: "tiny-diagnose-tests-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  var names: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
  }
}

/// JSON as nested dictionaries.
func jsonObject(_ text: String) throws -> [String: Any] {
  try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
}
