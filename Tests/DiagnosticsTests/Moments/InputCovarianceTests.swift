@testable import Diagnostics
import LinearAlgebra
import TestSupport
import Testing

@Suite("The covariance of a layer's inputs")
struct InputCovarianceTests {
  /// A layer's inputs less their mean, written out, and C.
  private func explicit(
    _ scenario: Scenario, layer: Int
  ) -> (inputs: Matrix<Double>, centred: Matrix<Double>, covariance: Matrix<Double>) {
    let inputs = scenario.explicit.inputs[layer]
    let layer = scenario.network.layers[layer]
    let count = Double(inputs.rows)
    let centred = Matrix<Double>(rows: inputs.rows, columns: layer.inputs) { row, column in
      inputs[row, column] - (layer.hasBias ? inputs.column(column).reduce(0, +) / count : 0)
    }
    return (inputs, centred, (1 / count) * centred.transposedTimes(centred))
  }

  private func scenario(hasBias: Bool, seed: Int) async throws -> Scenario {
    try await Scenario(
      hidden: .silu, widths: [7, 5, 4], sampleCount: 60, hasBias: hasBias, seed: seed)
  }

  @Test(
    "fan-ins along any direction have preactivations of mean 0 and standard deviation 1",
    arguments: [true, false], 0..<3)
  func unitDeviation(hasBias: Bool, seed: Int) async throws {
    let scenario = try await scenario(hasBias: hasBias, seed: seed)
    for layer in 0..<2 {
      let (inputs, centred, _) = explicit(scenario, layer: layer)
      let moments = scenario.moments.layers[layer]
      var random = SeededGenerator(seed: seed)
      var directions = random.normalMatrix(centred.columns, 4)
      for row in 0..<directions.rows { directions[row, 3] = 0 }
      let covariance = InputCovariance(of: moments)
      let variances = centred.times(directions)
      for (column, variance) in covariance.variances(of: directions).enumerated() {
        let expected = variances.column(column).reduce(0) { $0 + $1 * $1 } / 60
        expectClose(variance, expected, relative: 1e-11)
      }
      let fanIns = covariance.fanInsOfUnitDeviation(directions)
      #expect(fanIns[3] == nil)
      for fanIn in fanIns.prefix(3) {
        let fanIn = try #require(fanIn)
        let weights = Matrix(rows: fanIn.count, columns: 1, storage: fanIn)
        let answers = inputs.times(moments.weightsForRawInputs(weights)).storage
        if hasBias { #expect(abs(answers.reduce(0, +)) <= 1e-10) }
        expectClose(answers.reduce(0) { $0 + $1 * $1 } / 60, 1, relative: 1e-11)
      }
    }
  }

  @Test(
    "leading directions solve N Nᵀ α = σ² (C + ρ s̄ I) α for the largest σ",
    arguments: [0.1, 1, 1000, .infinity], [true, false])
  func leading(ridge: Double, hasBias: Bool) async throws {
    let scenario = try await scenario(hasBias: hasBias, seed: 4)
    let (_, centred, own) = explicit(scenario, layer: 0)
    let covariance = InputCovariance(of: scenario.moments.layers[0])
    let asked = (1 / 60.0) * centred.transposedTimes(scenario.residualUpdates(ofLayer: 1))
    let mean = own.diagonal.reduce(0, +) / Double(own.rows)
    let identity = Matrix<Double>.identity(own.rows)
    let ridged = ridge.isFinite ? own + (ridge * mean) * identity : identity
    let squares = asked.timesTransposed(asked)
    func quotient(_ direction: Matrix<Double>) -> Double {
      direction.dot(squares.times(direction)) / direction.dot(ridged.times(direction))
    }
    let found = try covariance.leadingDirections(of: asked, ridge: ridge, limit: 3)
    #expect(found.columns == 3)
    let values = (0..<3).map { quotient(found.selectingColumns([$0])) }
    #expect(values == values.sorted(by: >))
    for (column, value) in values.enumerated() {
      let direction = found.selectingColumns([column])
      expectClose(
        squares.times(direction), value * ridged.times(direction), relative: 1e-7)
    }
    var random = SeededGenerator(seed: 5)
    for _ in 0..<200 { #expect(quotient(random.normalMatrix(own.rows, 1)) <= values[0]) }
  }

  @Test("inputs that do not vary have no factor, and neither has a ridge without end")
  func degenerate() async throws {
    let scenario = try await scenario(hasBias: true, seed: 1)
    #expect(InputCovariance(of: scenario.moments.layers[0]).factor(ridge: .infinity) == nil)
    var samples = scenario.samples
    for row in 0..<60 { for column in 0..<7 { samples.inputs[row, column] = 2 } }
    let same = try await Scenario(
      network: scenario.network, loss: .meanSquaredError, samples: samples)
    let covariance = InputCovariance(of: same.moments.layers[0])
    #expect(!covariance.varies && covariance.factor(ridge: 1) == nil)
    #expect(covariance.fanInsOfUnitDeviation(.identity(7)).allSatisfy { $0 == nil })
  }
}
