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
      SampleOptions(data: fixturePath("data-types/\(name).h5"), loss: loss)
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

  @Test("samples are the same numbers in every type and packing", arguments: names)
  func sameNumbers(_ name: String) throws {
    let plain = try samples("plain")
    #expect(plain.inputs.count == 40 * 64 && plain.labels.prefix(4) == [0, 1, 2, 3])
    let found = try samples(name)
    #expect(found.inputs == plain.inputs)
    #expect(found.labels == plain.labels)
  }
}
