import Foundation
import TestSupport
import Testing

/// Ends a program by SIGKILL at the nth step in which it changes the files of a folder.
///
/// A library that is preloaded does it, so that nothing in the program is there for tests.
struct Killer {
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
  static func compiler() throws -> String {
    let places = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    let paths = (places + ["/usr/bin"]).flatMap { ["\($0)/clang", "\($0)/cc"] }
    return try #require(paths.first { FileManager.default.isExecutableFile(atPath: $0) })
  }

  /// Runs the program; with `step` 0 to its end, the steps told on standard error.
  ///
  /// With an error of the system the program is not killed, and meets that error from the step on.
  func run(
    _ arguments: [String], killedAt step: Int, insteadFailingWith code: Int32? = nil
  ) throws -> Outcome {
    var environment = [
      "LD_PRELOAD": "\(tools.path)/kill_at.so", "KILL_IN": folder, "KILL_AT": "\(step)",
    ]
    environment["FAIL_WITH"] = code.map { "\($0)" }
    return try tinyDiagnose(arguments, environment: environment)
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
    out = "\(folder.path)/out.h5"
    killer = try Killer(in: folder.path)
    try FileManager.default.copyItem(
      atPath: fixtures.appending(path: "wine-functional-bn/model.h5").path,
      toPath: "\(folder.path)/model.h5")
  }

  /// Kills a run at each of its steps, and calls `check` when a new file has taken its place.
  private func killAtEachStep(
    _ arguments: [String], old: Data?, name: String = "out.h5", check: () throws -> Void
  ) throws {
    let out = "\(folder.path)/\(name)"
    let model = try content("model.h5")
    func reset() throws {
      try? FileManager.default.removeItem(atPath: out)
      try old?.write(to: URL(fileURLWithPath: out))
    }
    try reset()
    let steps = try killer.steps(arguments)
    for step in ["open", "write", "fsync", "rename"] {
      #expect(steps.contains { $0.contains(step) }, "\(step)")
    }
    var newCount = 0
    for step in 1...steps.count {
      try reset()
      let outcome = try killer.run(arguments, killedAt: step)
      #expect(outcome.status == -SIGKILL && outcome.output == "", "step \(step)")
      #expect(try content("model.h5") == model)
      let found = try? content(name)
      if found != old {
        newCount += 1
        try check()
      }
      // What a dead process left goes when the next one writes to the same place.
      let rubbish = folder.names.filter { $0 != "model.h5" && $0 != name }
      #expect(rubbish.count <= 1 && rubbish.allSatisfy { $0.hasPrefix(".out.") })
      let forced = arguments.contains("--force") ? arguments : arguments + ["--force"]
      #expect(try tinyDiagnose(forced).status == 0)
      #expect(folder.names == ["model.h5", name], "step \(step)")
    }
    #expect(newCount > 0 && newCount < steps.count)
  }

  private func content(_ name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/\(name)"))
  }

  private func growing(force: Bool) -> [String] {
    [
      "grow", "\(folder.path)/model.h5", "--data", "wine-functional-bn/data.h5", "--add", "first=1",
      "--method", "random", "-o", out,
    ] + (force ? ["--force"] : [])
  }

  private func expectGrown() throws {
    let inspection = try tinyDiagnose("inspect", out, "--format", "json")
    #expect(inspection.status == 0)
    #expect(inspection.output.contains("\"unitsAdded\""))
  }

  /// Makes the model's file so large that its copy is not put together in memory.
  private func enlargeModel() throws {
    let handle = try #require(FileHandle(forUpdatingAtPath: "\(folder.path)/model.h5"))
    try handle.truncate(atOffset: 1 << 30 + 4096)
    try handle.close()
  }

  @Test(
    "at any step of grow the old file is there, or the new one is whole, and the model is untouched",
    arguments: [false, true])
  func grow(isThere: Bool) throws {
    try killAtEachStep(
      growing(force: isThere), old: isThere ? Data("precious".utf8) : nil, check: expectGrown)
  }

