import Foundation
import TestSupport
import Testing

/// Runs tiny-paper, which was built with these tests, in the package's folder.
private func tinyPaper(_ arguments: [String]) throws -> (status: Int32, errors: String) {
  let bundle = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
  let process = Process()
  process.executableURL = bundle.deletingLastPathComponent().appending(path: "tiny-paper")
  process.arguments = arguments
  process.currentDirectoryURL = packageRoot
  process.standardInput = FileHandle.nullDevice
  let errors = Pipe()
  process.standardOutput = FileHandle.nullDevice
  process.standardError = errors
  try process.run()
  let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  process.waitUntilExit()
  return (process.terminationStatus, text)
}

struct ProgramTests {
  private let folder = FileManager.default.temporaryDirectory
    .appending(path: "tiny-paper-tests-\(UUID().uuidString)").path

  @Test("A campaign that was stopped goes on with what is missing, and says what is in its way")
  func resuming() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    func paper(_ more: String...) throws -> (status: Int32, errors: String) {
      try tinyPaper(
        [
          "figure13", "--only", "fixed-1-1", "--quick", "--seconds", "0.02", "--seeds", "2",
          "--jobs", "1", "-o", folder,
        ] + more)
    }
    let first = try paper()
    #expect(first.status == 0, "\(first.errors)")
    let curve = folder + "/runs/fixed-1-1/0/curve.csv"
    let written = try Data(contentsOf: URL(fileURLWithPath: curve))

    let again = try paper()
    #expect(again.status == 1)
    #expect(
      again.errors == """
        error: \(folder): holds runs already
          go on with --resume, start over with --overwrite, or name another -o

        """)

    try FileManager.default.removeItem(atPath: folder + "/runs/fixed-1-1/1")
    let resumed = try paper("--resume")
    #expect(resumed.status == 0)
    #expect(resumed.errors == "[2/2] fixed-1-1, seed 1\n")
    #expect(try Data(contentsOf: URL(fileURLWithPath: curve)) == written)
  }

  @Test(
    "What is wrong is told, with what to do, and by the exit status",
    arguments: [
      (["figure7"], 64, "figure7"), (["all", "--seeds", "0"], 64, "--seeds is 0"),
      (["all", "--data", "none.h5"], 3, "error: none.h5: no such file"),
      (["tables", "-o", "/nonexistent"], 1, "no run of grown-8-paper"),
      (["run", "nothing", "--seed", "1", "--data", "x"], 64, "nothing is none of"),
    ])
  func refusals(arguments: [String], status: Int, message: String) throws {
    let outcome = try tinyPaper(arguments)
    #expect(outcome.status == Int32(status))
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
  }
}
