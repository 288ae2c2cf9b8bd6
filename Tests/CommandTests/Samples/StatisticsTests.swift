import Foundation
import HDF5
import Loader
import TestSupport
import Testing

@Suite("Statistics of shares, and their merge") struct StatisticsTests {
  private static let model = "every-format/model.h5"
  private static let data = ["--data", "every-format/data.h5"]
  private static let digits = "digits-keras3/digits.h5"

  /// Makes the parts of so many shares.
  private func parts(
    of count: Int, _ arguments: [String], in folder: TemporaryFolder
  ) throws -> [String] {
    try (1...count).map { number in
      let path = "\(folder.path)/part-\(number)-of-\(count).h5"
      let outcome = try tinyDiagnose(
        ["statistics"] + arguments + ["--share", "\(number)/\(count)", "-o", path])
      #expect(outcome.status == 0 && outcome.errors == "")
      let share = count == 1 ? "the samples" : "share \(number) of \(count) of the samples"
      let text = outcome.output.replacing(/\s+/, with: " ")
      #expect(
        text.hasPrefix("What a report needs of \(share) is in \(path). The report"), "\(text)")
      #expect(text.contains(" tiny-diagnose merge \(path)"), "\(text)")
      return path
    }
  }

  /// A report without the time it took.
  private func report(_ arguments: [String]) throws -> String {
    let outcome = try tinyDiagnose(arguments + ["--format", "json", "--threads", "1"])
    #expect(outcome.status == 0 && outcome.errors == "", "\(outcome.errors)")
    return outcome.output.replacing(/"seconds" : [0-9.e-]+/, with: "")
  }

  private static let cases: [[String]] = [
    [digits], [digits, "--double", "--holdout-last", "--seed", "3"],
    [digits, "--holdout", "0", "--max-samples", "900"],
    ["breast-cancer-sigmoid/model.h5", "--data", "breast-cancer-sigmoid/data.h5"],
    [
      "diabetes-regression/model.h5", "--data", "diabetes-regression/data.h5", "--validation",
      "diabetes-regression/validation.h5",
    ],
    ["wine-functional-bn/model.h5", "--data", "wine-functional-bn/data.h5"],
  ]

  @Test("say what one process says, to the last bit", arguments: cases)
  func merge(arguments: [String]) throws {
    let one = try report(arguments + ["--one-pass"])
    let folder = try TemporaryFolder()
    // So few wines are one range.
    for count in arguments[0].hasPrefix("wine") ? [1] : [1, 2] {
      let files = try parts(of: count, arguments, in: folder)
      #expect(try report(["merge"] + files.reversed()) == one)
    }
  }

  @Test("go with a model that has moved, and with no other")
  func models() throws {
    let folder = try TemporaryFolder()
    let moved = "\(folder.path)/moved.h5"
    let original = fixtures.appending(path: Self.digits).path
    try FileManager.default.copyItem(atPath: original, toPath: moved)
    let files = try parts(of: 2, [moved], in: folder)
    let report = try report(["merge"] + files)
    try FileManager.default.removeItem(atPath: moved)
    let missing = try tinyDiagnose(["merge"] + files)
    #expect(missing.status == 3 && missing.errors.hasPrefix("error: \(moved): "))
    let named = try self.report(["merge", "--model", Self.digits] + files)
    func anonymous(_ text: String) -> String {
      text.replacing(moved, with: "MODEL").replacing(Self.digits, with: "MODEL")
    }
    #expect(anonymous(named) == anonymous(report))
    let other = try tinyDiagnose(
      ["merge", "--model", "digits-keras2/model.h5"] + files)
    #expect(other.status == 1)
    #expect(
      other.errors == """
        error: \(files[0]): this part is of another model, or of the model before it was trained on
          make all parts from the same file

        """)
  }

  @Test("are refused where they do not go together, with what to do")
  func refusals() throws {
    let folder = try TemporaryFolder()
    let files = try parts(of: 2, [Self.digits], in: folder)
    let held = try parts(of: 3, [Self.digits, "--holdout", "0.3"], in: folder)
    func expect(_ arguments: [String], _ status: Int32, _ message: String) throws {
      let outcome = try tinyDiagnose(arguments)
      #expect(outcome.status == status && outcome.output == "")
      #expect(outcome.errors == message)
    }
    try expect(
      ["merge", files[0]], 1,
      """
      error: \(files[0]): no part has the sample rows 1024 to 1796
        give the parts of all shares

      """)
    try expect(
      ["merge"] + files + [files[1]], 1,
      """
      error: \(files[1]) and \(files[1]): both parts have the same samples
        give every share once, all of them shares of the same number

      """)
    try expect(
      ["merge", files[0], held[2]], 1,
      """
      error: \(held[2]): this part was made with other options: what is held out differs, or the precision
        make all parts with the same options but for the share

      """)
    try expect(
      ["merge", Self.digits], 3,
      """
      error: \(Self.digits): holds no statistics of a share of samples
        name the files that tiny-diagnose statistics wrote

      """)
    try expect(
      ["statistics", Self.digits, "-o", files[0]], 1,
      """
      error: \(files[0]): is there already
        choose another name, or replace it with --force

      """)
    let tooMany = try tinyDiagnose(
      "statistics", Self.digits, "--share", "1/40", "-o", "\(folder.path)/p.h5")
    #expect(tooMany.status == 1 && tooMany.errors.contains("cannot be cut into 40 shares"))
    for share in ["0/2", "3/2", "1", "1/0", "a/b"] {
      let outcome = try tinyDiagnose(
        "statistics", Self.digits, "--share", share, "-o", "\(folder.path)/p.h5")
      #expect(outcome.status == 64)
    }
  }

  @Test("that are damaged anywhere are refused, or whole all the same", arguments: 0..<6)
  func damage(seed: Int) throws {
    let folder = try TemporaryFolder()
    let file = try parts(of: 1, Self.data + [Self.model], in: folder)[0]
    let whole = try report(["merge", file])
    let bytes = try Data(contentsOf: URL(fileURLWithPath: file))
    for trial in 0..<6 {
      // Places all over the file.
      let place = (seed * 104_729 + trial * 7_919) * 31 % bytes.count
      var damaged = bytes
      if trial == 0 {
        damaged = damaged.prefix(place)
      } else {
        for offset in 0..<trial { damaged[(place + 8 * offset) % bytes.count] ^= 0x5B }
      }
      let path = "\(folder.path)/damaged.h5"
      try damaged.write(to: URL(fileURLWithPath: path))
      let outcome = try tinyDiagnose("merge", path, "--format", "json", "--threads", "1")
      if outcome.status == 0 {
        #expect(outcome.output.replacing(/"seconds" : [0-9.e-]+/, with: "") == whole)
      } else {
        #expect([1, 3].contains(outcome.status), "\(outcome.status)")
        #expect(outcome.errors.hasPrefix("error: "), "\(outcome.errors)")
      }
    }
  }

  @Test("whose sums are no numbers are refused, where their checksums are right, too")
  func notFinite() throws {
    let folder = try TemporaryFolder()
    let wine = ["wine-functional-bn/model.h5", "--data", "wine-functional-bn/data.h5"]
    let file = try parts(of: 1, wine, in: folder)[0]
    let program = try #require(try File(file).root.attribute("program")).text()
    let part = try StatisticsFile(readingFrom: file, program: program)
    let damaged = StatisticsFile(
      source: part.source, origin: part.origin, ranges: part.ranges, sumCount: part.sumCount,
      sums: { place in
        let sums = try part.sums(place)
        return sums.dropLast() + [.nan]
      }, trainingHashes: part.trainingHashes, heldOutHashes: part.heldOutHashes, rows: part.rows)
    let path = "\(folder.path)/damaged.h5"
    try damaged.write(to: path, overwrite: false, apartFrom: [])
    let outcome = try tinyDiagnose("merge", path)
    #expect(outcome.status == 3)
    #expect(
      outcome.errors == """
        error: \(path): the sums in this part are damaged
          make it again

        """)
  }
}
