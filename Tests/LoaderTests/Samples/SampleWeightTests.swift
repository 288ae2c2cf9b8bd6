import LinearAlgebra
import Loader
import Networks
import TestSupport
import Testing

@Suite("Sample weights") struct SampleWeightTests {
  /// What opens of a file of four samples that `write` puts weights into.
  private func opened(
    _ choice: SampleWeightChoice = .found, inputs: String? = nil, targets: String? = nil,
    validation: String? = nil, at place: String = "", _ write: (HDF5Writer) -> Void
  ) throws -> OpenedSamples {
    try withSamples(loss: "sparse_categorical_crossentropy") { writer in
      writer.dataset("\(place)x", [0, 1, 2, 3, 4, 5, 6, 7], shape: [4, 2])
      writer.dataset("\(place)y", [0, 1, 2, 0], shape: [4], as: .int8)
      write(writer)
    } _: { model, data, _ in
      try openSamples(
        for: model,
        SampleOptions(
          data: [data], inputs: inputs, targets: targets, sampleWeights: choice,
          validation: validation))
    }
  }

  private func text(_ choice: SampleWeightChoice = .found, _ write: (HDF5Writer) -> Void) -> String
  {
    let error = #expect(throws: ModelError.self) { _ = try opened(choice, write) }
    guard let error else { return "" }
    let file = error.file.split(separator: "/").last ?? ""
    return "\(file): " + error.description.dropFirst(error.file.count + 2) + "\n  " + error.advice
  }

  @Test(
    "are found beside the inputs, and their mean becomes 1",
    arguments: ["sample_weight", "sample_weights", "w"], ["", "data/"])
  func found(name: String, place: String) throws {
    let samples = try opened(at: place) { writer in
      writer.dataset("\(place)\(name)", [0, 1, 2, 5], shape: [4, 1], as: .uint8)
      // Of another group than the inputs'.
      writer.dataset("other/sample_weight", [1, 1, 1, 1], shape: [4])
    }
    #expect(try samples.training.readWeights(0..<4) == [0, 0.5, 1, 2.5])
    #expect(try samples.training.readWeights(2..<3) == [1])
    #expect(samples.training.weightsPath == "/\(place)\(name)")
    #expect(
      samples.notes == [
        "The samples count by the weights in /\(place)\(name), found by its name (they can be left "
          + "out); 1 of weight 0 are left out; the 4 tell as much as 2 that count "
          + "alike."
      ])
  }

  @Test("are taken from where a user says, or left out")
  func named() throws {
    let write = { (writer: HDF5Writer) in
      writer.dataset("sample_weight", [3, 3, 3, 3], shape: [4])
      writer.dataset("other/mine", [1, 1, 1, 1e300], shape: [4], as: .float64)
    }
    #expect(try opened(.none, write).training.readWeights(0..<4) == nil)
    #expect(try opened(.none, write).notes == [])
    #expect(try opened(.found, write).training.readWeights(0..<4) == [1, 1, 1, 1])
    let mine = try opened(.named("other/mine"), write)
    #expect(try mine.training.readWeights(0..<4)?[3] == 4)
    #expect(mine.training.weightsPath == "/other/mine")
    #expect(
      mine.notes == [
        "The samples count by the weights in /other/mine; the 4 tell as much as 1 that count alike."
      ])
    try withTemporaryFolder { folder in
      do {
        let writer = try HDF5Writer("\(folder)/w.h5")
        writer.dataset("v", [1, 3, 3, 1], shape: [4])
      }
      let apart = try opened(.named("\(folder)/w.h5:v"), write)
      #expect(try apart.training.readWeights(0..<4) == [0.5, 1.5, 1.5, 0.5])
    }
  }

  @Test("a single letter of another shape means something else")
  func otherLetter() throws {
    let samples = try opened { writer in
      writer.dataset("w", [1, 2, 3, 4, 5, 6], shape: [2, 3])
    }
    #expect(samples.training.weightsPath == nil)
    let short = try opened { $0.dataset("w", [1, 2], shape: [2]) }
    #expect(short.training.weightsPath == nil)
  }

  @Test("of held-out samples stand beside them; where one part has none, that is said")
  func validation() throws {
    func held(_ writer: HDF5Writer) {
      writer.dataset("validation/inputs", [0, 1, 2, 3], shape: [2, 2])
      writer.dataset("validation/targets", [0, 1], shape: [2], as: .int8)
    }
    let both = try opened { writer in
      held(writer)
      writer.dataset("sample_weight", [1, 1, 1, 1], shape: [4])
      writer.dataset("validation/sample_weight", [1, 3], shape: [2])
    }
    #expect(try both.validation?.readWeights(0..<2) == [0.5, 1.5])
    let training = try opened { writer in
      held(writer)
      writer.dataset("sample_weight", [1, 1, 1, 1], shape: [4])
    }
    #expect(try training.validation?.readWeights(0..<2) == nil)
    #expect(
      training.notes.last == "The held-out samples have no weights beside them: they count alike.")
    let heldOut = try opened { writer in
      held(writer)
      writer.dataset("validation/w", [1, 3], shape: [2])
    }
    #expect(
      heldOut.notes == [
        "The held-out samples count by the weights in /validation/w; the others count alike."
      ])
  }

  @Test("that cannot be used are refused with row and reason")
  func refused() {
    let advice =
      "name other weights, or let all samples count alike"
    let cases: [([Double], [Int], String)] = [
      ([1, 1, -0.5, 1], [4], "/sample_weight: row 2 is -0.5, expected 0 or more"),
      ([0, 0, 0, 0], [4], "/sample_weight: holds nothing but zeros, which leave no sample"),
      (
        [1, 1, 1, 1, 1, 1, 1, 1], [4, 2],
        "/sample_weight: shape (4, 2), expected (n,), one weight per sample"
      ),
    ]
    for (numbers, shape, problem) in cases {
      #expect(
        text { $0.dataset("sample_weight", numbers, shape: shape) }
          == "data.h5: \(problem)\n  \(advice)")
    }
    #expect(
      text { $0.dataset("sample_weight", [1, .nan, 1, 1], shape: [4]) } == """
        data.h5: /sample_weight: row 1, column 0 is nan, expected a finite number
          leave the sample out, or fill the gap
        """)
    #expect(
      text { $0.dataset("sample_weights", [1, 1, 1], shape: [3]) } == """
        data.h5: /sample_weights: 3 rows, expected 4 as in /x
          inputs, targets and sample weights need as many rows each
        """)
    #expect(
      text { writer in
        writer.dataset("sample_weight", [1, 1, 1, 1], shape: [4])
        writer.dataset("w", [1, 1, 1, 1], shape: [4])
      } == """
        data.h5: /sample_weight, /w could all be the sample weights
          name one of them
        """)
    #expect(
      text(.named("nowhere")) { _ in }.hasPrefix("data.h5: /nowhere: "))
    let tiny = text { writer in
      writer.dataset("sample_weight", [.leastNonzeroMagnitude, 0, 0, 0], shape: [4], as: .float64)
    }
    #expect(tiny.hasPrefix("data.h5: /sample_weight: holds nothing above 5e-324, too small"))
  }
}
