import LinearAlgebra
import Networks
import TestSupport
import Testing

@Suite("A pass through a network")
struct PassTests {
  @Test(
    "E[b vᵀ] is minus the gradient of the loss by the weights, for stages of every kind",
    arguments: 0..<6)
  func gradient(seed: Int) throws {
    var random = SeededGenerator(seed: seed)
    func affine(_ width: Int) -> Stage<Double> {
      .affine(
        Affine(
          center: (0..<width).map { _ in random.normal() },
          scale: (0..<width).map { _ in random.normal() },
          offset: (0..<width).map { _ in random.normal() }))
    }
    let plain = random.network([5, 4, 6, 3], hidden: .linear)
    let stages: [[Stage<Double>]] = [
      [affine(4), .activation(.tanh)], [.activation(.silu), affine(6), .activation(.softplus)],
      [.activation(.softmax)],
    ]
    let network = Network(
      inputCount: 5, preprocessing: [affine(5)],
      layers: zip(plain.layers, stages).map { layer, stages in
        Layer(name: layer.name, weights: layer.weights, hasBias: true, stages: stages)
      })
    let loss = Loss.sparseCategoricalCrossentropy(fromLogits: false)
    let objective = try Objective(loss: loss, outputStages: stages[2], outputs: 3)
    let samples = random.samples(20, inputs: 5, outputs: 3, for: loss)
    let explicit = Explicit(network, objective, samples)
    for layer in 0..<3 {
      let predicted =
        (1.0 / 20) * explicit.inputs[layer].transposedTimes(explicit.desiredUpdates[layer])
      let weights = network.layers[layer].weights
      let measured = Matrix<Double>(rows: weights.rows, columns: weights.columns) { row, column in
        let step = 6e-6 * max(1, weights[row, column].magnitude)
        func loss(_ change: Double) -> Double {
          var changed = weights
          changed[row, column] += change
          return meanLoss(
            network.replacingWeights(ofLayer: layer, by: changed), objective, samples)
        }
        return (loss(-step) - loss(step)) / (2 * step)
      }
      expectClose(predicted, measured, relative: 1e-6)
    }
  }

  @Test("blocks of different lengths through the same buffers give the same losses")
  func buffers() throws {
    var random = SeededGenerator(seed: 2)
    let network = random.network([3, 5, 2], hidden: .relu)
    let objective = try Objective<Double>(loss: .meanSquaredError, outputStages: [], outputs: 2)
    let samples = random.samples(30, inputs: 3, outputs: 2, for: .meanSquaredError)
    var pass = Pass(network: network, objective: objective)
    var losses: [Double] = []
    for range in [0..<17, 17..<20, 20..<30] {
      let rows = Array(range)
      pass.forward(samples.inputs.selectingRows(rows), differentiating: true)
      pass.backward(targets: Targets(samples.targets.selecting(rows)))
      losses += pass.losses
      #expect(pass.desiredUpdates[0].rows == rows.count)
    }
    let whole = Explicit(network, objective, samples)
    expectClose(losses.reduce(0, +) / 30, whole.loss, relative: 1e-14)
  }

  @Test("a block of chosen rows, in any order, is the block of those samples")
  func chosenRows() throws {
    var random = SeededGenerator(seed: 3)
    let network = random.network([3, 5, 2], hidden: .tanh)
    let objective = try Objective<Double>(loss: .meanSquaredError, outputStages: [], outputs: 2)
    let samples = random.samples(9, inputs: 3, outputs: 2, for: .meanSquaredError)
    let rows = [7, 0, 3, 3]
    var chosen = Pass(network: network, objective: objective)
    chosen.forward(samples.inputs, rows: rows, differentiating: true)
    var copied = Pass(network: network, objective: objective)
    copied.forward(samples.inputs.selectingRows(rows), differentiating: true)
    #expect(chosen.outputPreactivations == copied.outputPreactivations)
    #expect(chosen.sampleCount == 4)
  }

  @Test("weights that are updated where they stand count for the next block")
  func updatedWeights() throws {
    var random = SeededGenerator(seed: 4)
    let network = random.network([3, 5, 2], hidden: .tanh)
    let objective = try Objective<Double>(loss: .meanSquaredError, outputStages: [], outputs: 2)
    let samples = random.samples(9, inputs: 3, outputs: 2, for: .meanSquaredError)
    let weights = random.normalMatrix(4, 5)
    var pass = Pass(network: network, objective: objective)
    pass.forward(samples.inputs, differentiating: false)
    pass.updateWeights(ofLayer: 0) { $0 = weights }
    pass.forward(samples.inputs, differentiating: false)
    var fresh = Pass(
      network: network.replacingWeights(ofLayer: 0, by: weights), objective: objective)
    fresh.forward(samples.inputs, differentiating: false)
    #expect(pass.outputPreactivations == fresh.outputPreactivations)
    #expect(pass.network == fresh.network)
  }
}
