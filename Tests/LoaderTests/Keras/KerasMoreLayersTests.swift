import Foundation
import LinearAlgebra
import Loader
import Networks
import TestSupport
import Testing

@Suite struct KerasMoreLayersTests {
  @Test("LayerNormalization, LeakyReLU and PReLU give the outputs that Keras and numpy give")
  func outputs() throws {
    let expected = try expected("keras/layers")
    for file in ["model.keras", "model.h5"] {
      let model = try loadModel(at: fixturePath("keras/layers/\(file)"))
      #expect(model.loss == nil && model.lossProblem == nil)
      let samples = try openSamples(
        for: model, SampleOptions(data: [fixturePath("keras/layers/data.h5")]))
      #expect(samples.lossOrigin == .inferred)
      let (loss, outputs) = try evaluate(model.network, samples.loss, on: samples.training)
      #expect(abs(loss - expected.loss_float64) < 1e-5 * expected.loss_float64)
      for (i, row) in expected.outputs_float64.enumerated() {
        for (j, value) in row.enumerated() { #expect(abs(Double(outputs[i, j]) - value) < 1e-5) }
      }
    }
  }

  @Test("what the layers are is told")
  func structure() throws {
    let model = try loadModel(at: fixturePath("keras/layers/model.keras"))
    #expect(
      model.structure.filter { $0.className.hasSuffix("Normalization") || $0.className == "PReLU" }
        .map { "\($0.name): \($0.treatment.description)" } == [
          "samples_normalized: normalizes each sample", "second_prelu: prelu",
          "third_normalized: normalizes each sample: the layer before does not grow",
        ])
    #expect(model.network.layers.map(\.couplesUnits) == [false, false, true, false])
  }

  /// What is said of two features, one layer, and Dense.
  private func text(_ layer: KerasFile.Layer) throws -> String {
    try withTemporaryFolder { folder in
      try KerasFile(features: 2, [.dense("d", 2, 3), layer, .dense("e", 3, 1)])
        .write(to: "\(folder)/m.h5")
      return errorText(in: folder) { _ = try loadModel(at: "\(folder)/m.h5") }
    }
  }

  @Test("a PReLU has one slope for each unit, or one for all")
  func slopes() throws {
    func prelu(_ count: Int, shared: String = "null") -> KerasFile.Layer {
      KerasFile.Layer(
        className: "PReLU", name: "p", settings: #""shared_axes": \#(shared)"#,
        weights: [("alpha", [count], (0..<count).map { 0.1 * Double($0 + 1) })])
    }
    #expect(try text(prelu(3)) == "no error")
    #expect(
      try text(prelu(2)) == """
        m.h5: /model_weights/p/p/alpha: shape (2,), expected (3,)
          save the whole model again in one call
        """)
    #expect(try text(prelu(1, shared: "[1]")) == "no error")
    try withTemporaryFolder { folder in
      for (shared, count, grown) in [("null", 3, [0.1, 0.2, 0.3, 0.2]), ("[1]", 1, [0.1])] {
        let path = "\(folder)/m\(count).h5"
        try KerasFile(
          features: 2, [.dense("d", 2, 3), prelu(count, shared: shared), .dense("e", 3, 1)]
        ).write(to: path)
        let model = try loadModel(at: path)
        let written = try write(
          model.network.grownAtRandom(layer: 0, count: 1, seed: 1), grownFrom: model,
          to: "\(folder)/out\(count).h5")
        let slopes = grown.count == 1 ? [0.1, 0.1, 0.1, 0.1] : grown
        #expect(
          written.model.network.layers[0].stages == [
            .parametricReLU(slopes: slopes.map { Float($0) })
          ])
      }
    }
  }

  @Test("a normalization of another kind is refused")
  func otherNormalizations() throws {
    func normalization(_ settings: String) -> KerasFile.Layer {
      KerasFile.Layer(
        className: "LayerNormalization", name: "n",
        settings: #""center": false, "scale": false, \#(settings)"#)
    }
    #expect(try text(normalization(#""axis": -1"#)) == "no error")
    #expect(
      try text(normalization(#""rms_scaling": true"#)) == """
        m.h5: layer n: rms_scaling is true, expected false
          save the whole model again with a supported value
        """)
    #expect(
      try text(normalization(#""epsilon": -1"#)).contains("epsilon is -1.0, expected 0 or more"))
  }

  private struct Policies: Decodable { let policies: [String: [Weights]] }

  /// A kernel or a bias.
  private enum Weights: Decodable {
    case kernel([[Double]])
    case bias([Double])

    var numbers: [Float] {
      switch self {
      case .kernel(let rows): rows.flatMap { $0.map { Float($0) } }
      case .bias(let row): row.map { Float($0) }
      }
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let rows = try? container.decode([[Double]].self) {
        self = .kernel(rows)
      } else {
        self = .bias(try container.decode([Double].self))
      }
    }
  }

  @Test("models under every policy of number types are read as their weights are, and grow")
  func policies() throws {
    let path = fixturePath("keras/policies/expected.json")
    let policies = try JSONDecoder().decode(Policies.self, from: Data(bytes(of: path))).policies
    #expect(policies.count == 5)
    for (policy, weights) in policies {
      let model = try loadModel(at: fixturePath("keras/policies/\(policy).keras"))
      let read = model.network.layers.flatMap(\.weights.storage)
      #expect(read == weights.flatMap(\.numbers))
      #expect(model.loss == nil)
      #expect(model.notes == ["The model computes in \(policy); here it computes in float32."])
      try withTemporaryFolder { folder in
        let grown = try model.network.grownAtRandom(layer: 0, count: 2, amplitude: 0, seed: 3)
        let out = "\(folder)/out.keras"
        let written = try write(grown, grownFrom: model, to: out).model
        #expect(written.network.layers.map(\.outputs) == [4, 2])
        let kept = written.network.layers[0].weights
        for row in 0..<4 {
          #expect((0..<2).allSatisfy { kept[row, $0] == read[row * 2 + $0] })
        }
      }
    }
  }
}
