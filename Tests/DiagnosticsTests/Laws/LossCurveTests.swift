@testable import Diagnostics
import LinearAlgebra
import Networks
import TestSupport
import Testing

@Suite("What every number of neurons does to the loss")
struct LossCurveTests {
  private func split(_ scenario: Scenario) -> SampleSplit {
    SampleSplit(samples: scenario.samples, holdout: 0.25, seed: 3)
  }

  private func diagnosis(_ scenario: Scenario, layerCounts: [Int: Int] = [:]) async throws
    -> Diagnosis
  {
    var options = DiagnosisOptions(neuronLimit: 6, workers: 2, seed: 1)
    options.networkLack = false
    options.counts = layerCounts
    return try await diagnose(
      .model(scenario.network, scenario.objective), split: split(scenario), options: options)
  }

  @Test("At the suggested number it is what is measured, and accuracies are the grown network's")
  func grown() async throws {
    let scenario = try await Scenario(
      hidden: .relu, loss: .sparseCategoricalCrossentropy(fromLogits: true),
      widths: [6, 5, 4, 3], sampleCount: 1500, seed: 1)
    let diagnosis = try await diagnosis(scenario, layerCounts: [0: 3])
    let growth = try #require(diagnosis.growth.first { $0.layer == 0 })
    let gain = try #require(growth.lossGain)
    let point = try #require(growth.suggestedPoint?.lossGain)
    #expect(growth.suggestedNeurons == 3)
    // Both subsets hold all samples of their part, and either half of those held out chooses what all
    // of them choose.
    #expect(abs(point.training - gain.measured) <= 1e-12 * abs(gain.measured))
    let (judged, measured) = (try #require(point.heldOut), try #require(gain.heldOut))
    #expect(abs(judged.mean - measured.mean) < 1e-12)
    #expect(abs(judged.standardError - measured.standardError) < 1e-12)

    let neurons = try #require(growth.addition)
    let larger = scenario.network.appendingUnits(
      toLayer: 0, fanIn: neurons.fanIn, fanOut: neurons.fanOut, weightUpdate: neurons.weightUpdate)
    let after = try await evaluate(
      larger, objective: scenario.objective, split: split(scenario), workers: 1)
    let before = try #require(diagnosis.evaluation)
    #expect(gain.accuracy == after.training.accuracy)
    #expect(gain.heldOutAccuracy == after.heldOut?.accuracy)
    #expect(abs(before.training.loss - after.training.loss - point.training) < 1e-12)
    let heldOut = try #require(after.heldOut)
    let fall = try #require(before.heldOut).loss - heldOut.loss
    #expect(abs(fall - (point.heldOut?.mean ?? .nan)) < 1e-12)
  }

  @Test("Of no neurons it is what the next layer's new weights gain alone")
  func update() async throws {
    let scenario = try await Scenario(
      hidden: .tanh, loss: .meanSquaredError, sampleCount: 300, seed: 4)
    let diagnosis = try await diagnosis(scenario, layerCounts: [0: 2, 1: 2])
    for growth in diagnosis.growth {
      let gain = try #require(growth.lossGain)
      let none = try #require(growth.curve.first { $0.neurons == 0 }?.lossGain)
      #expect(abs(none.training - gain.measuredWithoutNeurons) < 1e-12)
      let alone = try #require(gain.heldOutWithoutNeurons)
      #expect(abs((none.heldOut?.mean ?? .nan) - alone) < 1e-12)
    }
  }

  @Test("Units vary as they do sample by sample, and dead ones are named")
  func units() async throws {
    let scenario = try await Scenario(hidden: .relu, loss: .meanSquaredError, seed: 11)
    let layers = scenario.network.layers
    // A bias far below zero: the unit is never on.
    var weights = layers[0].weights
    weights[weights.rows - 1, 2] = -1000
    let network = Network(
      inputCount: scenario.network.inputCount, preprocessing: scenario.network.preprocessing,
      layers: [
        Layer(
          name: layers[0].name, weights: weights, hasBias: true, stages: layers[0].stages)
      ] + layers.dropFirst())
    let dead = try await Scenario(
      network: network, loss: .meanSquaredError, samples: scenario.samples)
    let diagnosis = try await diagnose(
      .model(network, dead.objective),
      split: SampleSplit(samples: dead.samples, holdout: 0, seed: 1),
      options: DiagnosisOptions(neuronLimit: 1, workers: 1))
    let units = try #require(diagnosis.units(ofLayer: 0))
    #expect(units.dead == [2])
    let outputs = dead.explicit.inputs[1]
    for unit in 0..<layers[0].outputs {
      let values = (0..<outputs.rows).map { outputs[$0, unit] }
      let mean = values.reduce(0, +) / Double(values.count)
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
      #expect(abs(units.variances[unit] - variance) <= 1e-9 * max(variance, 1e-3))
    }
    #expect(diagnosis.units(ofLayer: layers.count - 1) == nil)
  }

  /// The mean of the largest singular value of rows × columns independent normal numbers.
  private func meanNorm(_ rows: Int, _ columns: Int, draws: Int) throws -> Double {
    var random = SeededGenerator(seed: 1)
    var sum = 0.0
    for _ in 0..<draws { sum += try random.normalMatrix(rows, columns).singularValues().values[0] }
    return sum / Double(draws)
  }

  /// λ₁ as a share of the noise floor, where what the network is asked for is noise.
  private func shareOfNoiseFloor(_ hidden: Activation, seed: Int) async throws -> Double {
    // At zero output weights the last layer is asked for the targets.
    var random = SeededGenerator(seed: seed)
    let network = random.network([12, 8, 9], hidden: hidden, hasBias: true)
    let samples = ArraySamples(
      inputs: Matrix<Float>(random.normalMatrix(4000, 12)),
      targets: .values(Matrix<Float>(random.normalMatrix(4000, 9))))
    let last = network.layers[1]
    let silent = Network(
      inputCount: network.inputCount, preprocessing: network.preprocessing,
      layers: [
        network.layers[0],
        Layer(
          name: last.name, weights: Matrix(rows: last.weights.rows, columns: last.outputs),
          hasBias: true, stages: last.stages),
      ])
    let scenario = try await Scenario(network: silent, loss: .meanSquaredError, samples: samples)
    var options = DiagnosisOptions(solver: .sequential, neuronLimit: 1, workers: 1)
    options.seeksNeurons = false
    options.networkLack = false
    let paper = try await diagnose(
      .model(silent, scenario.objective), split: SampleSplit(samples: samples, holdout: 0, seed: 1),
      options: options
    ).growth[0].paper
    return paper.singularValues[0] / (try #require(paper.noiseFloor))
  }

  @Test("The noise floor is that of a matrix of independent numbers, of a linear layer exactly")
  func noiseFloor() async throws {
    // Eight linear units and the bias explain 9 of the 13 directions of the inputs and the bias.
    let expected = try meanNorm(4, 9, draws: 2000) / (2 + 3)
    var shares: [Double] = []
    for seed in 0..<20 { shares.append(try await shareOfNoiseFloor(.linear, seed: seed + 50)) }
    let mean = shares.reduce(0, +) / 20
    let variance = shares.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 19
    #expect(abs(mean - expected) <= 3 * (variance / 20).squareRoot(), "\(mean), \(expected)")
  }

  @Test(
    "The noise floor bounds the mean of the largest λ that is noise",
    arguments: [
      Activation.linear, .tanh, .relu,
    ])
  func noiseFloorBounds(hidden: Activation) async throws {
    var shares: [Double] = []
    for seed in 0..<10 { shares.append(try await shareOfNoiseFloor(hidden, seed: seed + 80)) }
    let mean = shares.reduce(0, +) / 10
    // A norm is at least the length of any row or column, and the longer of √r and √m half their sum.
    #expect(mean <= 1 && mean >= 0.5, "\(shares)")
  }
}
