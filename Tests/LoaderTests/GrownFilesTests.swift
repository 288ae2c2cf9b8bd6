import Foundation
import Loader
import Networks
import TestSupport
import Testing

/// Where grown files are left for `fixtures/check_grown.py`, which needs what tests do not: Keras.
private let folder = ProcessInfo.processInfo.environment["TINY_DIAGNOSE_GROWN"]

@Suite struct GrownFilesTests {
  private struct Note: Encodable {
    let architecture: String?
    let data: String
    let inputs: String
    let targets: String
    let loss: Double
  }

  @Test(
    "files for Keras itself to load, with the loss it has to find", .enabled(if: folder != nil),
    arguments: WritableModel.all)
  func files(_ fixture: WritableModel) throws {
    let folder = try #require(folder)
    let expected = try expected(fixture.folder)
    let model = try fixture.load()
    let data = fixturePath("\(fixture.folder)/\(expected.data.file)")
    for layer in model.network.layers.indices.dropLast()
    where !model.network.layers[layer].couplesUnits {
      var written = model
      for (round, amplitude) in [0.0, 1, 1].enumerated() {
        let name = "\(fixture.folder)-\(layer)-\(round)-\(fixture.file)"
        written = try write(
          try written.network.grownAtRandom(
            layer: layer, count: 1 + round, amplitude: amplitude, seed: round),
          grownFrom: written, to: "\(folder)/\(name)", options: WritingOptions(overwrite: true)
        ).model
        let samples = try openSamples(for: written, SampleOptions(data: data))
        let note = Note(
          architecture: written.options.architecture, data: data, inputs: expected.data.inputs,
          targets: expected.data.targets,
          loss: try evaluate(written.network, samples.loss, on: samples.training).loss)
        try write([UInt8](JSONEncoder().encode(note)), to: "\(folder)/\(name).json")
      }
    }
  }
}
