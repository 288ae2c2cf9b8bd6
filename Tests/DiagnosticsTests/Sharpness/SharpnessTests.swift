import Diagnostics
import LinearAlgebra
import Networks
import TestSupport
import Testing

@Suite("The sharpness of the loss")
struct SharpnessTests {
  /// The largest eigenvalue of the explicit matrix `Σ_i J_iᵀ H_i J_i / n`.
  private func explicit(
    _ scenario: Scenario, hessian: (_ sample: Int) -> Matrix<Double>
  ) throws -> Double {
    let last = scenario.network.layers.count - 1
    let outputs = scenario.network.layers[last].outputs
    let jacobian = explicitJacobian(scenario.network, scenario.samples, target: last)
    var sum = Matrix<Double>(rows: jacobian.columns, columns: jacobian.columns)
    for sample in 0..<scenario.samples.sampleCount {
      let rows = jacobian.selectingRows(
        Array((sample * outputs)..<((sample + 1) * outputs)))
      sum = sum + rows.transposedTimes(hessian(sample).times(rows))
    }
    let mean = (1 / Double(scenario.samples.sampleCount)) * sum
    return try mean.symmetricEigen().values[0]
  }

  private func measured(_ scenario: Scenario) async throws -> Double {
    try #require(
      try await sharpness(
        of: scenario.network, objective: scenario.objective,
        split: SampleSplit(samples: scenario.samples, holdout: 0, seed: 1), workers: 2)
    ).largestEigenvalue
  }

  @Test("is the largest eigenvalue of the explicit Gauss–Newton matrix, for squared errors")
  func squares() async throws {
    let scenario = try await Scenario(hidden: .tanh, widths: [4, 5, 3, 2], seed: 5)
    let expected = try explicit(scenario) { _ in Matrix<Double>.identity(2) }
    // ℓ is the mean over two outputs: H = 2 / 2.
    #expect(abs(try await measured(scenario) - expected) < 1e-3 * expected)
  }

  @Test("and for classes")
  func classes() async throws {
    let scenario = try await Scenario(
      hidden: .relu, loss: .sparseCategoricalCrossentropy(fromLogits: false), output: .softmax,
      widths: [4, 5, 3], seed: 6)
    var pass = Pass(network: scenario.network, objective: scenario.objective)
    pass.forward(scenario.samples.inputs, differentiating: false)
    var shares = pass.outputPreactivations
    Activation.softmax.applyRows(to: &shares)
    let expected = try explicit(scenario) { sample in
      Matrix<Double>(rows: 3, columns: 3) {
        ($0 == $1 ? shares[sample, $0] : 0) - shares[sample, $0] * shares[sample, $1]
      }
    }
    #expect(abs(try await measured(scenario) - expected) < 1e-3 * expected)
  }

  @Test("is the same when it begins near that of a similar network, or of one that says nothing")
  func near() async throws {
    let scenario = try await Scenario(hidden: .tanh, widths: [6, 9, 7, 3], seed: 7)
    let other = try await Scenario(hidden: .tanh, widths: [6, 9, 7, 3], seed: 8)
    let split = SampleSplit(samples: scenario.samples, holdout: 0, seed: 1)
    func found(_ network: Network<Double>, near known: Sharpness? = nil) async throws -> Sharpness {
      try #require(
        try await sharpness(
          of: network, objective: scenario.objective, split: split, workers: 2, near: known))
    }
    let alone = try await found(scenario.network).largestEigenvalue
    for known in [
      try await found(scenario.network), try await found(other.network),
      Sharpness(largestEigenvalue: 1),
    ] {
      let value = try await found(scenario.network, near: known).largestEigenvalue
      #expect(abs(value - alone) < 5e-4 * alone)
    }
  }

  @Test("tells the largest stable learning rate")
  func rate() {
    let sharpness = Sharpness(largestEigenvalue: 50)
    #expect(sharpness.largestStableLearningRate == 0.04)
    #expect(sharpness.isStable(learningRate: 0.039) && !sharpness.isStable(learningRate: 0.041))
    #expect(Sharpness(largestEigenvalue: 0).largestStableLearningRate == nil)
  }
}
