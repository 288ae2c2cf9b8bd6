import Growth
import LinearAlgebra
import Networks
import TestSupport
import Testing

@Suite("Steps of the optimizers")
struct OptimizerTests {
  /// One weight w without a bias, asked for `2 w = 1`: the loss is `(2 w − 1)²`.
  private func weights(_ optimizer: Optimizer) throws -> [Float] {
    let network = Network<Float>(
      inputCount: 1,
      layers: [
        Layer(
          name: "a", weights: Matrix(rows: 1, columns: 1, storage: [1]), hasBias: false, stages: [])
      ])
    var trainer = Trainer(
      network,
      objective: try Objective(loss: .meanSquaredError, outputStages: [], outputs: 1),
      samples: ArraySamples(
        inputs: Matrix(rows: 1, columns: 1, storage: [2]),
        targets: .values(Matrix(rows: 1, columns: 1, storage: [1]))),
      options: TrainingOptions(optimizer: optimizer, seed: 1))
    var weights: [Float] = []
    for _ in 0..<3 {
      try trainer.train(steps: 1)
      weights.append(trainer.network.layers[0].weights.storage[0])
    }
    return weights
  }

  @Test("of Adam are those computed by hand")
  func adam() throws {
    // g = 4 (2 w − 1); step 1: m = 0.4, v = 0.016, η √0.001 / 0.1 · m / √v = η, less a share of ε.
    let expected: [Float] = [0.90000007905688, 0.80118755809877, 0.70487143691153]
    for (weight, expected) in zip(try weights(.adam(learningRate: 0.1)), expected) {
      #expect(abs(weight - expected) <= 4 * Float.ulpOfOne)
    }
  }

  @Test("of Adam keep clear of a zero gradient by ε")
  func epsilon() throws {
    // With so large an ε the step is η √0.001 / 0.1 · 0.4 / (√0.016 + 1).
    let expected: Float = 1 - 0.1 * 0.31622777 * 0.4 / (0.12649111 + 1)
    let weight = try weights(.adam(learningRate: 0.1, epsilon: 1))[0]
    #expect(abs(weight - expected) <= 4 * Float.ulpOfOne)
  }

  @Test("of gradient descent are those computed by hand")
  func descent() throws {
    // w ← w − 0.0625 · 4 (2 w − 1) = w / 2 + 1/4, exact in binary.
    #expect(try weights(.sgd(learningRate: 0.0625)) == [0.75, 0.625, 0.5625])
  }
}
