import Foundation
import TestSupport
import Testing

/// A disk on which the nth call of a kind fails, or a file changes at it.
///
/// A library that is preloaded does it, so that nothing in the program is there for tests.
private struct FailingDisk {
  enum Call: String, CaseIterable { case open, read, write, fsync, rename }
  enum Event {
    /// This call and all after it fail with EIO.
    case failure
    /// A file loses its second half.
    case cut(String)
    /// The second half of a file is written over.
    case change(String)
  }

  let folder: TemporaryFolder
  private let tools: TemporaryFolder

  init() throws {
    (folder, tools) = (try TemporaryFolder(), try TemporaryFolder())
    let source = packageRoot.appending(path: "Tests/Faults/fail_at.c").path
    let outcome = try bash(
      "\(try Killer.compiler()) -shared -fPIC '\(source)' -o \(tools.path)/fail_at.so")
    try #require(outcome.status == 0, "\(outcome.errors)")
  }

  func run(
    _ arguments: [String], _ call: Call, at number: Int, _ event: Event = .failure
  ) throws -> Outcome {
    var environment = [
      "LD_PRELOAD": "\(tools.path)/fail_at.so", "FAIL_IN": folder.path,
      "FAIL_CALL": call.rawValue, "FAIL_AT": "\(number)",
    ]
    switch event {
    case .failure: break
    case .cut(let path): environment["FAIL_CUT"] = path
    case .change(let path): environment["FAIL_CHANGE"] = path
    }
    return try tinyDiagnose(arguments, environment: environment)
  }

  /// How many calls of a kind a run to the end makes.
  func count(_ arguments: [String], _ call: Call) throws -> Int {
    let outcome = try run(arguments, call, at: 0)
    try #require(outcome.status == 0, "\(outcome.errors)")
    return outcome.errors.split(separator: "\n").count { $0.hasPrefix("call ") }
  }

  /// Copies a file of the fixtures into the folder.
  func copy(_ name: String, as copy: String) throws -> String {
    let path = "\(folder.path)/\(copy)"
    try? FileManager.default.removeItem(atPath: path)
    try FileManager.default.copyItem(atPath: fixtures.appending(path: name).path, toPath: path)
    return path
  }
}

/// A few numbers from 1 on, the first and the last among them.
private func some(_ count: Int, most: Int) -> [Int] {
  guard count > most else { return Array(1...max(1, count)) }
  return (0..<most).map { 1 + $0 * (count - 1) / (most - 1) }
}

/// What a report in JSON says of the layers.
private func layers(of outcome: Outcome) throws -> Data {
  let layers = try #require(try jsonObject(outcome.output)["layers"])
  return try JSONSerialization.data(withJSONObject: layers, options: .sortedKeys)
}

@Suite("Failing disks, files that change") struct DiskTests {
  private let disk: FailingDisk
  private let model, data: String

  init() throws {
    disk = try FailingDisk()
    model = try disk.copy("wine-functional-bn/model.h5", as: "model.h5")
    data = try disk.copy("wine-functional-bn/data.h5", as: "data.h5")
  }

  private var report: [String] { [model, "--data", data, "--one-pass"] }

  /// One message: what is wrong with which file, and what to do.
  private func expectOneMessage(_ outcome: Outcome, _ place: Comment, isJSON: Bool = false) {
    let lines = outcome.errors.split(separator: "\n", omittingEmptySubsequences: false)
    #expect([1, 3].contains(outcome.status), place)
    if isJSON {
      #expect(outcome.output.contains("\"error\""), place)
    } else {
      #expect(outcome.output == "", place)
    }
    #expect(lines.count == 3 && lines.last == "", "\(place): \(outcome.errors)")
    #expect(lines[0].hasPrefix("error: \(disk.folder.path)/"), "\(place): \(outcome.errors)")
  }

  @Test("a file that cannot be read to its end is told, at whatever read")
  func reads() throws {
    let count = try disk.count(report, .read)
    #expect(count > 20)
    for number in some(count, most: 24) {
      let outcome = try disk.run(report, .read, at: number)
      expectOneMessage(outcome, "read \(number)")
      #expect(outcome.errors.contains("cannot be read: Input/output error\n"), "read \(number)")
    }
    for number in some(try disk.count(report, .open), most: 6) {
      expectOneMessage(try disk.run(report, .open, at: number), "open \(number)")
    }
  }

  @Test("a file that is cut short or changed while it is read is told, and no number is wrong")
  func changes() throws {
    let whole = try tinyDiagnose(report + ["--format", "json"])
    let count = try disk.count(report, .read)
    for event in [FailingDisk.Event.cut(data), .change(data)] {
      for number in some(count, most: 12) {
        _ = try disk.copy("wine-functional-bn/data.h5", as: "data.h5")
        let outcome = try disk.run(report + ["--format", "json"], .read, at: number, event)
        if outcome.status == 0 {
          // All was read by then.
          #expect(try layers(of: outcome) == layers(of: whole), "read \(number)")
        } else {
          expectOneMessage(outcome, "read \(number)", isJSON: true)
        }
      }
    }
  }

