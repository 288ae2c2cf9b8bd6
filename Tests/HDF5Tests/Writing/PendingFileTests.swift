import Foundation
import HDF5
import TestSupport
import Testing

/// Sets the user whose rights to files the calling thread has; Swift's module of C lacks it.
@_silgen_name("setfsuid") @discardableResult private func setfsuid(_ user: uid_t) -> Int32

@Suite struct PendingFileTests {
  private func message(_ body: () throws -> Void) -> String {
    do {
      try body()
    } catch let error as HDF5Error {
      return "\(error.description)\n  \(error.advice)"
    } catch {
      return "\(error)"
    }
    return "no error"
  }

  private func create(_ path: String, overwrite: Bool = true, apartFrom inputs: [String] = [])
    throws
  {
    let pending = try PendingFile(for: path, overwrite: overwrite, apartFrom: inputs)
    try write(Array("new".utf8), to: pending.path)
    try pending.commit()
  }

  private func names(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  }

  @Test("a file takes its place when it is whole, and with the rights of the one there")
  func replaces() throws {
    try withTemporaryFolder { folder in
      try write(Array("old".utf8), to: "\(folder)/out")
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o640], ofItemAtPath: "\(folder)/out")
      try FileManager.default.createSymbolicLink(
        atPath: "\(folder)/link", withDestinationPath: "\(folder)/out")
      do {
        let pending = try PendingFile(for: "\(folder)/link", overwrite: true, apartFrom: [])
        try write(Array("half".utf8), to: pending.path)
        #expect(try bytes(of: "\(folder)/out") == Array("old".utf8))
      }
      #expect(try names(in: folder) == ["link", "out"])
      try create("\(folder)/link")
      #expect(try bytes(of: "\(folder)/out") == Array("new".utf8))
      #expect(try names(in: folder) == ["link", "out"])
      let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder)/out")
      #expect(attributes[.posixPermissions] as? Int == 0o640)
    }
  }

  @Test(
    "two outputs of one name are refused before either is there",
    arguments: ["out", "./out", "sub/../out"])
  func sameOutput(name: String) throws {
    try withTemporaryFolder { folder in
      try FileManager.default.createDirectory(
        atPath: "\(folder)/sub", withIntermediateDirectories: false)
      #expect(
        message { try create("\(folder)/out", apartFrom: ["\(folder)/\(name)"]) }.contains(
          "out: is one of the command's other files"))
      try create("\(folder)/out", apartFrom: ["\(folder)/sub/out", "\(folder)/out2", "out"])
      #expect(try names(in: folder) == ["out", "sub"])
    }
  }

  @Test("a file that came meanwhile is not replaced")
  func meanwhile() throws {
    try withTemporaryFolder { folder in
      let text = message {
        let pending = try PendingFile(for: "\(folder)/out", overwrite: false, apartFrom: [])
        try write(Array("theirs".utf8), to: "\(folder)/out")
        try pending.commit()
      }
      #expect(
        text == """
          \(folder)/out: is there already
            choose another name, or let it be replaced
          """)
      let found = try bytes(of: "\(folder)/out")
      #expect(found == Array("theirs".utf8))
      #expect(try names(in: folder) == ["out"])
    }
  }

  @Test("a file that is read is not replaced, by whatever path")
  func inputs() throws {
    try withTemporaryFolder { folder in
      try write([1], to: "\(folder)/model")
      try FileManager.default.linkItem(atPath: "\(folder)/model", toPath: "\(folder)/hard")
      try FileManager.default.createSymbolicLink(
        atPath: "\(folder)/soft", withDestinationPath: "model")
      for name in ["model", "hard", "soft", "./model"] {
        #expect(
          message { try create("\(folder)/\(name)", apartFrom: ["\(folder)/model"]) } == """
            \(folder)/\(name): is one of the command's other files
              choose another name
            """)
      }
      #expect(try names(in: folder) == ["hard", "model", "soft"])
      #expect(try bytes(of: "\(folder)/model") == [1])
    }
  }

  @Test("places that cannot be written to are said")
  func places() throws {
    try withTemporaryFolder { folder in
      try write([1], to: "\(folder)/file")
      #expect(
        message { try create("\(folder)/none/out") } == """
          \(folder)/none/out: is in a folder that does not exist
            make the folder, or choose another
          """)
      #expect(
        message { try create("\(folder)/file/out") } == """
          \(folder)/file/out: cannot be written: Not a directory
            choose another place
          """)
      #expect(
        message { try create(folder) } == """
          \(folder): cannot be written: Is a directory
            choose another place
          """)
      #expect(
        message { try create("/dev/null") } == """
          /dev/null: is something other than a file, and cannot be replaced by one
            choose another name
          """)
      #expect(
        message { try create("\(folder)/file", overwrite: false) } == """
          \(folder)/file: is there already
            choose another name, or let it be replaced
          """)
      #expect(
        message { try create("") } == """
          : cannot be written: No such file or directory
            choose another place
          """)
    }
  }

  @Test("a folder without the right to write is said, to the superuser's tests as well")
  func permission() throws {
    try withTemporaryFolder { folder in
      try write(Array("old".utf8), to: "\(folder)/out")
      try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: folder)
      for overwrite in [false, true] {
        let name = overwrite ? "out" : "new"
        let text = withoutPrivileges {
          message { try create("\(folder)/\(name)", overwrite: overwrite) }
        }
        #expect(
          text == """
            \(folder)/\(name): cannot be written: Permission denied
              choose another place
            """)
      }
      #expect(try names(in: folder) == ["out"])
      #expect(try bytes(of: "\(folder)/out") == Array("old".utf8))
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder)
    }
  }

  /// Runs `body` with the rights to files of a user who has none: as those of this thread alone,
  /// for other tests run meanwhile.
  private func withoutPrivileges<Result>(_ body: () -> Result) -> Result {
    let nobody: uid_t = 65534
    guard geteuid() == 0 else { return body() }
    setfsuid(nobody)
    defer { setfsuid(0) }
    return body()
  }

  @Test("what a process left that is no more goes with the next, and what others need stays")
  func abandoned() throws {
    try withTemporaryFolder { folder in
      let mark = "0123456789abc"
      let abandoned = ".out.\(mark).partial"
      let others = [
        ".out.\(mark)", ".out.\(mark)0.partial", ".out.ABC3456789abc.partial",
        ".output.\(mark).partial", "out.\(mark).partial",
      ]
      for name in others + [abandoned] { try write([1], to: "\(folder)/\(name)") }
      try FileManager.default.createDirectory(
        atPath: "\(folder)/.out.00000000000zz.partial", withIntermediateDirectories: true)
      let waiting = try PendingFile(for: "\(folder)/out", overwrite: true, apartFrom: [])
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/\(abandoned)"))
      // Another one for the same place leaves the first alone.
      try create("\(folder)/out")
      #expect(FileManager.default.fileExists(atPath: waiting.path))
      try write(Array("last".utf8), to: waiting.path)
      try waiting.commit()
      #expect(try bytes(of: "\(folder)/out") == Array("last".utf8))
      #expect(
        try names(in: folder) == (others + [".out.00000000000zz.partial", "out"]).sorted())
    }
  }

  @Test("a name as long as names may be has room for the mark")
  func longName() throws {
    try withTemporaryFolder { folder in
      let name = String(repeating: "ä", count: 125)
      try create("\(folder)/\(name)")
      #expect(try names(in: folder) == [name])
    }
  }
}
