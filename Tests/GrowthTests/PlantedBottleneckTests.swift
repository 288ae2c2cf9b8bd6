import Diagnostics
import Growth
import LinearAlgebra
import Networks
import TestSupport
import Testing

@Suite("A planted bottleneck")
struct PlantedBottleneckTests {
  /// A teacher of random weights, and the student left when one of its layers keeps few units.
  private func student(
    narrowedAt layer: Int, hidden: Activation, seed: Int
  ) throws -> (network: Network<Float>, samples: ArraySamples) {
    var random = SeededGenerator(seed: seed)
    let teacher = random.network([6, 10, 10, 3], hidden: hidden)
    let inputs = Matrix<Float>(random.normalMatrix(600, 6))
    let objective = try Objective<Double>(loss: .meanSquaredError, outputStages: [], outputs: 3)
    var pass = Pass(network: teacher, objective: objective)
    pass.forward(inputs, differentiating: false)
    let samples = ArraySamples(
      inputs: inputs, targets: .values(Matrix<Float>(pass.outputPreactivations)))
    let kept = Array(0..<2)
    var layers = teacher.layers
    let next = layers[layer + 1]
    layers[layer] = Layer(
      name: layers[layer].name, weights: layers[layer].weights.selectingColumns(kept),
      hasBias: true, stages: layers[layer].stages)
    layers[layer + 1] = Layer(
      name: next.name, weights: next.weights.selectingRows(kept + [next.inputs]), hasBias: true,
      stages: next.stages)
    var trainer = Trainer(
      Network<Float>(Network<Double>(inputCount: 6, layers: layers)),
      objective: try Objective(loss: .meanSquaredError, outputStages: [], outputs: 3),
      samples: samples, options: TrainingOptions(seed: UInt64(seed)))
    // Of one that is not trained yet the verdict is to train on, whichever layer is narrow.
    try trainer.train(steps: 1500)
    return (trainer.network, samples)
  }

  @Test("is ranked first, for at least 19 of 20 seeds of each layer", arguments: [0, 1])
  func rankedFirst(layer: Int) async throws {
    let activations: [Activation] = [.relu, .tanh, .selu, .gelu(approximate: false)]
    var options = DiagnosisOptions(neuronLimit: 8, workers: 1)
    options.networkLack = false
    var found = 0
    for seed in 0..<20 {
      let (network, samples) = try student(
        narrowedAt: layer, hidden: activations[seed % 4], seed: seed)
      let diagnosis = try await diagnose(
        .model(network, Objective(loss: .meanSquaredError, outputStages: [], outputs: 3)),
        split: SampleSplit(samples: samples, holdout: 0.2, seed: UInt64(seed)), options: options)
      if diagnosis.verdict.layerIndex == layer { found += 1 }
    }
    #expect(found >= 19, "\(found) of 20")
  }
}
