import LinearAlgebra
import Loader
import Networks
import TestSupport
import Testing

@Suite("Groups of samples") struct SampleGroupTests {
  /// What opens of a file of four samples that `write` puts groups into.
  private func opened(
    _ groups: String?, validation: Bool = false, _ write: (HDF5Writer) -> Void
  ) throws -> OpenedSamples {
    try withSamples(loss: "sparse_categorical_crossentropy") { writer in
      writer.dataset("x", [0, 1, 2, 3, 4, 5, 6, 7], shape: [4, 2])
      writer.dataset("y", [0, 1, 2, 0], shape: [4], as: .int8)
      write(writer)
    } _: { model, data, _ in
      try openSamples(
        for: model,
        SampleOptions(data: [data], groups: groups, validation: validation ? data : nil))
    }
  }

  private func text(_ write: (HDF5Writer) -> Void) -> String {
    let error = #expect(throws: ModelError.self) { _ = try opened("g", write) }
    guard let error else { return "" }
    return "\(error.description.dropFirst(error.file.count + 2))\n  \(error.advice)"
  }

  private func pattern(_ keys: [UInt64]?) -> [Int] {
    (keys ?? []).map { key in keys?.firstIndex(of: key) ?? -1 }
  }

  @Test(
    "are told by numbers of any type",
    arguments: [HDF5Writer.Stored.float32, .float64, .int8, .int64])
  func numbers(stored: HDF5Writer.Stored) throws {
    let samples = try opened("g") { $0.dataset("g", [7, 3, 7, 0], shape: [4], as: stored) }
    #expect(pattern(samples.training.readGroups(0..<4)) == [0, 1, 0, 3])
    #expect(samples.training.readGroups(1..<2) == samples.training.readGroups(1..<3)?.dropLast())
    #expect(samples.training.groupsPath == "/g")
    #expect(
      samples.notes.contains("The samples belong to 3 groups by /g: none is held out in part."))
  }

  @Test("are told by texts, however they are stored", arguments: HDF5Writer.TextLayout.allCases)
  func texts(layout: HDF5Writer.TextLayout) throws {
    let samples = try opened("data/patient") {
      $0.texts("data/patient", ["anna", "bo", "anna", ""], as: layout)
    }
    #expect(pattern(samples.training.readGroups(0..<4)) == [0, 1, 0, 3])
  }

  @Test("are those of held-out samples, too, where they have the same name")
  func validation() throws {
    let samples = try opened("g", validation: true) { $0.dataset("g", [1, 1, 2, 2], shape: [4]) }
    #expect(samples.validation?.readGroups(0..<4) == samples.training.readGroups(0..<4))
    #expect(try opened(nil) { _ in }.training.readGroups(0..<4) == nil)
  }

  @Test("are an error with its place where they cannot be used")
  func refused() {
    #expect(
      text { $0.dataset("g", [1, 2, 3], shape: [3]) } == """
        /g: 3 rows, expected 4 as in /x
          inputs, targets and sample weights need as many rows each
        """)
    #expect(
      text { $0.dataset("g", [1, 1, 1, 1], shape: [4]) } == """
        /g: all samples are of one group, expected 2 or more
          name no groups, or give validation samples of other groups
        """)
    #expect(
      text { $0.dataset("g", [1, 1, 1, 1, 2, 2, 2, 2], shape: [4, 2]) } == """
        /g: shape (4, 2), expected one group for each sample, (n,) or (n, 1)
          name the dataset with a number or a name for each sample
        """)
    #expect(
      text { $0.dataset("g", [1, .nan, 1, 1], shape: [4]) }.hasPrefix(
        "/g: row 1, column 0 is nan, expected a finite number"))
    #expect(
      text { $0.opaqueDataset("g", bytes: 4, shape: [4]) }.contains("expected numbers or text"))
    #expect(text { _ in }.hasPrefix("/g: "))
  }
}
