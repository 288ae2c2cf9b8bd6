import Diagnostics
import Growth
import LinearAlgebra
import Networks
import TestSupport
import Testing

@Suite("Training")
struct TrainerTests {
  /// A network with stages of every kind and samples of four classes around four points.
  private struct Case {
    let network: Network<Double>
    let objective: Objective<Float>
    let samples: ArraySamples
    let loss = Loss.sparseCategoricalCrossentropy(fromLogits: false)

    init(seed: Int, hidden: Activation = .tanh, sampleCount: Int = 60) throws {
      var random = SeededGenerator(seed: seed)
      network = random.network([6, 5, 5, 4], hidden: hidden, output: .softmax)
        .insertingAffines(inLayer: 0, &random)
      objective = try Objective(loss: loss, outputStages: [.activation(.softmax)], outputs: 4)
      let labels = (0..<sampleCount).map { $0 % 4 }
      let centres = random.normalMatrix(4, 6)
      let noise = random.normalMatrix(sampleCount, 6)
      samples = ArraySamples(
        inputs: Matrix(rows: sampleCount, columns: 6) {
          Float(2 * centres[labels[$0], $1] + 0.5 * noise[$0, $1])
        }, targets: .labels(labels))
    }

    func trainer(_ options: TrainingOptions) -> Trainer {
      Trainer(Network<Float>(network), objective: objective, samples: samples, options: options)
    }
  }

