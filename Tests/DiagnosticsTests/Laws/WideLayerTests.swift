@testable import Diagnostics
@testable import LinearAlgebra
import Networks
import TestSupport
import Testing

@Suite("Wide layers: the leading neurons without the others (Proposition 3.3)")
struct WideLayerTests {
  /// What may be special about the inputs.
  enum Inputs: CaseIterable {
    case plain, duplicated, constant, fewerSamplesThanInputs
  }

  private func scenario(_ inputs: Inputs, widths: [Int], seed: Int) async throws -> Scenario {
    var random = SeededGenerator(seed: seed)
    let network = random.network(widths, hidden: .tanh)
    let count = inputs == .fewerSamplesThanInputs ? widths[0] - 10 : 6 * widths[0]
    var samples = random.samples(
      count, inputs: widths[0], outputs: widths[2], for: .meanSquaredError)
    for row in 0..<count {
      if inputs == .duplicated { samples.inputs[row, 1] = samples.inputs[row, 0] }
      if inputs == .constant { samples.inputs[row, 2] = 3 }
    }
    return try await Scenario(network: network, loss: .meanSquaredError, samples: samples)
  }

  /// The neurons of layer 0 with everything dense, and by the way of wide layers.
  private func neurons(_ scenario: Scenario, limit: Int) throws -> (
    dense: NewNeurons, wide: NewNeurons, isTriangular: Bool
  ) {
    func neurons(_ route: Whitening.Route, wideWidth: Int) throws -> (NewNeurons, Bool) {
      var moments = scenario.moments.layers[0]
      let whitening = try Whitening(
        inPlaceOf: &moments.secondMoment, rankTolerance: moments.rankTolerance, route: route)
      let neurons = try sequentialNeurons(
        of: moments, layer: whitening, next: scenario.bottlenecks[1], limit: limit,
        wideWidth: wideWidth)
      return (try #require(neurons), whitening.isTriangular)
    }
    let (dense, _) = try neurons(.spectral, wideWidth: .max)
    let (wide, isTriangular) = try neurons(.triangularIfPossible, wideWidth: 1)
    return (dense, wide, isTriangular)
  }

  /// What the neurons add to the next preactivations, sample by sample.
  private func contribution(_ neurons: NewNeurons, _ scenario: Scenario) -> Matrix<Double> {
    scenario.explicit.inputs[0].times(
      scenario.moments.layers[0].weightsForRawInputs(neurons.fanIn)
    ).times(neurons.fanOut)
  }

  @Test("agree with the dense solve", arguments: Inputs.allCases, [[60, 40, 50], [75, 46, 60]])
  func agree(inputs: Inputs, widths: [Int]) async throws {
    let scenario = try await scenario(inputs, widths: widths, seed: widths[0])
    let (dense, wide, isTriangular) = try neurons(scenario, limit: 4)
    // A constant input is a row of zeros relative to its reference, and left out.
    #expect(isTriangular == (inputs == .plain || inputs == .constant))
    #expect(dense.count == 4 && wide.count == 4)
    #expect(wide.singularValues.count == 4 && dense.singularValues.count > 40)
    for (value, expected) in zip(wide.singularValues, dense.singularValues) {
      #expect((value - expected).magnitude <= 1e-8 * dense.singularValues[0])
    }
    expectClose(contribution(wide, scenario), contribution(dense, scenario), relative: 1e-6)
    // ω = Nᵀ α, and N Nᵀ α = λ² S α.
    let moments = scenario.moments.layers[0]
    let cross = try #require(residualCrossMoment(of: moments, next: scenario.bottlenecks[1]))
    expectClose(cross.transposedTimes(wide.fanIn), scaled(wide), relative: 1e-6)
  }

  /// Row k of the fan-out times λ_k, transposed: with α = √λ Eᵀ u and ω = √λ w, Nᵀ α = λ ω.
  private func scaled(_ neurons: NewNeurons) -> Matrix<Double> {
    Matrix(rows: neurons.fanOut.columns, columns: neurons.count) {
      neurons.singularValues[$1] * neurons.fanOut[$1, $0]
    }
  }

  @Test("do not change with the unit of an input", arguments: 0..<3)
  func units(seed: Int) async throws {
    let plain = try await scenario(.plain, widths: [60, 40, 50], seed: seed)
    var samples = plain.samples
    var weights = plain.network.layers[0].weights
    for column in 0..<40 { weights[2, column] /= 8192 }
    // A power of 2: exact in single precision.
    for row in 0..<samples.inputs.rows { samples.inputs[row, 2] *= 8192 }
    let rescaled = try await Scenario(
      network: plain.network.replacingWeights(ofLayer: 0, by: weights), loss: .meanSquaredError,
      samples: samples)
    let expected = try neurons(plain, limit: 3).wide
    let actual = try neurons(rescaled, limit: 3).wide
    expectClose(contribution(actual, rescaled), contribution(expected, plain), relative: 1e-8)
  }
}
