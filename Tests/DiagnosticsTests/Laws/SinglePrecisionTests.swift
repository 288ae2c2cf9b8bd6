@testable import Diagnostics
import LinearAlgebra
import Networks
import TestSupport
import Testing

@Suite("Passes in single precision")
struct SinglePrecisionTests {
  /// A network of which two units of the first layer never answer.
  private func network(_ hidden: Activation, seed: Int) -> Network<Double> {
    var random = SeededGenerator(seed: seed)
    let network = random.network([40, 24, 16, 6], hidden: hidden)
    var weights = network.layers[0].weights
    for unit in [3, 17] {
      for row in 0..<weights.rows {
        weights[row, unit] = row == 40 ? -50 : 0.01 * weights[row, unit]
      }
    }
    return network.replacingWeights(ofLayer: 0, by: weights)
  }

  private func diagnosis<Scalar: BLASScalar>(
    _ network: Network<Scalar>, _ samples: ArraySamples, inDouble: Bool? = false
  ) async throws -> Diagnosis {
    var options = DiagnosisOptions(workers: 2)
    options.collectsInDouble = inDouble
    options.seeksNeurons = false
    return try await diagnose(
      .model(
        network,
        try Objective(
          loss: .sparseCategoricalCrossentropy(fromLogits: true), outputStages: [], outputs: 6)),
      split: SampleSplit(samples: samples, holdout: 0.2, seed: 1), options: options)
  }

  private func samples(_ count: Int, seed: Int) -> ArraySamples {
    var random = SeededGenerator(seed: seed + 50)
    return random.samples(
      count, inputs: 40, outputs: 6, for: .sparseCategoricalCrossentropy(fromLogits: true))
  }

  /// Ψ and λ in both precisions; the errors of λ in units of `size(λ₁, √D of the next layer)`.
  private func expectAgreement(
    _ network: Network<Float>, _ samples: ArraySamples,
    size: (_ largest: Double, _ desired: Double) -> Double
  ) async throws {
    // The same weights, rounded, in both precisions: what differs is the arithmetic.
    let single = try await diagnosis(network, samples)
    let double = try await diagnosis(Network<Double>(network), samples)
    for (one, other) in zip(single.layers, double.layers) {
      expectClose(one.lackOfExpressivity, other.lackOfExpressivity, relative: 1e-6)
      expectClose(one.desiredUpdate, other.desiredUpdate, relative: 1e-6)
      #expect(one.deadUnits == other.deadUnits)
    }
    #expect(single.layers[0].deadUnits == 2)
    for (one, other) in zip(single.growth, double.growth) {
      let largest = try #require(other.paper.singularValues.first)
      let size = size(largest, double.layers[other.layer + 1].desiredUpdate.squareRoot())
      for (found, exact) in zip(one.paper.singularValues, other.paper.singularValues) {
        // Of five splits of these samples the worst is 1.35e-6, and it hangs on which rows are held out.
        #expect((found - exact).magnitude <= 2e-6 * size, "\(found), in double \(exact)")
      }
    }
  }

  @Test(
    "find the Ψ and λ of double precision to a millionth, dead units included",
    arguments: [Activation.tanh, .gelu(approximate: false), .elu(alpha: 1)], 0..<3)
  func smooth(hidden: Activation, seed: Int) async throws {
    try await expectAgreement(
      Network<Float>(network(hidden, seed: seed)), samples(6000, seed: seed)
    ) { largest, _ in largest }
  }

  @Test(
    "find them to two millionths of samples that no rounding takes across a kink",
    arguments: [Activation.relu, .relu6, .selu], 0..<3)
  func kinked(hidden: Activation, seed: Int) async throws {
    let network = Network<Float>(network(hidden, seed: seed))
    let all = samples(6000, seed: seed)
    // Where a preactivation is near 0 (or 6), single precision takes some for above that are not.
    let explicit = Explicit(
      Network<Double>(network),
      try Objective(
        loss: .sparseCategoricalCrossentropy(fromLogits: true), outputStages: [], outputs: 6), all)
    let clear = (0..<6000).filter { row in
      (0..<2).allSatisfy { layer in
        let answers = explicit.inputs[layer].selectingRows([row])
          .times(Matrix<Double>(network.layers[layer].weights))
        return answers.storage.allSatisfy { min($0.magnitude, ($0 - 6).magnitude) > 1e-4 }
      }
    }
    #expect(clear.count > 5000)
    let samples = ArraySamples(
      inputs: all.inputs.selectingRows(clear), targets: Targets(all.targets.selecting(clear)))
    try await expectAgreement(network, samples) { largest, _ in largest }
  }

  @Test(
    "are off by more only where samples lie on a kink, and by little",
    arguments: [Activation.relu, .selu], 0..<2)
  func onKinks(hidden: Activation, seed: Int) async throws {
    // A sample on the other side of a kink changes N by its own share of √D.
    try await expectAgreement(
      Network<Float>(network(hidden, seed: seed)), samples(6000, seed: seed)
    ) { _, desired in desired }
  }

  @Test(
    "leave the moments of small networks to double precision", arguments: [Activation.relu, .tanh])
  func small(hidden: Activation) async throws {
    let rounded = Network<Float>(network(hidden, seed: 7))
    var random = SeededGenerator(seed: 70)
    let samples = random.samples(
      900, inputs: 40, outputs: 6, for: .sparseCategoricalCrossentropy(fromLogits: true))
    let single = try await diagnosis(rounded, samples, inDouble: nil)
    let double = try await diagnosis(Network<Double>(rounded), samples, inDouble: nil)
    for (one, other) in zip(single.layers, double.layers) {
      // Only the point that inputs are taken relative to was found in single precision.
      expectClose(one.lackOfExpressivity, other.lackOfExpressivity, relative: 1e-12)
    }
    for (one, other) in zip(single.growth, double.growth) {
      let largest = try #require(other.paper.singularValues.first)
      for (found, exact) in zip(one.paper.singularValues, other.paper.singularValues) {
        #expect((found - exact).magnitude <= 1e-10 * largest, "\(found), in double \(exact)")
      }
    }
  }
}
