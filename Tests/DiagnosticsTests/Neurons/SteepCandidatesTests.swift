import Foundation
import LinearAlgebra
import Networks
import TestSupport
import Testing

@testable import Diagnostics

@Suite("Steep candidates")
struct SteepCandidatesTests {
  @Test(
    "a target of many periods is followed, which units of unit deviation are not", arguments: 0..<2)
  func fastSine(seed: Int) async throws {
    var random = SeededGenerator(seed: seed)
    let inputs = Matrix<Float>(random.normalMatrix(1500, 1))
    let targets = Matrix<Float>(rows: 1500, columns: 1) { row, _ in
      Float(sin(8 * Double(inputs[row, 0])))
    }
    // As training leaves it that finds nothing to follow: the answer is 0.
    let start = Network<Float>(random.network([1, 6, 1], hidden: .tanh))
    let network = Network<Float>(
      inputCount: 1,
      layers: [
        start.layers[0],
        Layer(
          name: "output", weights: Matrix(rows: 7, columns: 1), hasBias: true, stages: []),
      ])
    let diagnosis = try await diagnose(
      network, objective: Objective(loss: .meanSquaredError, outputStages: [], outputs: 1),
      split: SampleSplit(
        samples: ArraySamples(inputs: inputs, targets: .values(targets)), holdout: 0.2, seed: 1),
      options: DiagnosisOptions(workers: 1, seed: UInt64(seed)))
    let gain = try #require(diagnosis.growth[0].lossGain?.heldOutBeyondUpdate)
    #expect(gain.mean > 0.1 * 0.5, "\(gain)")
  }
}
