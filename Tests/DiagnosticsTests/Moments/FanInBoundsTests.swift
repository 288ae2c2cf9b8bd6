@testable import Diagnostics
import LinearAlgebra
import Networks
import TestSupport
import Testing

@Suite("How large the fan-in of new units may be")
struct FanInBoundsTests {
  /// A scenario in which the last input is nearly the sum of two others.
  private func collinear(noise: Double) async throws -> Scenario {
    var random = SeededGenerator(seed: 3)
    let network = random.network([4, 5, 2], hidden: .relu, output: nil, hasBias: true)
    let inputs = Matrix<Float>(rows: 200, columns: 4) { _, _ in Float(random.normal()) }
    let dependent = Matrix<Float>(rows: 200, columns: 4) { row, column in
      column < 3
        ? inputs[row, column]
        : inputs[row, 0] + inputs[row, 1] + Float(noise) * inputs[row, 3]
    }
    let targets = Matrix<Float>(rows: 200, columns: 2) { _, _ in Float(random.normal()) }
    return try await Scenario(
      network: network, loss: .meanSquaredError,
      samples: ArraySamples(inputs: dependent, targets: .values(targets)))
  }

  private func covariance(_ scenario: Scenario) -> InputCovariance {
    InputCovariance(
      of: scenario.moments.layers[0], weights: scenario.network.layers[0].weights,
      function: UnitFunction(stages: scenario.network.layers[0].stages))
  }

  @Test("A direction along which inputs cancel is turned until it keeps the bound, others stay")
  func turned() async throws {
    let scenario = try await collinear(noise: 1e-3)
    let covariance = covariance(scenario)
    let limit = covariance.bounds.cancellation
    #expect(limit >= FanInBounds.leastCancellation && limit < 20)
    // x₀ + x₁ − x₃, a thousandth of its parts, with a little of x₂; and x₂ alone.
    let directions = Matrix<Double>(
      rows: 4, columns: 2, storage: [1, 0, 1, 0, 1e-4, 1, -1, 0])
    let before = covariance.variances(of: directions)
    #expect(
      !covariance.bounds.allows(
        variance: before[0],
        squaredNorm: covariance.standardizedSquaredNorms(of: directions)[0]))
    let fanIns = covariance.fanInsOfUnitDeviation(directions)
    let first = try #require(fanIns[0])
    let second = try #require(fanIns[1])
    let matrix = Matrix<Double>(rows: 4, columns: 2) { $1 == 0 ? first[$0] : second[$0] }
    for (norm, variance) in zip(
      covariance.standardizedSquaredNorms(of: matrix), covariance.variances(of: matrix))
    {
      #expect(abs(variance - 1) < 1e-9)
      #expect(norm.squareRoot() <= limit * (1 + 1e-9))
    }
    #expect(second[0] == 0 && second[1] == 0 && second[3] == 0)
  }

  @Test("Neither bound depends on the unit of an input")
  func units() {
    let plain = FanInBounds(variances: [1, 4], squaredNorms: [2, 4], isHomogeneous: false)
    #expect(plain.cancellation == FanInBounds.leastCancellation)
    #expect(plain.norm == 20)
    #expect(plain.scale(variance: 4, squaredNorm: 8) == 0.5)
    #expect(plain.scale(variance: 1e-2, squaredNorm: 1) == nil)
  }

  @Test("A layer whose own units cancel their inputs allows it to new ones")
  func own() {
    let bounds = FanInBounds(variances: [1], squaredNorms: [25], isHomogeneous: true)
    #expect(bounds.cancellation == 10)
    #expect(bounds.scale(variance: 1, squaredNorm: 99) == 1)
  }
}
