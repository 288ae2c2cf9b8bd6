@testable import Diagnostics
import LinearAlgebra
import Networks
import TestSupport
import Testing

@Suite("Moments")
struct MomentsTests {
  private func moments(
    _ samples: ArraySamples, _ network: Network<Double>, workers: Int, holdout: Double = 0
  ) async throws -> (training: Moments, heldOut: (sampleCount: Int, layers: [UpdateMoments?])?) {
    let last = network.layers[network.layers.count - 1]
    let samplePass = SamplePass(
      diagnosed: .model(
        network,
        try Objective(
          loss: .meanSquaredError, outputStages: last.stages, outputs: last.outputs)),
      split: SampleSplit(samples: samples, holdout: holdout, seed: 3), workers: workers,
      progress: nil)
    var sums = try await samplePass.diagnosisSums(
      references: try await samplePass.referencePoints())
    let training = sums.takeTrainingMoments()
    let heldOut = sums.takeHeldOutMoments()
    return (try #require(training), heldOut.map { (sums.tally.heldOut.total.sampleCount, $0) })
  }

  @Test("are the same to the last bit for any number of workers", arguments: [2, 3, 7])
  func workers(count: Int) async throws {
    var random = SeededGenerator(seed: count)
    let network = random.network([5, 7, 3], hidden: .relu)
    let samples = random.samples(5001, inputs: 5, outputs: 3, for: .meanSquaredError)
    let one = try await moments(samples, network, workers: 1, holdout: 0.3)
    let many = try await moments(samples, network, workers: count, holdout: 0.3)
    #expect(one.training.sampleCount == many.training.sampleCount)
    for (first, second) in zip(one.training.layers, many.training.layers) {
      #expect(first.secondMoment.matrix == second.secondMoment.matrix)
      #expect(first.crossMoment == second.crossMoment)
      #expect(first.desiredUpdate == second.desiredUpdate)
      #expect(first.next?.successiveMoment == second.next?.successiveMoment)
      #expect(first.next?.crossMoment == second.next?.crossMoment)
    }
  }

  @Test(
    "of layers of several panels and blocks are the averages of the explicit matrices",
    arguments: [([430, 810, 3], true), ([401, 17, 420, 2], false)])
  func panels(widths: [Int], hasBias: Bool) async throws {
    let scenario = try await Scenario(
      hidden: .relu, widths: widths, sampleCount: 1300, hasBias: hasBias, seed: 8)
    for (layer, moments) in scenario.moments.layers.enumerated() {
      func relative(_ layer: Int) -> Matrix<Double> {
        let inputs = scenario.explicit.inputs[layer]
        let reference = scenario.moments.layers[layer].reference
        return Matrix(rows: inputs.rows, columns: inputs.columns) {
          inputs[$0, $1] - ($1 < reference.count ? reference[$1] : 0)
        }
      }
      func expectMean(_ actual: Matrix<Double>, of other: Matrix<Double>) {
        expectClose(
          actual, (1.0 / 1300) * relative(layer).transposedTimes(other), relative: 1e-12)
      }
      expectMean(moments.secondMoment.matrix, of: relative(layer))
      expectMean(moments.crossMoment, of: scenario.explicit.desiredUpdates[layer])
      guard let next = moments.next else { continue }
      expectMean(next.successiveMoment, of: relative(layer + 1))
      expectMean(next.crossMoment, of: scenario.explicit.desiredUpdates[layer + 1])
    }
  }

  @Test("are the averages of the explicit matrices, relative to the reference")
  func averages() async throws {
    let scenario = try await Scenario(hidden: .silu, sampleCount: 700, seed: 5)
    let count = 700.0
    for (layer, moments) in scenario.moments.layers.enumerated() {
      let inputs = scenario.explicit.inputs[layer]
      let centred = Matrix<Double>(rows: inputs.rows, columns: inputs.columns) {
        inputs[$0, $1] - ($1 < moments.reference.count ? moments.reference[$1] : 0)
      }
      let updates = scenario.explicit.desiredUpdates[layer]
      expectClose(
        moments.secondMoment.matrix, (1 / count) * centred.transposedTimes(centred),
        relative: 1e-12)
      expectClose(
        moments.crossMoment, (1 / count) * centred.transposedTimes(updates), relative: 1e-12)
      expectClose(moments.desiredUpdate, updates.squaredNorm / count, relative: 1e-12)
    }
  }

  @Test("of both parts add up to those of all samples", arguments: [0.1, 0.5])
  func parts(holdout: Double) async throws {
    var random = SeededGenerator(seed: 9)
    let network = random.network([4, 3, 2], hidden: .tanh)
    let samples = random.samples(400, inputs: 4, outputs: 2, for: .meanSquaredError)
    let all = try await moments(samples, network, workers: 2).training
    let split = try await moments(samples, network, workers: 2, holdout: holdout)
    let heldOut = try #require(split.heldOut)
    #expect(split.training.sampleCount + heldOut.sampleCount == 400)
    expectClose(Double(heldOut.sampleCount), 400 * holdout, relative: 0.3)
    for layer in all.layers.indices {
      guard let judging = heldOut.layers[layer] else {
        #expect(layer == 0, "nothing adds units before the first layer")
        continue
      }
      func weighted(_ part: (UpdateMoments) -> Matrix<Double>) -> Matrix<Double> {
        let (fitted, judged) = (split.training.sampleCount, heldOut.sampleCount)
        return (Double(fitted) / 400) * part(split.training.layers[layer].updateMoments)
          + (Double(judged) / 400) * part(judging)
      }
      let whole = all.layers[layer].updateMoments
      expectClose(weighted(\.secondMoment.matrix), whole.secondMoment.matrix, relative: 1e-12)
      expectClose(weighted(\.crossMoment), whole.crossMoment, relative: 1e-12)
    }
  }

  @Test("in single precision see an input that is large and varies little")
  func largeOffset() async throws {
    var random = SeededGenerator(seed: 4)
    var samples = random.samples(3000, inputs: 3, outputs: 1, for: .meanSquaredError)
    var plain = samples
    for row in 0..<3000 {
      // Multiples of 1/64 near 2000 are exact in single precision, so both networks see the same.
      let varied = (samples.inputs[row, 0] * 64).rounded() / 64
      plain.inputs[row, 0] = varied
      samples.inputs[row, 0] = 2000 + varied
    }
    let network = random.network([3, 1], hidden: .linear)
    var shifted = network.layers[0].weights
    shifted[3, 0] -= 2000 * shifted[0, 0]
    let expected = try await lack(plain, network)
    let actual = try await lack(samples, network.replacingWeights(ofLayer: 0, by: shifted))
    // The forward pass itself loses three digits at 2000: a weight of rounding in v, not in S.
    expectClose(actual, expected, relative: 1e-3)
  }

  private func lack(_ samples: ArraySamples, _ network: Network<Double>) async throws -> Double {
    let diagnosis = try await diagnose(
      .model(
        Network<Float>(network), Objective(loss: .meanSquaredError, outputStages: [], outputs: 1)),
      split: SampleSplit(samples: samples, holdout: 0, seed: 1),
      options: DiagnosisOptions(workers: 2))
    return diagnosis.layers[0].lackOfExpressivity
  }
}
