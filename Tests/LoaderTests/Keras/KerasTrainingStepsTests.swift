import Foundation
import Growth
import LinearAlgebra
import Loader
import Networks
import TestSupport
import Testing

/// What Keras made of its models in a few steps.
private struct TrainedByKeras: Decodable, Sendable {
  struct Model: Decodable, Sendable {
    let weights: [[Double]]
    let outputs: [[Double]]
  }

  let inputs: [[Double]]
  let labels: [Int]
  let steps: Int
  let models: [String: Model]

  var samples: ArraySamples {
    ArraySamples(
      inputs: Matrix(
        rows: inputs.count, columns: inputs[0].count,
        storage: inputs.flatMap { $0.map { Float($0) } }), targets: .labels(labels))
  }

  static func read() throws -> TrainedByKeras {
    let data = try Data(
      contentsOf: URL(filePath: fixturePath("keras/training-steps/expected.json")))
    return try JSONDecoder().decode(TrainedByKeras.self, from: data)
  }
}

@Suite("Training on as Keras does")
struct KerasTrainingStepsTests {
  @Test(
    "The weights are Keras's after some steps",
    arguments: [
      "sgd", "momentum", "nesterov", "adam", "amsgrad", "adamw", "rmsprop", "rmsprop-centered",
      "adagrad", "clipnorm", "global-clipnorm", "clipvalue", "penalties", "batch-normalization",
      "other-layers", "frozen",
    ])
  func steps(name: String) throws {
    let expected = try TrainedByKeras.read()
    let model = try loadModel(at: fixturePath("keras/training-steps/\(name).keras"))
    #expect(model.training.notes == [])
    var configuration = model.training.configuration
    configuration.batchSize = expected.samples.sampleCount
    let loss = try #require(model.loss)
    var tuner = try FineTuner(
      model.network, loss: loss, samples: expected.samples, configuration: configuration, seed: 0)
    tuner.train(steps: expected.steps)

    let keras = try #require(expected.models[name])
    // Both compute in single precision, and Keras its powers of β as well.
    for (layer, weights) in zip(tuner.network.layers, keras.weights) {
      let storage = layer.weights.storage.map { Double($0) }
      expectClose(
        Matrix(rows: 1, columns: storage.count, storage: storage),
        Matrix(rows: 1, columns: weights.count, storage: weights), relative: 2e-6)
    }
    let objective = try Objective<Float>(
      loss: loss, outputStages: tuner.network.layers.last?.stages ?? [], outputs: 3)
    var pass = Pass(network: tuner.network, objective: objective)
    pass.forward(expected.samples.inputs, differentiating: false)
    let outputs = objective.predictions(preactivations: pass.outputPreactivations)
    expectClose(
      Matrix<Double>(outputs),
      Matrix(
        rows: keras.outputs.count, columns: 3, storage: keras.outputs.flatMap { $0 }),
      relative: 5e-6)
  }
}