  @Test("what cannot be written is told, and what was there is there")
  func writes() throws {
    let old = Data("precious".utf8)
    let grow = ["grow", model, "--data", data, "--add", "first=1", "--method", "random"]
    for (command, name) in [(grow, "out.h5"), (["inspect", model], "out")] {
      let out = "\(disk.folder.path)/\(name)"
      let arguments = command + ["-o", out, "--force"]
      defer { try? FileManager.default.removeItem(atPath: out) }
      for call in [FailingDisk.Call.write, .fsync, .rename] {
        try old.write(to: URL(fileURLWithPath: out))
        // Waiting for the folder is the last: by then the file is in its place.
        let count = try disk.count(arguments, call) - (call == .fsync ? 1 : 0)
        #expect(count > 0, "\(call)")
        for number in some(count, most: 6) {
          try old.write(to: URL(fileURLWithPath: out))
          let outcome = try disk.run(arguments, call, at: number)
          expectOneMessage(outcome, "\(arguments[0]), \(call) \(number)")
          #expect(
            outcome.errors.hasPrefix("error: \(out): cannot be written: Input/output error\n"))
          #expect(try Data(contentsOf: URL(fileURLWithPath: out)) == old)
          #expect(disk.folder.names == ["data.h5", "model.h5", name])
        }
      }
    }
  }

  @Test("a checkpoint that cannot be written is told, and the one before is whole")
  func checkpoints() throws {
    let samples = try disk.copy("digits-keras3/digits.h5", as: "samples.h5")
    let (out, checkpoint) = ("\(disk.folder.path)/out.h5", "\(disk.folder.path)/out.h5.checkpoint")
    func training(steps: Int) -> [String] {
      [
        "train", samples, "-o", out, "--steps", "\(steps)", "--checkpoint-every", "2", "--growths",
        "1", "--max-samples", "200",
      ]
    }
    for call in [FailingDisk.Call.write, .fsync, .rename] {
      let count = try disk.count(training(steps: 6), call)
      try FileManager.default.removeItem(atPath: out)
      // The last are the model's own.
      let outcome = try disk.run(training(steps: 6), call, at: count / 2)
      expectOneMessage(outcome, "\(call)")
      #expect(outcome.errors.contains("cannot be written: Input/output error\n"))
      if disk.folder.names.contains("out.h5.checkpoint") {
        let resumed = try tinyDiagnose(training(steps: 6) + ["--resume"])
        #expect(resumed.status == 0, "\(resumed.errors)")
        try FileManager.default.removeItem(atPath: out)
      }
      try? FileManager.default.removeItem(atPath: checkpoint)
      #expect(disk.folder.names == ["data.h5", "model.h5", "samples.h5"])
    }
  }
}

@Suite("Little of everything") struct ScarcityTests {
  private let report = "tiny-diagnose digits-keras3/digits.h5 --one-pass --format json"

  @Test(
    "600 MB of addresses, one core, no place for temporary files",
    arguments: ["ulimit -v 600000; ", "taskset -c 0 ", "HOME=/proc TMPDIR=/proc "])
  func little(_ limit: String) throws {
    // A sanitizer's own memory has other addresses.
    let isSanitized = ProcessInfo.processInfo.environment["ASAN_OPTIONS"] != nil
    if limit.hasPrefix("ulimit"), isSanitized { return }
    let outcome = try bash(limit + report)
    #expect(outcome.status == 0 && outcome.errors == "")
    // One core adds in another order than two.
    if !limit.hasPrefix("taskset") {
      #expect(try layers(of: outcome) == layers(of: bash(report)))
    }
  }

  @Test("Whoever reads the result may stop, and nothing is said of it")
  func closedPipes() throws {
    for command in [
      "inspect digits-keras3/digits.h5", "digits-keras3/digits.h5 --one-pass -o /dev/stdout",
      "grow digits-keras3/digits.h5 --dry-run --add hidden=1 --method random", "--help",
    ] {
      let outcome = try bash("set +o pipefail; (sleep 0.3; tiny-diagnose \(command)) | true")
      #expect(outcome.status == 0 && outcome.errors == "", "\(command)")
    }
  }

  @Test("Of two programs that write one file at once, one wins, and the file is whole")
  func twoWriters() throws {
    let folder = try TemporaryFolder()
    let out = "\(folder.path)/out.h5"
    let model = "wine-functional-bn"
    let grow =
      "tiny-diagnose grow \(model)/model.h5 --data \(model)/data.h5 --add first=1 --method random"
    for force in ["", " --force"] {
      try? FileManager.default.removeItem(atPath: out)
      let outcome = try bash(
        """
        for i in 1 2 3; do \(grow) -o \(out)\(force) > /dev/null 2> \(folder.path)/$i &
        pids="$pids $!"; done
        for pid in $pids; do wait $pid && echo 0 || echo $?; done
        """)
      let statuses = outcome.output.split(separator: "\n").sorted()
      #expect(force.isEmpty ? statuses == ["0", "1", "1"] : statuses == ["0", "0", "0"])
      #expect(try tinyDiagnose("inspect", out).status == 0)
      let messages = try (1...3).map {
        try String(contentsOfFile: "\(folder.path)/\($0)", encoding: .utf8)
      }
      #expect(
        messages.count { $0.contains("error: \(out): is there already\n") }
          == (force.isEmpty ? 2 : 0))
      #expect(folder.names == ["1", "2", "3", "out.h5"])
    }
  }
}
