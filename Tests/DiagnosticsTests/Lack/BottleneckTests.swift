@testable import Diagnostics
import LinearAlgebra
import Networks
import RealModule
import TestSupport
import Testing

@Suite("Lack of expressivity")
struct BottleneckTests {
  @Test("the paper's worked example: 2 sin x + x fitted by x")
  func workedExample() async throws {
    let x: [Double] = [0, 1.5, .pi, 4.5]
    let network = Network<Double>(
      inputCount: 1,
      layers: [
        Layer(
          name: "line", weights: Matrix(rows: 2, columns: 1, storage: [1, 0]), hasBias: true,
          stages: [])
      ])
    let samples = ArraySamples(
      inputs: Matrix(rows: 4, columns: 1, storage: x.map { Float($0) }),
      targets: .values(
        Matrix(
          rows: 4, columns: 1,
          storage: x.map {
            let input = Double(Float($0))
            return Float(2 * Double.sin(input) + input)
          })))
    let scenario = try await Scenario(network: network, loss: .meanSquaredError, samples: samples)
    let desired = x.map { 4 * Double.sin($0) }
    expectClose(
      scenario.explicit.desiredUpdates[0], Matrix(rows: 4, columns: 1, storage: desired),
      relative: 1e-6)
    // The line through (x, v) by hand: slope cov / var.
    let meanX = x.reduce(0, +) / 4
    let meanV = desired.reduce(0, +) / 4
    let covariance = zip(x, desired).reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanV) }
    let variance = x.reduce(0) { $0 + ($1 - meanX) * ($1 - meanX) }
    let slope = covariance / variance
    let residual = zip(x, desired).map { $1 - meanV - slope * ($0 - meanX) }
    let lack = residual.reduce(0) { $0 + $1 * $1 } / 4
    // The targets went through single precision.
    expectClose(scenario.bottlenecks[0].lackOfExpressivity, lack, relative: 1e-6)
    let update = scenario.moments.layers[0].weightsForRawInputs(
      scenario.bottlenecks[0].bestWeightUpdate)
    expectClose(update[0, 0], slope, relative: 1e-6)
    expectClose(update[1, 0], meanV - slope * meanX, relative: 1e-6)
  }

  @Test("Ψ equals least squares on the explicit matrices", arguments: hiddenActivations, 0..<2)
  func bruteForce(hidden: Activation, seed: Int) async throws {
    let scenario = try await Scenario(hidden: hidden, seed: seed)
    for (layer, bottleneck) in scenario.bottlenecks.enumerated() {
      let residual = scenario.residualUpdates(ofLayer: layer)
      let count = Double(residual.rows)
      expectClose(
        bottleneck.lackOfExpressivity, residual.squaredNorm / count, relative: 1e-8)
      // A sample by sample: D = Ψ + A.
      let update = scenario.moments.layers[layer].weightsForRawInputs(bottleneck.bestWeightUpdate)
      let achieved = scenario.explicit.inputs[layer].times(update)
      expectClose(bottleneck.bestUpdate, achieved.squaredNorm / count, relative: 1e-8)
      expectClose(
        bottleneck.desiredUpdate, bottleneck.lackOfExpressivity + achieved.squaredNorm / count,
        relative: 1e-10)
    }
  }

  @Test(
    "In double precision alone Ψ is that of inputs that nearly follow from each other",
    arguments: 0..<4)
  func nearlyDependent(seed: Int) async throws {
    var random = SeededGenerator(seed: seed)
    // Eight smooth functions of two numbers.
    let network = Network<Float>(random.network([2, 9, 8, 1], hidden: .softplus))
    let samples = random.samples(100, inputs: 2, outputs: 1, for: .meanSquaredError)
    var options = DiagnosisOptions(workers: 2)
    (options.collectsInDouble, options.seeksNeurons, options.networkLack) = (true, false, false)
    let objective = try Objective<Float>(loss: .meanSquaredError, outputStages: [], outputs: 1)
    let found = try await diagnose(
      .model(network, objective), split: SampleSplit(samples: samples, holdout: 0, seed: 0),
      options: options)
    let explicit = Explicit(
      Network<Double>(network),
      try Objective(loss: .meanSquaredError, outputStages: [], outputs: 1), samples)
    for (layer, diagnosis) in found.layers.enumerated() {
      let residual = leastSquaresResidual(
        of: explicit.desiredUpdates[layer], on: explicit.inputs[layer], rankTolerance: 1e-6)
      expectClose(diagnosis.lackOfExpressivity, residual.squaredNorm / 100, relative: 1e-3)
    }
  }

  @Test("Ψ without biases equals least squares too", arguments: 0..<4)
  func withoutBias(seed: Int) async throws {
    let scenario = try await Scenario(hidden: .tanh, hasBias: false, seed: seed)
    for (layer, bottleneck) in scenario.bottlenecks.enumerated() {
      let residual = scenario.residualUpdates(ofLayer: layer)
      expectClose(
        bottleneck.lackOfExpressivity, residual.squaredNorm / Double(residual.rows),
        relative: 1e-8)
    }
  }

  @Test("Ψ is unchanged when the inputs are mixed by an invertible matrix", arguments: 0..<5)
  func mixing(seed: Int) async throws {
    var random = SeededGenerator(seed: seed)
    let network = random.network([5, 4, 2], hidden: .tanh)
    let samples = random.samples(60, inputs: 5, outputs: 2, for: .meanSquaredError)
    let plain = try await Scenario(network: network, loss: .meanSquaredError, samples: samples)
    let layer = plain.moments.layers[1]
    let mixing = random.normalMatrix(5, 5)
    let mixed = LayerMoments(
      reference: layer.reference, hasBias: true,
      secondMoment: SymmetricMatrix(
        mixing.transposedTimes(layer.secondMoment.times(mixing))),
      crossMoment: mixing.transposedTimes(layer.crossMoment), desiredUpdate: layer.desiredUpdate,
      next: nil, rankTolerance: layer.rankTolerance)
    expectClose(
      try bottleneck(of: mixed).lackOfExpressivity, plain.bottlenecks[1].lackOfExpressivity,
      relative: 1e-8)
  }

  @Test("Ψ vanishes when the layer can interpolate", arguments: [3, 6])
  func interpolation(sampleCount: Int) async throws {
    let scenario = try await Scenario(
      hidden: .tanh, widths: [6, 4, 2], sampleCount: sampleCount, seed: 3)
    let first = scenario.bottlenecks[0]
    #expect(first.lackOfExpressivity <= 1e-12 * first.desiredUpdate)
  }

  @Test("the loss falls at the rate A along δW*", arguments: hiddenActivations)
  func slope(hidden: Activation) async throws {
    let scenario = try await Scenario(hidden: hidden, seed: 7)
    for layer in scenario.network.layers.indices {
      let bottleneck = scenario.bottlenecks[layer]
      let update = scenario.moments.layers[layer].weightsForRawInputs(bottleneck.bestWeightUpdate)
      func loss(_ amplitude: Double) -> Double {
        let weights = scenario.network.layers[layer].weights + amplitude * update
        return meanLoss(
          scenario.network.replacingWeights(ofLayer: layer, by: weights), scenario.objective,
          scenario.samples)
      }
      let step = 1e-5
      expectClose(
        (loss(-step) - loss(step)) / (2 * step), bottleneck.bestUpdate, relative: 1e-4)
    }
  }
}
