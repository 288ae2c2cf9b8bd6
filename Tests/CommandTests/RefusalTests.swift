import Foundation
import Testing

/// A broken file of `fixtures/hostile`, and what is wrong with it.
private struct BrokenFile: CustomTestStringConvertible, Sendable {
  struct Facts: Decodable, Sendable {
    let kind: String
    let object, layer, data, model: String?
  }

  let name: String
  let facts: Facts

  var testDescription: String { name }
  var isModel: Bool { facts.kind == "model" }

  var arguments: [String] {
    if facts.kind == "recording" { return ["hostile/\(name)"] }
    let (model, data) = isModel ? (name, facts.data ?? "") : (facts.model ?? "", name)
    return ["hostile/\(model)", "--data", "hostile/\(data)"]
  }

  static let all: [BrokenFile] = {
    guard let data = try? Data(contentsOf: fixtures.appending(path: "hostile/expected.json")),
      let files = try? JSONDecoder().decode([String: Facts].self, from: data)
    else { return [] }
    return files.sorted { $0.key < $1.key }.map { BrokenFile(name: $0.key, facts: $0.value) }
  }()
}

@Suite("Files that cannot be used") struct RefusalTests {
  @Test("There are broken files")
  func brokenFilesAreThere() { #expect(BrokenFile.all.count > 100) }

  @Test(
    "Every broken file is refused in two lines that name it and the object or layer at fault",
    arguments: BrokenFile.all)
  private func brokenFile(file: BrokenFile) throws {
    let outcome = try tinyDiagnose(file.arguments)
    #expect(outcome.status == (file.isModel ? 3 : 1) || !file.isModel && outcome.status == 3)
    #expect(outcome.output == "")
    let lines = outcome.errors.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count == 3 && lines.last == "", "\(outcome.errors)")
    #expect(lines[0].hasPrefix("error: hostile/\(file.name): "), "\(outcome.errors)")
    #expect(lines[1].hasPrefix("  ") && lines[1].count > 4, "\(outcome.errors)")
    for place in [file.facts.object, file.facts.layer].compactMap({ $0 }) {
      #expect(lines[0].contains(place), "\(outcome.errors)")
    }
  }

  @Test(
    "The whole message",
    arguments: [
      (
        ["nowhere.h5"], 3,
        """
        error: nowhere.h5: no such file
          check the path

        """
      ),
      (
        ["hostile"], 3,
        """
        error: hostile: is a directory
          name a file inside it

        """
      ),
      (
        ["hostile/empty.h5"], 3,
        """
        error: hostile/empty.h5: the file is empty
          copy or download the file again

        """
      ),
      (
        ["hostile/text.h5"], 3,
        """
        error: hostile/text.h5: is text in columns, as CSV, not HDF5
          read it in Python, and save the inputs and the column of the targets, here y: \
        numpy.savez('data.npz', x=table.drop(columns='y').to_numpy(), y=table['y'].to_numpy())

        """
      ),
      (
        ["hostile/truncated.h5"], 3,
        """
        error: hostile/truncated.h5: the file is truncated: 13370 bytes of 20056
          copy or download the file again

        """
      ),
      (
        ["inspect", "hostile/truncated.h5"], 3,
        """
        error: hostile/truncated.h5: the file is truncated: 13370 bytes of 20056
          copy or download the file again

        """
      ),
      (
        ["hostile/kernel-nan.h5"], 3,
        """
        error: hostile/kernel-nan.h5: /model_weights/hidden/net/hidden/kernel: entry (2, 1) is nan, \
        expected a finite number
          the training diverged or the file is damaged: save the model at an earlier epoch

        """
      ),
      (
        ["hostile/model-4-3-2.h5"], 1,
        """
        error: hostile/model-4-3-2.h5: holds no samples
          name a file with --data that holds inputs (n, 4) and targets (n,)

        """
      ),
      (
        ["hostile/model-4-3-2.h5", "--data", "hostile/data-labels-out-of-range.h5"], 1,
        """
        error: hostile/data-labels-out-of-range.h5: /y: row 5 is 2, expected a class from 0 to 1
          write classes as whole numbers, counted from 0

        """
      ),
      (
        ["hostile/model-4-3-2.h5", "--data", "hostile/data-width.h5"], 1,
        """
        error: hostile/data-width.h5: /x: shape (20, 5), expected (n, 4)
          write one row per sample, as the model takes them

        """
      ),
      (
        ["hostile/model-4-3-2.h5", "--data", "hostile/data-ambiguous.h5"], 1,
        """
        error: hostile/data-ambiguous.h5: /x, /inputs could all be the inputs
          name one with --inputs

        """
      ),
      (
        ["hostile/model-4-3-2.h5", "--data", "hostile/data-good.h5", "--holdout", "0.99"], 1,
        """
        error: hostile/data-good.h5: 20 samples leave none to fit on
          give more samples, or hold fewer out (--holdout)

        """
      ),
    ] as [([String], Int32, String)])
  func wholeMessage(arguments: [String], status: Int32, message: String) throws {
    let outcome = try tinyDiagnose(arguments)
    #expect(outcome.errors == message)
    #expect(outcome.status == status)
    #expect(outcome.output == "")
  }

  @Test("A path with an escape code in it does not reach the terminal")
  func pathIsHarmless() throws {
    let outcome = try tinyDiagnose("no\u{1B}[31m\nwhere.h5")
    #expect(outcome.status == 3)
    #expect(
      outcome.errors
        == "error: no\\u{1B}[31m\\u{A}where.h5: no such file\n  check the path\n")
  }
}