  @Test("goes along the finite difference of the loss", arguments: 0..<4)
  func gradient(seed: Int) throws {
    let given = try Case(seed: seed)
    var trainer = given.trainer(
      TrainingOptions(optimizer: .sgd(learningRate: 1), batchSize: 60, seed: 1))
    try trainer.train(steps: 1)
    let start = Network<Double>(Network<Float>(given.network))
    let objective = try start.objective(given.loss)
    for layer in 0..<3 {
      let weights = start.layers[layer].weights
      let step = Matrix<Double>(trainer.network.layers[layer].weights) - weights
      let difference = Matrix<Double>(rows: weights.rows, columns: weights.columns) { row, column in
        func loss(_ change: Double) -> Double {
          var changed = weights
          changed[row, column] += change
          return meanLoss(
            start.replacingWeights(ofLayer: layer, by: changed), objective, given.samples)
        }
        return (loss(-6e-6) - loss(6e-6)) / 1.2e-5
      }
      // In Float the weights of about 1 keep 1e-7 of the step.
      expectClose(step, difference, relative: 1e-5)
    }
    #expect(
      trainer.network.layers.map(\.stages) == Network<Float>(given.network).layers.map(\.stages))
  }

  @Test(
    "lowers the loss of classes around points, for every optimizer",
    arguments: [
      Optimizer.adam(), .adam(learningRate: 0.01), .sgd(learningRate: 0.1),
    ])
  func classes(optimizer: Optimizer) throws {
    let given = try Case(seed: 4, hidden: .relu, sampleCount: 400)
    var trainer = given.trainer(TrainingOptions(optimizer: optimizer, seed: 2))
    let curve = try trainer.train(evaluatingAt: [0, 2000])
    #expect(curve.points[1].training.loss < 0.3 * curve.points[0].training.loss)
    #expect(try #require(curve.points[1].training.accuracy) > 0.95)
  }

  @Test("learns what no single layer can: exclusive or")
  func exclusiveOr() throws {
    let samples = ArraySamples(
      inputs: Matrix(rows: 4, columns: 2, storage: [0, 0, 0, 1, 1, 0, 1, 1]),
      targets: .values(Matrix(rows: 4, columns: 1, storage: [0, 1, 1, 0])))
    let network = Network<Float>.initialized(
      widths: [2, 8, 1], hidden: .tanh, output: .sigmoid, seed: 3)
    var trainer = Trainer(
      network,
      objective: try Objective(
        loss: .binaryCrossentropy(fromLogits: false, labelSmoothing: 0),
        outputStages: [.activation(.sigmoid)], outputs: 1),
      samples: samples,
      options: TrainingOptions(optimizer: .adam(learningRate: 0.05), batchSize: 4, seed: 1))
    try trainer.train(steps: 500)
    let evaluation = trainer.evaluation(on: samples)
    #expect(evaluation.loss < 0.05 && evaluation.accuracy == 1)
  }

  @Test("is the same to the last bit, in one go or in parts, and another with another seed")
  func determinism() throws {
    let given = try Case(seed: 1)
    func trained(_ parts: [Int], seed: UInt64) throws -> Network<Float> {
      var trainer = given.trainer(TrainingOptions(batchSize: 7, seed: seed))
      for steps in parts { try trainer.train(steps: steps) }
      return trainer.network
    }
    let once = try trained([50], seed: 3)
    #expect(try trained([50], seed: 3) == once)
    #expect(try trained([9, 0, 41], seed: 3) == once)
    #expect(try trained([50], seed: 4) != once)
  }

  @Test("takes every sample once in an epoch, whatever is left for the last batch")
  func epochs() throws {
    // Below all targets, the mean absolute error asks each sample for a step of its input.
    let numbers: [Float] = [1, 2, 4, 8, 16, 32, 64]
    let samples = ArraySamples(
      inputs: Matrix(rows: 7, columns: 1, storage: numbers),
      targets: .values(Matrix(rows: 7, columns: 1, storage: numbers.map { _ in 1e6 })))
    let network = Network<Float>(
      inputCount: 1,
      layers: [
        Layer(name: "a", weights: Matrix(rows: 1, columns: 1), hasBias: false, stages: [])
      ])
    func weight(batchSize: Int, steps: Int) throws -> Float {
      var trainer = Trainer(
        network,
        objective: try Objective(loss: .meanAbsoluteError, outputStages: [], outputs: 1),
        samples: samples,
        options: TrainingOptions(
          optimizer: .sgd(learningRate: 1), batchSize: batchSize, seed: 9))
      try trainer.train(steps: steps)
      return trainer.network.layers[0].weights.storage[0]
    }
    #expect(try weight(batchSize: 1, steps: 7) == 127)
    #expect(try weight(batchSize: 1, steps: 21) == 381)
    #expect(abs(try weight(batchSize: 100, steps: 2) - 2 * 127 / 7) < 1e-4)
    // 6 and then 1: six times the mean of the first with the last makes the sum only if the last is
    // averaged over itself alone.
    let both = try weight(batchSize: 6, steps: 2)
    #expect(numbers.contains { abs((127 - $0) / 6 + $0 - both) < 1e-4 })
  }

  @Test("is judged on all samples at the chosen steps; the best point has the lowest held-out loss")
  func curve() throws {
    let given = try Case(seed: 2, sampleCount: 1300)
    let heldOut = try Case(seed: 3, sampleCount: 30).samples
    var trainer = given.trainer(TrainingOptions(optimizer: .adam(learningRate: 0.01), seed: 1))
    let curve = try trainer.train(evaluatingAt: [0, 10, 10, 25], heldOut: heldOut)
    #expect(curve.points.map(\.step) == [0, 10, 10, 25] && trainer.stepCount == 25)
    #expect(curve.points[1] == curve.points[2])
    let network = Network<Double>(trainer.network)
    let objective = try network.objective(given.loss)
    expectClose(
      curve.points[3].training.loss, meanLoss(network, objective, given.samples), relative: 1e-6)
    let held = try #require(curve.points[3].heldOut)
    expectClose(held.loss, meanLoss(network, objective, heldOut), relative: 1e-6)
    #expect(held.sampleCount == 30)
    let best = try #require(curve.best?.heldOut)
    #expect(curve.points.allSatisfy { ($0.heldOut?.loss ?? 0) >= best.loss })
    #expect(try trainer.train(evaluatingAt: [30]).best == nil)
  }

  @Test("stops before a loss that is not finite enters the weights")
  func divergence() throws {
    let given = try Case(seed: 2, hidden: .linear)
    var trainer = given.trainer(
      TrainingOptions(optimizer: .sgd(learningRate: 1e30), batchSize: 60, seed: 1))
    let error = #expect(throws: GrowthError.self) { try trainer.train(steps: 100) }
    #expect(error == .lossNotFinite(step: trainer.stepCount + 1))
    #expect(trainer.network.layers.allSatisfy { $0.weights.storage.allSatisfy(\.isFinite) })
  }

  @Test(
    "goes on with the old weights as before when units are added",
    arguments: [
      Optimizer.adam(learningRate: 0.01), .sgd(learningRate: 0.1),
    ])
  func growth(optimizer: Optimizer) throws {
    let given = try Case(seed: 6)
    var plain = given.trainer(TrainingOptions(optimizer: optimizer, batchSize: 16, seed: 5))
    var grown = plain
    try plain.train(steps: 40)
    try grown.train(steps: 20)
    // tanh units of no fan-in and no fan-out have no gradient: they stay zero.
    try grown.grow(
      by: Addition(
        layer: 0, fanIn: Matrix(rows: 7, columns: 2), fanOut: Matrix(rows: 2, columns: 5)))
    #expect(grown.network.layers.map(\.outputs) == [7, 5, 4])
    try grown.train(steps: 20)
    let narrow = plain.network.layers.map { Matrix<Double>($0.weights) }
    let wide = grown.network.layers.map { Matrix<Double>($0.weights) }
    expectClose(wide[0].selectingColumns(0..<5), narrow[0], relative: 1e-5)
    expectClose(wide[1].selectingRows([0, 1, 2, 3, 4, 7]), narrow[1], relative: 1e-5)
    expectClose(wide[2], narrow[2], relative: 1e-5)
    #expect(wide[1].selectingRows([5, 6]).squaredNorm == 0)
    // Units that may move do.
    let network = grown.network
    try grown.grow(by: .random(layer: 1, count: 3, of: network, seed: 1))
    try grown.train(steps: 1)
    #expect(grown.network.layers[2].weights.squaredNorm(ofRows: 5..<8) > 0)
  }
}