  @Test("a disk that fills up at any step is told, and nothing but the old file is left")
  func fullDisk() throws {
    let arguments = growing(force: true)
    let old = Data("precious".utf8)
    try old.write(to: URL(fileURLWithPath: out))
    let steps = try killer.steps(arguments)
    var failureCount = 0
    // A file that cannot be removed any more cannot be asked to be gone.
    for (index, step) in steps.enumerated() where step != "unlink" {
      try old.write(to: URL(fileURLWithPath: out))
      let outcome = try killer.run(arguments, killedAt: index + 1, insteadFailingWith: ENOSPC)
      if outcome.status == 0 {
        try expectGrown()
      } else {
        failureCount += 1
        #expect(
          outcome.errors == """
            error: \(out): cannot be written: No space left on device
              make room for it, or choose another place

            """, "step \(index + 1), \(step)")
        #expect(outcome.status == 1 && outcome.output == "")
        #expect(try content("out.h5") == old)
      }
      #expect(folder.names == ["model.h5", "out.h5"], "step \(index + 1), \(step)")
    }
    #expect(failureCount >= 5)
  }

  /// Whether a user may mount a file system of their own, which some containers do not let them.
  private static let mounts =
    (try? bash("unshare -rm mount -t tmpfs none /mnt"))?.status == 0

  @Test("a file system too small for the model is told", .enabled(if: mounts))
  func smallFileSystem() throws {
    let place = "\(folder.path)/small"
    let command = growing(force: false).map { "'\($0)'" }.joined(separator: " ")
    let outcome = try bash(
      """
      mkdir \(place) && unshare -rm bash -c "mount -t tmpfs -o size=16k none \(place) &&
        tiny-diagnose \(command.replacing(out, with: "\(place)/out.h5")); echo \\$? && ls -A \(place)"
      """)
    #expect(outcome.output == "1\n")
    #expect(
      outcome.errors == """
        error: \(place)/out.h5: cannot be written: No space left on device
          make room for it, or choose another place

        """)
  }

  @Test("a file too large for memory needs its room before anything is written")
  func fullDiskForLargeFile() throws {
    try enlargeModel()
    let arguments = growing(force: false)
    let steps = try killer.steps(arguments)
    try expectGrown()
    try FileManager.default.removeItem(atPath: out)
    let reservations = steps.indices.filter { steps[$0] == "fallocate" }
    // The library writes the file's first block when it makes it, which empties it.
    let writes = steps.indices.filter { steps[$0].hasPrefix("pwrite") }
    #expect(reservations.count == 2 && writes.count { $0 < reservations[1] } <= 1)
    #expect(writes.allSatisfy { $0 > reservations[0] })
    for step in reservations {
      let outcome = try killer.run(arguments, killedAt: step + 1, insteadFailingWith: ENOSPC)
      #expect(outcome.status == 1)
      #expect(
        outcome.errors.hasPrefix(
          "error: \(out): cannot be written: No space left on device\n  make room for it"))
      #expect(folder.names == ["model.h5"])
    }
    let command = arguments.map { "'\($0)'" }.joined(separator: " ")
    let limited = try bash("ulimit -f 1000000; tiny-diagnose \(command)")
    #expect(limited.status == 1)
    #expect(limited.errors.hasPrefix("error: \(out): cannot be written: File too large\n"))
    #expect(folder.names == ["model.h5"])
  }

  @Test("at any step of a report to a file the old one is there, or the new one is whole")
  func report() throws {
    let arguments = ["inspect", "\(folder.path)/model.h5", "-o", "\(folder.path)/out", "--force"]
    let whole = try tinyDiagnose("inspect", "\(folder.path)/model.h5").output
    try killAtEachStep(arguments, old: Data("old".utf8), name: "out") {
      let found = try content("out")
      #expect(found == Data(whole.utf8))
    }
  }
}
