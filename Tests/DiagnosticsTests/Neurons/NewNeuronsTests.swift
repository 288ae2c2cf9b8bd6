@testable import Diagnostics
import LinearAlgebra
import Networks
import TestSupport
import Testing

@Suite("New neurons")
struct NewNeuronsTests {
  /// The inputs of a layer relative to its reference, as the neurons' fan-in takes them.
  private func centredInputs(_ scenario: Scenario, _ layer: Int) -> Matrix<Double> {
    let reference = scenario.moments.layers[layer].reference
    let inputs = scenario.explicit.inputs[layer]
    return Matrix(rows: inputs.rows, columns: inputs.columns) {
      inputs[$0, $1] - ($1 < reference.count ? reference[$1] : 0)
    }
  }

  private func sequential(_ scenario: Scenario, _ layer: Int) throws -> NewNeurons {
    try #require(
      try sequentialNeurons(
        of: scenario.moments.layers[layer], layer: scenario.bottlenecks[layer].whitening,
        next: scenario.bottlenecks[layer + 1], limit: 100))
  }

  private func joint(_ scenario: Scenario, _ layer: Int) throws -> NewNeurons {
    try #require(
      try jointNeurons(
        of: scenario.moments.layers[layer], layer: scenario.bottlenecks[layer].whitening,
        next: scenario.bottlenecks[layer + 1], limit: 100))
  }

  @Test("λ are the singular values of P projected onto the inputs", arguments: hiddenActivations)
  func singularValues(hidden: Activation) async throws {
    let scenario = try await Scenario(hidden: hidden, seed: 11)
    for layer in 0..<2 {
      let residual = scenario.residualUpdates(ofLayer: layer + 1)
      let reachable =
        residual - leastSquaresResidual(of: residual, on: scenario.explicit.inputs[layer])
      let expected = try reachable.singularValues().values.map {
        $0 / Double(residual.rows).squareRoot()
      }
      let actual = try sequential(scenario, layer).singularValues
      // What the layer's inputs can reach of the residuals has at most this rank.
      let rank = min(scenario.explicit.inputs[layer].columns, residual.columns)
      #expect(!actual.isEmpty && actual.count <= rank)
      for (actual, expected) in zip(
        actual + Array(repeating: 0, count: rank - actual.count), expected)
      {
        // Small λ are the square roots of differences: compare on the scale of the largest.
        #expect((actual - expected).magnitude <= 1e-8 * (reachable.squaredNorm / 80).squareRoot())
      }
    }
  }

  @Test("each neuron closes λ² of what is left over (equation 10)", arguments: 0..<6)
  func equationTen(seed: Int) async throws {
    let scenario = try await Scenario(
      hidden: .gelu(approximate: false), widths: [7, 3, 5, 4], seed: seed)
    for layer in 0..<2 {
      let neurons = try sequential(scenario, layer)
      let residual = scenario.residualUpdates(ofLayer: layer + 1)
      let responses = centredInputs(scenario, layer).times(neurons.fanIn)
      let count = Double(residual.rows)
      for kept in 0...neurons.count {
        let first = neurons.prefix(kept)
        let contribution = responses.selectingColumns(0..<kept).times(first.fanOut)
        let left = (residual - contribution).squaredNorm / count
        let squares = neurons.singularValues.prefix(kept).reduce(0) { $0 + $1 * $1 }
        expectClose(left, residual.squaredNorm / count - squares, relative: 1e-10)
      }
    }
  }

  @Test("m neurons and then m' close as much as m + m' at once (corollary)", arguments: 0..<4)
  func corollary(seed: Int) async throws {
    let scenario = try await Scenario(hidden: .tanh, widths: [7, 3, 6], seed: seed)
    let neurons = try sequential(scenario, 0)
    let residual = scenario.residualUpdates(ofLayer: 1)
    let responses = centredInputs(scenario, 0).times(neurons.fanIn)
    let first = neurons.prefix(2)
    let left = residual - responses.selectingColumns(0..<2).times(first.fanOut)
    // The second step, by brute force on what the first leaves over.
    let reachable = left - leastSquaresResidual(of: left, on: scenario.explicit.inputs[0])
    let second = try reachable.singularValues().values.map { $0 * $0 / Double(left.rows) }
    for (step, square) in zip(neurons.singularValues.dropFirst(2), second) {
      #expect((step * step - square).magnitude <= 1e-9 * residual.squaredNorm / 80)
    }
  }

  @Test("no two linear neurons with a weight update beat the joint ones", arguments: 0..<6)
  func jointOptimum(seed: Int) async throws {
    let scenario = try await Scenario(hidden: .tanh, widths: [6, 3, 5], seed: seed)
    let neurons = try joint(scenario, 0).prefix(2)
    let target = scenario.explicit.desiredUpdates[1]
    let responses = centredInputs(scenario, 0).times(neurons.fanIn)
    let weights = scenario.moments.layers[1].weightsForRawInputs(neurons.weightUpdate)
    let achieved = scenario.explicit.inputs[1].times(weights) + responses.times(neurons.fanOut)
    let left = (target - achieved).squaredNorm
    // Ψ̃ = Ψ − Σ λ̃².
    let squares = neurons.singularValues.prefix(2).reduce(0) { $0 + $1 * $1 }
    expectClose(
      left / 80, scenario.bottlenecks[1].lackOfExpressivity - squares, relative: 1e-8)
    // The same least squares with two columns of random linear neurons, or the paper's, is worse.
    var random = SeededGenerator(seed: seed)
    let paper = try sequential(scenario, 0).prefix(2).fanIn
    for fanIn in [paper] + (0..<20).map({ _ in random.normalMatrix(7, 2) }) {
      let columns = centredInputs(scenario, 0).times(fanIn)
      let inputs = scenario.explicit.inputs[1]
      let both = Matrix<Double>(rows: inputs.rows, columns: inputs.columns + 2) {
        $1 < inputs.columns ? inputs[$0, $1] : columns[$0, $1 - inputs.columns]
      }
      #expect(
        leastSquaresResidual(of: target, on: both).squaredNorm >= left * (1 - 1e-9))
    }
  }

  @Test("scaling the loss or an input changes no suggestion", arguments: 0..<4)
  func units(seed: Int) async throws {
    var random = SeededGenerator(seed: seed)
    let network = random.network([5, 4, 3], hidden: .relu)
    var samples = random.samples(90, inputs: 5, outputs: 3, for: .meanSquaredError)
    let plain = try await Scenario(network: network, loss: .meanSquaredError, samples: samples)

    var weights = network.layers[0].weights
    for column in 0..<4 { weights[2, column] /= 8192 }
    for row in 0..<90 { samples.inputs[row, 2] *= 8192 }  // a power of 2: exact in Float
    let rescaled = try await Scenario(
      network: network.replacingWeights(ofLayer: 0, by: weights), loss: .meanSquaredError,
      samples: samples)
    let expected = try sequential(plain, 0)
    let actual = try sequential(rescaled, 0)
    for (first, second) in zip(actual.singularValues, expected.singularValues) {
      #expect((first - second).magnitude <= 1e-10 * expected.singularValues[0])
    }
    let responses = centredInputs(plain, 0).times(expected.fanIn)
    let sameResponses = centredInputs(rescaled, 0).times(actual.fanIn)
    expectClose(
      sameResponses.times(actual.fanOut), responses.times(expected.fanOut), relative: 1e-9)

    let layer = plain.moments.layers[0]
    let next = plain.moments.layers[1]
    let nextMoments = try #require(layer.next)
    let scaledNext = try bottleneck(
      of: LayerMoments(
        reference: next.reference, hasBias: true, secondMoment: next.secondMoment,
        crossMoment: 1e-3 * next.crossMoment, desiredUpdate: 1e-6 * next.desiredUpdate, next: nil,
        rankTolerance: next.rankTolerance))
    let scaled = try #require(
      try sequentialNeurons(
        of: LayerMoments(
          reference: layer.reference, hasBias: true, secondMoment: layer.secondMoment,
          crossMoment: 1e-3 * layer.crossMoment, desiredUpdate: 1e-6 * layer.desiredUpdate,
          next: .init(
            successiveMoment: nextMoments.successiveMoment,
            crossMoment: 1e-3 * nextMoments.crossMoment), rankTolerance: layer.rankTolerance),
        layer: plain.bottlenecks[0].whitening, next: scaledNext, limit: 100))
    #expect(scaled.count == expected.count)
    expectClose(
      1e3 * centredInputs(plain, 0).times(scaled.fanIn).times(scaled.fanOut),
      responses.times(expected.fanOut), relative: 1e-9)
  }
}
