@testable import Diagnostics
import LinearAlgebra
import Networks
import TestSupport
import Testing

@Suite("What the whole network's best update leaves of held-out samples")
struct HeldOutNetworkLackTests {
  @Test("is the cross-validated loss of a linear network, by refitting it", arguments: 0..<3)
  func crossValidation(seed: Int) async throws {
    var random = SeededGenerator(seed: seed)
    let inputs = Matrix<Double>(random.normalMatrix(120, 5))
    let noise = random.normalMatrix(120, 1)
    let targets = Matrix<Double>(rows: 120, columns: 1) { row, _ in
      inputs[row, 0] - 2 * inputs[row, 3] + noise[row, 0]
    }
    let samples = ArraySamples(
      inputs: Matrix<Float>(inputs), targets: .values(Matrix<Float>(targets)))
    let network = Network<Double>(
      inputCount: 5,
      layers: [
        Layer(
          name: "output", weights: leastSquares(inputs, targets, Array(0..<120)), hasBias: true,
          stages: [])
      ])
    var options = DiagnosisOptions(workers: 1)
    options.networkLack = true
    options.lackTolerance = 0
    let split = SampleSplit(samples: samples, holdout: 0.25, seed: UInt64(seed))
    let diagnosis = try await diagnose(
      .model(network, Objective(loss: .meanSquaredError, outputStages: [], outputs: 1)),
      split: split, options: options)
    let (training, heldOut) = try split.arrays()
    let held = try #require(heldOut)
    guard case .values(let trainingTargets) = training.targets,
      case .values(let heldTargets) = held.targets
    else { return }
    let refitted = leastSquares(
      Matrix<Double>(training.inputs), Matrix<Double>(trainingTargets),
      Array(0..<training.sampleCount))
    func loss(_ weights: Matrix<Double>) -> Double {
      (0..<held.sampleCount).reduce(0) { sum, row in
        let answer = (0..<5).reduce(weights[5, 0]) {
          $0 + Double(held.inputs[row, $1]) * weights[$1, 0]
        }
        let error = answer - Double(heldTargets[row, 0])
        return sum + error * error
      }
    }
    let expected = loss(refitted) / loss(network.layers[0].weights)
    let found = try #require(diagnosis.network?.heldOutRelativeLack)
    #expect((found - expected).magnitude < 1e-5 * expected, "\(found), \(expected)")
    #expect(found > 1)
  }

  @Test("is not known where nothing is held out")
  func nothingHeldOut() async throws {
    var random = SeededGenerator(seed: 5)
    let network = random.network([3, 4, 1], hidden: .tanh)
    let samples = random.samples(60, inputs: 3, outputs: 1, for: .meanSquaredError)
    var options = DiagnosisOptions(workers: 1)
    options.networkLack = true
    let diagnosis = try await diagnose(
      .model(network, Objective(loss: .meanSquaredError, outputStages: [], outputs: 1)),
      split: SampleSplit(samples: samples, holdout: 0, seed: 1), options: options)
    #expect(diagnosis.network != nil && diagnosis.network?.heldOutRelativeLack == nil)
  }

  /// By the normal equations on the inputs with a column of ones.
  private func leastSquares(
    _ inputs: Matrix<Double>, _ targets: Matrix<Double>, _ rows: [Int]
  ) -> Matrix<Double> {
    let wide = Matrix<Double>(rows: rows.count, columns: inputs.columns + 1) {
      $1 < inputs.columns ? inputs[rows[$0], $1] : 1
    }
    let answers = targets.selectingRows(rows)
    guard let factor = wide.transposedTimes(wide).cholesky() else { return targets }
    return factor.solve(wide.transposedTimes(answers))
  }
}
