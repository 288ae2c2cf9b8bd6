import Diagnostics
import LinearAlgebra
import Networks
import TestSupport
import Testing

@Suite("The verdict")
struct VerdictTests {
  private func diagnosis(
    _ network: Network<Double>, _ loss: Loss, _ samples: ArraySamples, seed: Int,
    limit: Int = 8
  ) async throws -> Diagnosis {
    let last = network.layers[network.layers.count - 1]
    var options = DiagnosisOptions(neuronLimit: limit, workers: 1, seed: UInt64(seed))
    options.networkLack = false
    return try await diagnose(
      .model(
        Network<Float>(network),
        Objective(
          loss: loss, outputStages: last.stages.map { Stage($0) }, outputs: last.outputs)),
      split: SampleSplit(samples: samples, holdout: 0.2, seed: UInt64(seed)), options: options)
  }

  @Test("pure noise is given no neurons, for at least 95 of 100 seeds")
  func noise() async throws {
    let activations: [Activation] = [.relu, .tanh, .selu, .gelu(approximate: false), .sigmoid]
    var innocent = 0
    for seed in 0..<100 {
      var random = SeededGenerator(seed: seed)
      let network = random.network([6, 5, 4, 2], hidden: activations[seed % activations.count])
      let loss: Loss =
        seed % 2 == 0 ? .meanSquaredError : .sparseCategoricalCrossentropy(fromLogits: true)
      let samples = random.samples(300, inputs: 6, outputs: 2, for: loss)
      let growth = try await diagnosis(network, loss, samples, seed: seed).growth
      if growth.allSatisfy({ $0.suggestedNeurons == 0 }) { innocent += 1 }
    }
    #expect(innocent >= 95, "\(innocent) of 100")
  }

  @Test(
    "weights of any size are told, without a trap",
    arguments: [12.4, 3096, 1e300, .infinity, .nan] as [Double])
  func largeWeights(factor: Double) {
    let text = Warning.largeWeights(factor: factor).description
    #expect(text.contains("largest weight is \(factor.inThreeDigits) times"))
  }
}
