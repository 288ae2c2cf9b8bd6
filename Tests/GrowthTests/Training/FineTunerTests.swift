@testable import Growth
import LinearAlgebra
import Networks
import Synchronization
import TestSupport
import Testing

/// How often progress was told of.
private final class Looks: Sendable {
  let count = Mutex(0)
}

@Suite("Training a network on")
struct FineTunerTests {
  /// Samples of three classes that a small network can learn.
  private func samples(_ count: Int = 90, seed: UInt64 = 4) -> ArraySamples {
    var random = SeededGenerator(seed: seed)
    let labels = (0..<count).map { $0 % 3 }
    let inputs = Matrix<Float>(rows: count, columns: 5) { row, column in
      Float(random.normal() + (column == labels[row] ? 2 : 0))
    }
    return ArraySamples(inputs: inputs, targets: .labels(labels))
  }

  private let loss = Loss.sparseCategoricalCrossentropy(fromLogits: false)

  private func network(seed: UInt64 = 1) -> Network<Float> {
    .initialized(widths: [5, 7, 4, 3], hidden: .relu, output: .softmax, seed: seed)
  }

  @Test(
    "Without anything that happens in training alone, it takes the steps of the plain trainer",
    arguments: [(UpdateRule.sgd(), Optimizer.sgd(learningRate: 0.01)), (.adam(), .adam())])
  func plain(rule: UpdateRule, optimizer: Optimizer) throws {
    let (samples, network) = (samples(), network())
    let last = network.layers[2]
    var trainer = Trainer(
      network,
      objective: try Objective(loss: loss, outputStages: last.stages, outputs: 3),
      samples: samples, options: TrainingOptions(optimizer: optimizer, batchSize: 16, seed: 3))
    try trainer.train(steps: 25)
    var tuner = try FineTuner(
      network, loss: loss, samples: samples,
      configuration: TrainingConfiguration(optimizer: OptimizerSettings(rule), batchSize: 16),
      seed: 3)
    tuner.train(steps: 25)
    for (layer, expected) in zip(tuner.network.layers, trainer.network.layers) {
      // They differ in how precisely powers of β are taken; SGD has none.
      expectClose(
        Matrix<Double>(layer.weights), Matrix<Double>(expected.weights),
        relative: rule == .sgd() ? 0 : 1e-5)
    }
    #expect(tuner.stepCount == 25 && !tuner.isDiverged)
  }

  @Test("A learning rate that is far too large is a divergence, and no further step is taken")
  func divergence() throws {
    var tuner = try FineTuner(
      network(), loss: loss, samples: samples(),
      configuration: TrainingConfiguration(
        optimizer: OptimizerSettings(.sgd(), learningRate: 1e30)), seed: 0)
    tuner.train(steps: 20)
    #expect(tuner.isDiverged)
    #expect(tuner.stepCount < 20)
  }

  @Test("Short training chooses the network that learns, the same for any number of workers")
  func choice() async throws {
    let trained = network()
    // A network whose first layer is dead learns nothing but class frequencies.
    let dead = Network<Float>(
      inputCount: 5,
      layers: [
        Layer(
          name: "dense_1", weights: Matrix(rows: 6, columns: 7) { row, _ in row == 5 ? -100 : 0 },
          hasBias: true, stages: [.activation(.relu)]), trained.layers[1], trained.layers[2],
      ])
    var choices: [ShortTrainingChoice] = []
    for workers in [1, 3] {
      choices.append(
        try await chooseByShortTraining(
          among: [dead, trained], loss: loss, training: samples(),
          choosing: samples(60, seed: 9),
          configuration: TrainingConfiguration(
            optimizer: OptimizerSettings(learningRate: 0.02), batchSize: 10),
          steps: 60, workers: workers))
    }
    #expect(choices[0] == choices[1])
    #expect(choices[0].best == 1)
    let errors = choices[0].standardErrors.compactMap { $0 }
    #expect(errors[1] == 0 && errors[0] > 0)
  }

  @Test("A network whose loss is far above the lowest so far is trained no further, the others are")
  func abandoned() async throws {
    let trained = network()
    let last = trained.layers[2]
    let large = Matrix<Float>(1000 * Matrix<Double>(last.weights))
    let hopeless = Network<Float>(
      inputCount: 5,
      layers: Array(trained.layers[..<2])
        + [Layer(name: last.name, weights: large, hasBias: true, stages: last.stages)])
    let looks = Looks()
    let choice = try await chooseByShortTraining(
      among: [trained, hopeless], loss: loss, training: samples(), choosing: samples(60, seed: 9),
      configuration: TrainingConfiguration(batchSize: 10), steps: 60, seeds: 1, workers: 1,
      progress: { _ in looks.count.withLock { $0 += 1 } })
    // At steps 0, 7, 27 and 60 of the first, at 0 and 7 of the other.
    #expect(looks.count.withLock { $0 } == 6)
    #expect(choice.best == 0)
  }

  @Test(
    "Adam takes the same step, to the last bit, whatever the number of weights", arguments: 1...9)
  func adam(count: Int) {
    var random = SeededGenerator(seed: UInt64(count))
    func numbers() -> [Float] { (0..<count).map { _ in Float(random.normal()) } }
    var (weights, mean, square) = (numbers(), numbers(), numbers().map { $0 * $0 })
    var sum = numbers()
    // What has nearly gone is nothing.
    (sum[0], mean[0], square[0]) = (0, 1e-31, 1e-31)
    let before = (weights, mean, square)
    adamStep(
      &weights, mean: &mean, meanSquare: &square, sum: sum, factor: -0.125, rate: 0.01,
      fresh: (0.1, 0.001), epsilon: 1e-7)
    for index in 0..<count {
      let gradient = -0.125 * sum[index]
      let first = before.1[index] + 0.1 * (gradient - before.1[index])
      let second = before.2[index] + 0.001 * (gradient * gradient - before.2[index])
      #expect(mean[index] == (index == 0 ? 0 : first))
      #expect(square[index] == (index == 0 ? 0 : second))
      #expect(weights[index] == before.0[index] - 0.01 * first / (second.squareRoot() + 1e-7))
    }
  }
}
