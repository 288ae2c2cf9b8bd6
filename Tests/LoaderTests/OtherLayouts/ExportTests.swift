import Foundation
import Loader
import Networks
import TestSupport
import Testing

/// What the libraries of the recipes in `docs/export.md` say of the networks those wrote.
@Suite struct ExportTests {
  private struct Exported: Decodable {
    let arguments: [String]
    let loss: Double
    let outputs: [[Double]]
  }

  @Test(
    "a network written by a recipe has the loss and the outputs its library finds",
    arguments: ["exports/pytorch", "exports/scikit-learn", "exports/jax"])
  func recipe(_ folder: String) throws {
    let exported = try JSONDecoder().decode(
      Exported.self, from: Data(bytes(of: fixturePath("\(folder)/export.json"))))
    let names = exported.arguments.dropFirst().first
    let activations = try names?.split(separator: ",").map {
      try #require(Activation(written: String($0)))
    }
    let model = try loadModel(
      at: fixturePath("\(folder)/model.h5"), ModelOptions(activations: activations))
    let samples = try openSamples(for: model)
    #expect(samples.loss == .sparseCategoricalCrossentropy(fromLogits: false))
    #expect(samples.training.sampleCount == 150)
    let (loss, outputs) = try evaluate(model.network, samples.loss, on: samples.training)
    #expect(abs(loss - exported.loss) <= 1e-6)
    for (i, row) in exported.outputs.enumerated() {
      for (j, value) in row.enumerated() { #expect(abs(Double(outputs[i, j]) - value) < 1e-5) }
    }
  }
}
