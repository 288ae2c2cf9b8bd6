import Foundation
import TestSupport
import Testing

/// Ends a program by SIGKILL at the nth step in which it changes the files of a folder.
///
/// A library that is preloaded does it, so that nothing in the program is there for tests.
private struct Killer {
  private let tools: TemporaryFolder
  private let folder: String

  /// For steps in this folder.
  init(in folder: String) throws {
    self.folder = folder
    tools = try TemporaryFolder()
    let source = packageRoot.appending(path: "Tests/Faults/kill_at.c").path
    let outcome = try bash(
      "\(try Self.compiler()) -shared -fPIC '\(source)' -o \(tools.path)/kill_at.so")
    try #require(outcome.status == 0, "\(outcome.errors)")
  }

  /// The one that builds this package: it comes with Swift.
  private static func compiler() throws -> String {
    let places = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    let paths = (places + ["/usr/bin"]).flatMap { ["\($0)/clang", "\($0)/cc"] }
    return try #require(paths.first { FileManager.default.isExecutableFile(atPath: $0) })
  }

  /// Runs the program; with `step` 0 to its end, the steps told on standard error.
  func run(_ arguments: [String], killedAt step: Int) throws -> Outcome {
    try tinyDiagnose(
      arguments,
      environment: [
        "LD_PRELOAD": "\(tools.path)/kill_at.so", "KILL_IN": folder, "KILL_AT": "\(step)",
      ])
  }

  /// The names of the steps of a run to the end.
  func steps(_ arguments: [String]) throws -> [String] {
    let outcome = try run(arguments, killedAt: 0)
    try #require(outcome.status == 0, "\(outcome.errors)")
    return outcome.errors.split(separator: "\n").filter { $0.hasPrefix("step ") }
      .map { String($0.drop { !$0.isNumber }.drop { $0.isNumber }.dropFirst()) }
  }
}

@Suite("Killed while writing") struct KilledTests {
  private let folder: TemporaryFolder
  private let killer: Killer
  private let out: String

  init() throws {
    folder = try TemporaryFolder()
    out = "\(folder.path)/out"
    killer = try Killer(in: folder.path)
    try FileManager.default.copyItem(
      atPath: fixtures.appending(path: "wine-functional-bn/model.h5").path,
      toPath: "\(folder.path)/model.h5")
  }

  /// Kills a run at each of its steps, and calls `check` when a new file has taken its place.
  private func killAtEachStep(
    _ arguments: [String], old: Data?, check: () throws -> Void
  ) throws {
    let model = try content("model.h5")
    func reset() throws {
      try? FileManager.default.removeItem(atPath: out)
      try old?.write(to: URL(fileURLWithPath: out))
    }
    try reset()
    let steps = try killer.steps(arguments)
    for step in ["open", "write", "write half", "fsync"] { #expect(steps.contains(step)) }
    #expect(steps.contains { $0.hasPrefix("rename") })
    var newCount = 0
    for step in 1...steps.count {
      try reset()
      let outcome = try killer.run(arguments, killedAt: step)
      #expect(outcome.status == -SIGKILL && outcome.output == "", "step \(step)")
      #expect(try content("model.h5") == model)
      let found = try? content("out")
      if found != old {
        newCount += 1
        try check()
      }
      // What a dead process left goes when the next one writes to the same place.
      let rubbish = folder.names.filter { $0 != "model.h5" && $0 != "out" }
      #expect(rubbish.count <= 1 && rubbish.allSatisfy { $0.hasPrefix(".out.") })
      #expect(try tinyDiagnose("inspect", "\(folder.path)/model.h5", "-o", out).status == 0)
      #expect(folder.names == ["model.h5", "out"], "step \(step)")
    }
    #expect(newCount > 0 && newCount < steps.count)
  }

  private func content(_ name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/\(name)"))
  }

  @Test(
    "at any step of grow the old file is there, or the new one is whole, and the model is untouched",
    arguments: [false, true])
  func grow(isThere: Bool) throws {
    let arguments = [
      "grow", "\(folder.path)/model.h5", "--data", "wine-functional-bn/data.h5", "--add", "first=1",
      "--method", "random", "-o", out,
    ]
    try killAtEachStep(
      arguments + (isThere ? ["--force"] : []), old: isThere ? Data("precious".utf8) : nil
    ) {
      let inspection = try tinyDiagnose("inspect", out, "--format", "json")
      #expect(inspection.status == 0)
      #expect(inspection.output.contains("\"unitsAdded\""))
    }
  }

  @Test("at any step of a report to a file the old one is there, or the new one is whole")
  func report() throws {
    let arguments = ["inspect", "\(folder.path)/model.h5", "-o", out]
    let whole = try tinyDiagnose("inspect", "\(folder.path)/model.h5").output
    try killAtEachStep(arguments, old: Data("old".utf8)) {
      let found = try content("out")
      #expect(found == Data(whole.utf8))
    }
  }
}
