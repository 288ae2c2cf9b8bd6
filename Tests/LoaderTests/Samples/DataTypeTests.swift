import Foundation
import LinearAlgebra
import Loader
import Networks
import TestSupport
import Testing

@Suite struct DataTypeTests {
  static let names = [
    "plain", "images-uint8", "channel-int16-big-endian", "float16-column", "float64-big-endian",
    "gzip-shuffle", "lzf", "lzf-shuffle", "one-hot-bool", "one-hot-uint8-lzf", "one-hot-float64",
  ]

  private func samples(_ name: String) throws -> (inputs: [Float], labels: [Int]) {
    let loss: Loss =
      name.hasPrefix("one-hot")
      ? .categoricalCrossentropy(fromLogits: false, labelSmoothing: 0)
      : .sparseCategoricalCrossentropy(fromLogits: false)
    let samples = try openSamples(
      for: try loadModel(at: fixturePath("images-flatten/model.h5")),
      SampleOptions(data: [fixturePath("files/data-types/\(name).h5")], loss: loss)
    ).training
    var inputs = Matrix<Float>(rows: 0, columns: 0)
    switch try samples.read(0..<samples.sampleCount, into: &inputs) {
    case .labels(let labels): return (inputs.storage, labels)
    case .values(let rows):
      let labels = try (0..<rows.rows).map { row in
        try #require((0..<rows.columns).first { rows[row, $0] == 1 })
      }
      return (inputs.storage, labels)
    }
  }

  @Test("inputs and targets may be in files of their own")
  func separateFiles() throws {
    func open(_ inputs: String?, _ targets: String?) throws -> SampleFile {
      try openSamples(
        for: try loadModel(at: fixturePath("images-flatten/model.h5")),
        SampleOptions(
          data: [fixturePath("files/data-types/plain.h5")], inputs: inputs, targets: targets,
          loss: .sparseCategoricalCrossentropy(fromLogits: false))
      ).training
    }
    let images = fixturePath("files/data-types/images-uint8.h5")
    let labels = fixturePath("files/data-types/lzf.h5")
    for (inputs, targets) in [("\(images):/x", "\(labels):y"), ("\(images):", "/y")] {
      let samples = try open(inputs, targets)
      #expect(samples.sampleCount == 40 && samples.path == images)
    }
    let folder = fixturePath("files/data-types")
    #expect(
      errorText(in: folder) { _ = try open("\(images):/z", nil) }
        == "images-uint8.h5: /z: not found\n  its group holds x, y")
    let others = fixturePath("every-format/data.h5")
    #expect(
      errorText(in: fixturePath("every-format")) { _ = try open(nil, "\(others):y") }.hasPrefix(
        "data.h5: /y: 150 rows, expected 40 as in /x"))
    // A colon may be part of a name.
    #expect(errorText(in: folder) { _ = try open("no:x", nil) }.hasPrefix("plain.h5: /no:x"))
  }

  @Test("a layout that tells no shape of a sample takes images, flattened row after row")
  func flattened() throws {
    try withTemporaryFolder { folder in
      do {
        let writer = try HDF5Writer("\(folder)/s.h5")
        writer.dataset("0.weight", (0..<8).map(Double.init), shape: [2, 4])
        writer.dataset("x", (0..<12).map(Double.init), shape: [3, 2, 2])
        writer.dataset("y", [0, 1, 1], shape: [3])
      }
      let model = try loadModel(at: "\(folder)/s.h5", ModelOptions(activations: [.softmax]))
      let samples = try openSamples(for: model).training
      var inputs = Matrix<Float>(rows: 0, columns: 0)
      _ = try samples.read(1..<2, into: &inputs)
      #expect(inputs.storage == [4, 5, 6, 7])
    }
  }

  @Test("words are classes, and no amounts", arguments: [Loss.meanSquaredError, .huber(delta: 1)])
  func wordsForAmounts(_ loss: Loss) throws {
    try withTemporaryFolder { folder in
      do {
        let writer = try HDF5Writer("\(folder)/s.h5")
        writer.dataset("0.weight", [1, 2], shape: [1, 2])
        writer.dataset("x", [1, 2, 3, 4, 5, 6], shape: [3, 2])
        writer.texts("y", ["0.5", "-1.5", "0.5"])
      }
      let model = try loadModel(at: "\(folder)/s.h5", ModelOptions(activations: [.linear]))
      let text = errorText(in: folder) {
        _ = try openSamples(for: model, SampleOptions(loss: loss))
      }
      #expect(text.hasPrefix("s.h5: /y: holds text, expected numbers for the loss \(loss.name)\n"))
      // Two words may be the classes of one output.
      let two = try openSamples(
        for: model, SampleOptions(loss: .binaryCrossentropy(fromLogits: true, labelSmoothing: 0)))
      var inputs = Matrix<Float>(rows: 0, columns: 0)
      #expect(
        try two.training.read(0..<3, into: &inputs)
          == .values(Matrix(rows: 3, columns: 1, storage: [1, 0, 1])))
    }
  }

  @Test("samples are the same numbers in every type and packing", arguments: names)
  func sameNumbers(_ name: String) throws {
    let plain = try samples("plain")
    #expect(plain.inputs.count == 40 * 64 && plain.labels.prefix(4) == [0, 1, 2, 3])
    let found = try samples(name)
    #expect(found.inputs == plain.inputs)
    #expect(found.labels == plain.labels)
  }
}
