import Foundation
import LinearAlgebra
import Loader
import Networks
import TestSupport
import Testing

/// What another implementation says of a fixture.
struct Expected: Decodable {
  struct Place: Decodable {
    let file: String
    let inputs: String
    let targets: String
  }
  struct Layer: Decodable {
    let name: String
    let inputs: Int
    let units: Int
    let activation: String
    let bias: Bool
  }
  struct HeldOut: Decodable {
    let samples: Int
    let loss_float64: Double
  }
  let model: String
  let data: Place
  let validation: Place?
  let kerasVersion: String
  let samples: Int
  let lossName: String
  let loss_float64: Double
  let outputs_float64: [[Double]]
  let layers: [Layer]
  let heldOut: HeldOut?
}

func expected(_ name: String) throws -> Expected {
  try JSONDecoder().decode(
    Expected.self, from: Data(bytes(of: fixturePath("\(name)/expected.json"))))
}

/// The mean loss of all samples and the first outputs, without any of the library's own passes.
func evaluate(
  _ network: Network<Float>, _ loss: Loss, on samples: SampleFile
) throws -> (loss: Double, outputs: Matrix<Float>) {
  var inputs = Matrix<Float>(rows: 0, columns: 0)
  var total = 0.0
  var first: Matrix<Float>?
  let last = try #require(network.layers.last)
  let objective = try Objective(loss: loss, outputStages: last.stages, outputs: last.outputs)
  for start in stride(from: 0, to: samples.sampleCount, by: 100) {
    let rows = start..<min(start + 100, samples.sampleCount)
    let targets = try samples.read(rows, into: &inputs)
    var values = inputs
    for stage in network.preprocessing { stage.apply(to: &values) }
    for (index, layer) in network.layers.enumerated() {
      values = product(values, layer)
      if index < network.layers.count - 1 {
        for stage in layer.stages { stage.apply(to: &values) }
      }
    }
    var losses = [Double](repeating: 0, count: rows.count)
    objective.evaluate(preactivations: values, targets: targets, losses: &losses)
    total += losses.reduce(0, +)
    first = first ?? objective.predictions(preactivations: values)
  }
  return (total / Double(samples.sampleCount), try #require(first))
}

private func product(_ inputs: Matrix<Float>, _ layer: Layer<Float>) -> Matrix<Float> {
  var result = Matrix<Float>(rows: inputs.rows, columns: layer.outputs)
  for i in 0..<inputs.rows {
    for j in 0..<layer.outputs {
      var sum = layer.hasBias ? Double(layer.weights[layer.inputs, j]) : 0
      for k in 0..<layer.inputs { sum += Double(inputs[i, k]) * Double(layer.weights[k, j]) }
      result[i, j] = Float(sum)
    }
  }
  return result
}

@Suite struct FixtureTests {
  static let names = [
    "digits-keras3", "digits-keras2", "wine-functional-bn", "breast-cancer-sigmoid",
    "diabetes-regression", "images-flatten", "every-format",
  ]

  @Test("a model reads as its maker describes it", arguments: names)
  func architecture(_ name: String) throws {
    let expected = try expected(name)
    let model = try loadModel(at: fixturePath("\(name)/\(expected.model)"))
    #expect(model.producer == "Keras \(expected.kerasVersion)")
    #expect(model.format == (expected.kerasVersion.hasPrefix("2") ? .keras2 : .keras3))
    #expect(model.loss?.name == expected.lossName)
    #expect(model.lossProblem == nil)
    #expect(model.carriesData == (expected.data.file == expected.model))
    #expect(model.network.layers.map(\.name) == expected.layers.map(\.name))
    #expect(model.network.layers.map(\.inputs) == expected.layers.map(\.inputs))
    #expect(model.network.layers.map(\.outputs) == expected.layers.map(\.units))
    #expect(model.network.layers.map(\.hasBias) == expected.layers.map(\.bias))
    for (layer, expected) in zip(model.network.layers, expected.layers) {
      let activations = layer.stages.compactMap { stage in
        if case .activation(let activation) = stage { activation.name } else { nil }
      }
      #expect((activations.first ?? "linear") == expected.activation)
    }
  }

  @Test("loss and outputs are those of the framework that trained the model", arguments: names)
  func values(_ name: String) throws {
    let expected = try expected(name)
    let model = try loadModel(at: fixturePath("\(name)/\(expected.model)"))
    let validation = expected.validation.map { fixturePath("\(name)/\($0.file)") }
    let samples = try openSamples(
      for: model,
      SampleOptions(
        data: expected.data.file == expected.model
          ? [] : [fixturePath("\(name)/\(expected.data.file)")], validation: validation))
    #expect(samples.lossOrigin == .model)
    #expect(samples.training.sampleCount == expected.samples)
    #expect(samples.training.inputsPath == "/" + expected.data.inputs)
    #expect(samples.training.targetsPath == "/" + expected.data.targets)

    let (loss, outputs) = try evaluate(model.network, samples.loss, on: samples.training)
    // Weights and outputs are kept in Float; the reference is in Double.
    #expect(abs(loss - expected.loss_float64) < 1e-5 * expected.loss_float64)
    for (i, row) in expected.outputs_float64.enumerated() {
      for (j, value) in row.enumerated() { #expect(abs(Double(outputs[i, j]) - value) < 1e-5) }
    }
    if let heldOut = expected.heldOut {
      let validation = try #require(samples.validation)
      #expect(validation.sampleCount == heldOut.samples)
      let (loss, _) = try evaluate(model.network, samples.loss, on: validation)
      #expect(abs(loss - heldOut.loss_float64) < 1e-5 * heldOut.loss_float64)
    }
  }

  @Test("the native layout gives the very network of the Keras file it was made from")
  func native() throws {
    let keras = try loadModel(at: fixturePath("diabetes-regression/model.h5"))
    let native = try loadModel(at: fixturePath("diabetes-regression/native.h5"))
    #expect(native.format == .native)
    #expect(native.network == keras.network)
    #expect(native.loss == keras.loss)
    #expect(native.carriesData)
    let samples = try openSamples(for: native)
    #expect(samples.training.sampleCount == 342)
    #expect(samples.validation?.sampleCount == 100)
  }

  @Test("what is left out, decided or not computed is said")
  func notes() throws {
    #expect(
      try loadModel(at: fixturePath("digits-keras2/model.h5")).notes == [
        "narrow: the penalty of its kernel_regularizer (L2) is not part of the loss shown here.",
        "Left out, as they do nothing outside training: dropout.",
      ])
    #expect(
      try loadModel(at: fixturePath("diabetes-regression/model.h5")).notes == [
        "Keras 3 cannot load this file again because its loss is named mse: "
          + "use keras.models.load_model(..., compile=False)."
      ])
  }

  @Test("the structure lists every layer with what becomes of it")
  func structure() throws {
    let model = try loadModel(at: fixturePath("wine-functional-bn/model.h5"))
    #expect(
      model.structure.map {
        "\($0.name) \($0.className) \($0.outputShape) \($0.treatment.description)"
      }
        == [
          "measurements InputLayer [13] input",
          "units_of_measure Normalization [13] scales and shifts each unit",
          "first Dense [16] diagnosed",
          "first_normalized BatchNormalization [16] scales and shifts each unit",
          "first_relu ReLU [16] relu",
          "first_dropout Dropout [16] left out: does nothing outside training",
          "second Dense [4] diagnosed, with tanh",
          "second_normalized BatchNormalization [4] scales and shifts each unit",
          "cultivar Dense [3] diagnosed, with softmax",
        ])
    let images = try loadModel(at: fixturePath("images-flatten/model.h5"))
    #expect(images.inputShape == [8, 8])
    #expect(images.structure[1].treatment == .shape)
  }
}
