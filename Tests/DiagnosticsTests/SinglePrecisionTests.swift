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
      network,
      objective: try Objective(
        loss: .sparseCategoricalCrossentropy(fromLogits: true), outputStages: [], outputs: 6),
      split: SampleSplit(samples: samples, holdout: 0.2, seed: 1), options: options)
  }

  @Test(
    "find the Ψ and λ of double precision to a millionth, dead units included",
    arguments: [Activation.relu, .tanh, .selu, .gelu(approximate: false)], 0..<2)
  func agree(hidden: Activation, seed: Int) async throws {
    // The same weights, rounded, in both precisions: what differs is the arithmetic.
    let rounded = Network<Float>(network(hidden, seed: seed))
    var random = SeededGenerator(seed: seed + 50)
    let samples = random.samples(
      6000, inputs: 40, outputs: 6, for: .sparseCategoricalCrossentropy(fromLogits: true))
    let single = try await diagnosis(rounded, samples)
    let double = try await diagnosis(Network<Double>(rounded), samples)
    for (one, other) in zip(single.layers, double.layers) {
      expectClose(one.lackOfExpressivity, other.lackOfExpressivity, relative: 1e-6)
      expectClose(one.desiredUpdate, other.desiredUpdate, relative: 1e-6)
      #expect(one.deadUnits == other.deadUnits)
    }
    for (one, other) in zip(single.growth, double.growth) {
      // λ is what is left of an update of size √D after the next layer's own: its error is of that.
      let size = double.layers[other.layer + 1].desiredUpdate.squareRoot()
      for (found, exact) in zip(one.paper.singularValues, other.paper.singularValues) {
        #expect((found - exact).magnitude <= 1e-6 * size, "\(found), in double \(exact)")
      }
    }
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
