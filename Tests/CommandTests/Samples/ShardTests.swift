import Foundation
import HDF5
import TestSupport
import Testing

@Suite("Samples in several files") struct ShardTests {
  private static let model = "every-format/model.h5"

  /// How the rows of the fixture are spread: 1, 2, 3 and 7 files, one of a single row, one of none.
  private static let spreads: [[Int]] = [[], [100], [1, 70], [30, 0, 1, 51, 9, 40]]

  /// A folder with all rows in `joined.h5`, and shards of them in `shards/`, some weighted and grouped.
  private func folder(_ counts: [Int], isWeighted: Bool = false) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(
      atPath: "\(folder.path)/shards", withIntermediateDirectories: true)
    let source = try File(fixturePath("every-format/data.h5"))
    let rowCount = try source.root.dataset("x").rowCount
    let ranges = shardRanges(counts, of: rowCount)
    let files =
      [("joined.h5", 0..<rowCount)]
      + ranges.enumerated().map { ("shards/part-\($0).h5", $1) }
    for (name, rows) in files {
      let writer = try HDF5Writer("\(folder.path)/\(name)")
      try writer.copyRows(rows, of: ["x", "y"], from: source)
      guard isWeighted else { continue }
      writer.dataset(
        "sample_weight", rows.map { 0.25 * Double($0 % 7) }, shape: [rows.count], as: .float64)
      writer.dataset("patient", rows.map { Double($0 % 15) }, shape: [rows.count], as: .int32)
    }
    return folder
  }

  /// What a command prints, as JSON, without the time it took and what names the files.
  private func output(_ arguments: [String], data: String) throws -> String {
    let outcome = try tinyDiagnose(arguments + ["--data", data, "--format", "json"])
    #expect(outcome.status == 0 && outcome.errors == "", "\(outcome.errors)")
    var report = try jsonObject(outcome.output)
    report["tool"] = nil
    var facts = try #require(report["data"] as? [String: Any])
    (facts["path"], report["warningCodes"]) = (nil, nil)
    report["data"] = facts
    for key in ["warnings", "notes"] {
      report[key] = (report[key] as? [String])?.filter {
        !$0.hasSuffix("in the order of their names.")
      }
    }
    let bytes = try JSONSerialization.data(
      withJSONObject: report, options: [.sortedKeys, .withoutEscapingSlashes])
    return String(decoding: bytes, as: UTF8.self).replacing("'\(data)'", with: "DATA")
      .replacing(data, with: "DATA")
  }

  @Test("A report is that of the joined file to the last bit", arguments: spreads)
  func report(counts: [Int]) throws {
    let folder = try folder(counts)
    let options = [Self.model, "--seed", "3"]
    let joined = try output(options, data: "\(folder.path)/joined.h5")
    #expect(try output(options, data: "\(folder.path)/shards/*.h5") == joined)
  }

  @Test(
    "Weights, groups and a part of the rows are those of the joined file, too",
    arguments: [
      ["--groups", "patient"], ["--holdout-last", "--sample-weights", "none"],
      ["--max-samples", "50"], ["--precision", "40%"],
    ])
  func options(_ options: [String]) throws {
    let folder = try folder([3, 90, 41], isWeighted: true)
    let arguments = [Self.model] + options
    #expect(
      try output(arguments, data: "\(folder.path)/shards/part-?.h5")
        == output(arguments, data: "\(folder.path)/joined.h5"))
  }

  @Test(
    "grow and compare do as with the joined file",
    arguments: [
      ["grow", Self.model, "--add", "second=2", "--dry-run"],
      ["compare", Self.model, "--add", "second=1", "--steps", "10", "--seeds", "1"],
    ])
  func others(_ arguments: [String]) throws {
    let folder = try folder([3, 90, 41])
    #expect(
      try output(arguments, data: "\(folder.path)/shards/*.h5")
        == output(arguments, data: "\(folder.path)/joined.h5"))
  }

  @Test("Files named one by one go in the order of their names")
  func names() throws {
    let folder = try folder([80])
    let parts = (0..<2).map { "\(folder.path)/shards/part-\($0).h5" }
    let named = try tinyDiagnose(
      Self.model, "--data", parts[1], "--data", parts[0], "--format", "json")
    let expected = try tinyDiagnose(
      Self.model, "--data", "\(folder.path)/joined.h5", "--format", "json")
    let layers = try [named, expected].map { try jsonObject($0.output)["layers"] as? NSArray }
    #expect(layers[0] == layers[1] && layers[0] != nil)

    let text = try bash("tiny-diagnose \(Self.model) --data '\(folder.path)/shards/*.h5'")
    #expect(text.output.contains("2 files are read as one, in the order of their names."))
  }

  @Test("More files than a process may have open at first are read")
  func many() throws {
    let folder = try folder([Int](repeating: 2, count: 59))
    let text = try bash(
      "ulimit -Sn 40; tiny-diagnose \(Self.model) --one-pass --data '\(folder.path)/shards/*.h5'")
    #expect(text.status == 0 && text.errors == "", "\(text.errors)")
    #expect(text.output.contains("60 files are read as one"))
  }

  @Test("No file that is read is replaced, and what cannot be joined is refused")
  func refused() throws {
    let folder = try folder([80, 1])
    let pattern = "\(folder.path)/shards/*.h5"
    let replaced = try tinyDiagnose(
      Self.model, "--data", pattern, "-o", "\(folder.path)/shards/part-1.h5", "--force")
    #expect(replaced.status != 0 && replaced.errors.contains("part-1.h5"))
    #expect(folder.names == ["joined.h5", "shards"])

    let none = try tinyDiagnose(Self.model, "--data", "\(folder.path)/none*.h5")
    #expect(none.status == 3)
    #expect(
      none.errors == """
        error: \(folder.path)/none*.h5: no file matches
          name files, or a pattern in quotes: --data 'folder/*.h5'

        """)
    let unquoted = try bash("tiny-diagnose \(Self.model) --data \(pattern)")
    #expect(unquoted.status == 64)
    #expect(unquoted.errors.contains("--data '*.h5'"), "\(unquoted.errors)")
  }
}
