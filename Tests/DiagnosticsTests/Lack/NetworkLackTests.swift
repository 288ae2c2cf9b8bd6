@testable import Diagnostics
import LinearAlgebra
import Networks
import TestSupport
import Testing

@Suite("Lack of expressivity of the whole network")
struct NetworkLackTests {
  /// The lack at some layers; by default iterated until only rounding is left.
  private func lacks(
    _ scenario: Scenario, targets: [Int], tolerance: Double = 0, iterationLimit: Int = 5000,
    keptBytes: Int = 1 << 20
  ) async throws -> [NetworkLack] {
    try await NetworkLackSolve(
      samplePass: SamplePass(
        diagnosed: .model(scenario.network, scenario.objective),
        split: SampleSplit(samples: scenario.samples, holdout: 0, seed: 1), workers: 2,
        progress: nil),
      references: scenario.moments.layers.map(\.reference), bottlenecks: scenario.bottlenecks,
      tolerance: tolerance, iterationLimit: iterationLimit, keptBytes: keptBytes
    ).run(targets: targets)
  }

  private func networkLack(
    _ scenario: Scenario, tolerance: Double = 0, iterationLimit: Int = 5000
  ) async throws -> NetworkLack {
    try #require(
      try await lacks(
        scenario, targets: [scenario.network.layers.count - 1], tolerance: tolerance,
        iterationLimit: iterationLimit
      ).first)
  }

  /// By least squares on the explicit Jacobian.
  private func explicitLack(_ scenario: Scenario, target: Int? = nil) -> Double {
    DiagnosticsTests.explicitLack(
      scenario.network, scenario.objective, scenario.samples,
      target: target ?? scenario.network.layers.count - 1)
  }

  /// Compares the lack of every layer with least squares on the explicit Jacobian, the samples' passes
  /// kept or not.
  private func compareAllLayers(_ scenario: Scenario) async throws {
    try await compareAllLayers(scenario, keptBytes: 1 << 20)
    try await compareAllLayers(scenario, keptBytes: 0)
  }

  private func compareAllLayers(_ scenario: Scenario, keptBytes: Int) async throws {
    let targets = Array(scenario.network.layers.indices)
    let lacks = try await lacks(scenario, targets: targets, keptBytes: keptBytes)
    for (target, lack) in zip(targets, lacks) {
      let expected = explicitLack(scenario, target: target)
      // Both cut small singular values, by different rules.
      let margin = 1e-7 * expected + 1e-12 * lack.desiredUpdate
      #expect((lack.lackOfExpressivity - expected).magnitude <= margin, "layer \(target)")
      #expect((lack.bestUpdate - (lack.desiredUpdate - expected)).magnitude <= margin)
      #expect(lack.desiredUpdate == scenario.bottlenecks[target].desiredUpdate)
      #expect(lack.relativeLackError <= 1e-8)
    }
  }

  @Test("by hand: a unit's own weights reach what the layer after it cannot")
  func byHand() async throws {
    // relu(x), then a weight of 1: the tangent space is spanned by relu(x), [x > 0] and 1.
    let unit = Matrix<Double>(rows: 2, columns: 1, storage: [1, 0])
    let network = Network<Double>(
      inputCount: 1,
      layers: [
        Layer(name: "unit", weights: unit, hasBias: true, stages: [.activation(.relu)]),
        Layer(name: "output", weights: unit, hasBias: true, stages: []),
      ])
    // Predicted 0 0 1 2, so the square loss asks for v = 2 (target − predicted) = 2 8 2 −8.
    let samples = ArraySamples(
      inputs: Matrix(rows: 4, columns: 1, storage: [-2, -1, 1, 2]),
      targets: .values(Matrix(rows: 4, columns: 1, storage: [1, 4, 2, -2])))
    let scenario = try await Scenario(network: network, loss: .meanSquaredError, samples: samples)
    let lack = try await networkLack(scenario)
    expectClose(lack.desiredUpdate, 136.0 / 4, relative: 1e-14)
    // Two positive inputs can have any two values; the others share one, at best 5: 3² + 3² is left.
    expectClose(lack.lackOfExpressivity, 18.0 / 4, relative: 1e-12)
    // The last layer alone fits a line to relu = 0, 0, 1, 2: mean 1 and slope −17 / 2.75.
    expectClose(
      scenario.bottlenecks[1].lackOfExpressivity, (136 - 4 - 289 / 2.75) / 4, relative: 1e-12)
  }

  @Test("equals least squares on the explicit Jacobian", arguments: hiddenActivations)
  func activations(hidden: Activation) async throws {
    try await compareAllLayers(
      Scenario(hidden: hidden, widths: [4, 3, 3, 2], sampleCount: 30, seed: 3))
  }

  @Test("for every loss", arguments: lossesWithOutput)
  func losses(loss: Loss, output: Activation?) async throws {
    try await compareAllLayers(
      Scenario(
        hidden: .tanh, loss: loss, output: output, widths: [4, 3, 3], sampleCount: 25, seed: 8))
  }

  @Test("without biases, with a layer of one unit, and for a single layer", arguments: 0..<2)
  func shapes(seed: Int) async throws {
    try await compareAllLayers(
      Scenario(hidden: .silu, widths: [4, 4, 3, 2], sampleCount: 30, hasBias: false, seed: seed))
    try await compareAllLayers(
      Scenario(hidden: .relu, widths: [3, 4, 1, 3], sampleCount: 30, seed: seed))
    try await compareAllLayers(Scenario(hidden: .tanh, widths: [5, 3], seed: seed))
  }

  @Test("with scales and shifts before, between and after the activations", arguments: 0..<3)
  func affineStages(seed: Int) async throws {
    var random = SeededGenerator(seed: seed)
    func affine(_ width: Int, offset: Double = 1) -> Stage<Double> {
      .affine(
        Affine(
          center: (0..<width).map { _ in random.normal() },
          scale: (0..<width).map { _ in Double.random(in: 0.5...1, using: &random) },
          offset: (0..<width).map { _ in offset * random.normal() }))
    }
    let plain = random.network([4, 4, 3, 2], hidden: .linear)
    let stages: [[Stage<Double>]] = [
      [affine(4), .activation(.tanh), affine(4)],
      [.activation(.silu), .activation(.tanh), affine(3, offset: 100)], [],
    ]
    let network = Network(
      inputCount: 4, preprocessing: [affine(4)],
      layers: zip(plain.layers, stages).map { layer, stages in
        Layer(name: layer.name, weights: layer.weights, hasBias: true, stages: stages)
      })
    try await compareAllLayers(
      Scenario(
        network: network, loss: .meanSquaredError,
        samples: random.samples(30, inputs: 4, outputs: 2, for: .meanSquaredError)))
  }

  @Test(
    "with dead and duplicate units, constant and duplicate inputs, and outputs alike",
    arguments: 0..<3)
  func degenerate(seed: Int) async throws {
    var random = SeededGenerator(seed: seed)
    var network = random.network([5, 5, 4, 2], hidden: .relu)
    var first = network.layers[0].weights
    first[5, 0] = -100  // dead
    for row in 0..<6 { first[row, 2] = first[row, 1] }
    network = network.replacingWeights(ofLayer: 0, by: first)
    var second = network.layers[1].weights
    for column in 0..<4 { second[2, column] = second[1, column] }
    network = network.replacingWeights(ofLayer: 1, by: second)
    var last = network.layers[2].weights
    for row in 0..<5 { last[row, 1] = last[row, 0] }
    network = network.replacingWeights(ofLayer: 2, by: last)
    var samples = random.samples(30, inputs: 5, outputs: 2, for: .meanSquaredError)
    for row in 0..<30 {
      samples.inputs[row, 1] = 3
      samples.inputs[row, 4] = samples.inputs[row, 3]
    }
    try await compareAllLayers(
      Scenario(network: network, loss: .meanSquaredError, samples: samples))
  }

  @Test("vanishes where there are more parameters than samples and outputs", arguments: 0..<4)
  func interpolation(seed: Int) async throws {
    let scenario = try await Scenario(
      hidden: .tanh, widths: [4, 6, 2], sampleCount: 12, seed: seed)
    let lack = try await networkLack(scenario)
    #expect(scenario.bottlenecks[1].lackOfExpressivity > 0.1 * lack.desiredUpdate)
    #expect(lack.lackOfExpressivity <= 1e-10 * lack.desiredUpdate)
  }

  @Test("of very few samples is finite, and at most the last layer's", arguments: 1...4)
  func fewSamples(count: Int) async throws {
    for seed in 0..<4 {
      var random = SeededGenerator(seed: UInt64(seed))
      let network = Network<Float>(random.network([5, 4, 3, 2], hidden: .relu))
      let samples = random.samples(count, inputs: 5, outputs: 2, for: .meanSquaredError)
      var options = DiagnosisOptions(solver: .sequential, neuronLimit: 1, workers: 2)
      options.upstreamLack = true
      let diagnosis = try await diagnose(
        .model(network, Objective(loss: .meanSquaredError, outputStages: [], outputs: 2)),
        split: SampleSplit(samples: samples, holdout: 0, seed: 1), options: options)
      let lack = try #require(diagnosis.network)
      #expect(lack.lackOfExpressivity >= 0 && lack.relativeLackError.isFinite)
      #expect(
        lack.lackOfExpressivity
          <= diagnosis.layers[2].lackOfExpressivity + 1e-6 * lack.desiredUpdate)
    }
  }

  @Test("of the first layer is the layer's own, without an iteration", arguments: 0..<3)
  func firstLayer(seed: Int) async throws {
    let scenario = try await Scenario(hidden: .gelu(approximate: false), seed: seed)
    let lack = try #require(try await lacks(scenario, targets: [0]).first)
    #expect(lack.iterations == 0)
    expectClose(
      lack.lackOfExpressivity, scenario.bottlenecks[0].lackOfExpressivity, relative: 1e-12)
    #expect(lack.relativeLackError <= 1e-14)
  }

  @Test("is at most the last layer's own, and falls with every iteration", arguments: 0..<4)
  func monotone(seed: Int) async throws {
    let scenario = try await Scenario(
      hidden: [.relu, .sigmoid, .tanh, .selu][seed], widths: [6, 5, 4, 3], seed: seed)
    let own = scenario.bottlenecks[2].lackOfExpressivity
    var previous = own
    for limit in [0, 1, 2, 3, 5, 8, 13, 21] {
      let lack = try await networkLack(scenario, iterationLimit: limit)
      #expect(lack.iterations == limit)
      if limit == 0 { expectClose(lack.lackOfExpressivity, own, relative: 1e-12) }
      #expect(lack.lackOfExpressivity <= previous * (1 + 1e-12))
      previous = lack.lackOfExpressivity
    }
  }

  @Test("never rises when units are added that leave the function as it is", arguments: 0..<4)
  func moreUnits(seed: Int) async throws {
    var random = SeededGenerator(seed: seed)
    let network = random.network([5, 3, 3, 2], hidden: .tanh)
    let samples = random.samples(40, inputs: 5, outputs: 2, for: .meanSquaredError)
    let narrow = try await Scenario(network: network, loss: .meanSquaredError, samples: samples)
    let wide = try await Scenario(
      network: network.appendingUnits(
        toLayer: seed % 2, fanIn: random.normalMatrix(seed % 2 == 0 ? 6 : 4, 2),
        fanOut: Matrix(rows: 2, columns: seed % 2 == 0 ? 3 : 2)), loss: .meanSquaredError,
      samples: samples)
    let (before, after) = (try await networkLack(narrow), try await networkLack(wide))
    expectClose(after.desiredUpdate, before.desiredUpdate, relative: 1e-12)
    #expect(after.lackOfExpressivity < 0.99 * before.lackOfExpressivity)
  }

  @Test("stopped early, is above the truth by about the estimated error", arguments: 0..<4)
  func errorEstimate(seed: Int) async throws {
    let scenario = try await Scenario(
      hidden: [.relu, .sigmoid, .tanh, .selu][seed], widths: [6, 5, 5, 3], sampleCount: 60,
      seed: seed)
    let truth = explicitLack(scenario)
    for limit in [0, 4, 8, 12, 16, 24, 32, 48] {
      let lack = try await networkLack(scenario, iterationLimit: limit)
      let error = (lack.lackOfExpressivity - truth) / lack.desiredUpdate
      #expect(error >= -1e-12)
      #expect(error <= 2 * lack.relativeLackError + 1e-12, "\(limit) iterations")
    }
    let rough = try await networkLack(scenario, tolerance: 0.01)
    #expect(rough.relativeLackError <= 0.01)
    if rough.iterations < scenario.network.parameterCount {
      #expect(rough.relativeLackError > 0)
    } else {
      // As many steps as there are unknowns leave rounding, which may come to nothing.
      #expect(rough.relativeLackError <= 1e-12)
      #expect((rough.lackOfExpressivity - truth).magnitude <= 1e-12 * rough.desiredUpdate)
    }
    #expect(rough.lackOfExpressivity - truth <= 0.02 * rough.desiredUpdate)
  }

  @Test("is nothing where nothing is desired")
  func nothingDesired() async throws {
    var random = SeededGenerator(seed: 1)
    let network = random.network([3, 2, 1], hidden: .relu)
    // The cross-entropy of a softmax of one output is constant.
    let scenario = try await Scenario(
      network: network, loss: .categoricalCrossentropy(fromLogits: true, labelSmoothing: 0),
      samples: ArraySamples(
        inputs: Matrix(rows: 4, columns: 3), targets: .values(Matrix(rows: 4, columns: 1))))
    let lack = try await networkLack(scenario)
    #expect(lack.lackOfExpressivity == 0)
    #expect(lack.relativeLack == nil)
    #expect(lack.iterations == 0)
    #expect(lack.relativeLackError == 0)
  }

  @Test("is that of the training part, whatever the workers and the precision")
  func partsAndPrecision() async throws {
    var random = SeededGenerator(seed: 6)
    let network = random.network([5, 4, 3, 2], hidden: .tanh)
    let samples = random.samples(70, inputs: 5, outputs: 2, for: .meanSquaredError)
    let split = SampleSplit(samples: samples, holdout: 0.3, seed: 4)
    let heldOut = try split.heldOutRows()
    let kept = (0..<70).filter { !heldOut.contains($0) }
    let training = ArraySamples(
      inputs: samples.inputs.selectingRows(kept), targets: samples.targets.selecting(kept))
    let objective = try Objective<Double>(loss: .meanSquaredError, outputStages: [], outputs: 2)
    let expected = DiagnosticsTests.explicitLack(network, objective, training, target: 2)
    for workers in [1, 3] {
      var options = DiagnosisOptions(solver: .sequential, neuronLimit: 1, workers: workers)
      (options.lackTolerance, options.lackIterationLimit) = (0, 5000)
      let double = try await diagnose(
        .model(network, objective), split: split, options: options)
      expectClose(
        try #require(double.network).lackOfExpressivity, expected, relative: 1e-8)
      let apart = try await diagnose(
        .model(network, objective),
        split: SampleSplit(samples: training, validation: samples, holdout: 0, seed: 1),
        options: options)
      expectClose(try #require(apart.network).lackOfExpressivity, expected, relative: 1e-8)
      options.lackTolerance = 1e-4
      let single = try await diagnose(
        .model(
          Network<Float>(network), Objective(loss: .meanSquaredError, outputStages: [], outputs: 2)),
        split: split, options: options)
      let lack = try #require(single.network)
      #expect(
        (lack.lackOfExpressivity - expected).magnitude <= 2e-4 * lack.desiredUpdate)
    }
  }

  @Test("takes fewer iterations, and single precision, where each costs more")
  func effort() {
    let small = NetworkLackBudget(sampleCount: 1797, parameterCount: 2778)
    #expect(small.iterationLimit == 500 && small.isDouble)
    let large = NetworkLackBudget(sampleCount: 60_000, parameterCount: 535_818)
    #expect(large.iterationLimit == 31 && !large.isDouble)
    let huge = NetworkLackBudget(sampleCount: 1_000_000_000, parameterCount: 1_000_000_000)
    #expect(huge.iterationLimit == 20 && !huge.isDouble)
    #expect(NetworkLackBudget(sampleCount: 0, parameterCount: 0).iterationLimit == 500)
  }

  @Test("is part of a diagnosis as the options say")
  func options() async throws {
    let scenario = try await Scenario(hidden: .relu, widths: [4, 3, 3, 2], seed: 2)
    func diagnosis(_ change: (inout DiagnosisOptions) -> Void) async throws -> Diagnosis {
      var options = DiagnosisOptions(solver: .sequential, neuronLimit: 1, workers: 1)
      change(&options)
      return try await diagnose(
        .model(scenario.network, scenario.objective),
        split: SampleSplit(samples: scenario.samples, holdout: 0, seed: 1), options: options)
    }
    let usual = try await diagnosis { _ in }
    let network = try #require(usual.network)
    #expect(network.relativeLackError <= 0.005)
    #expect(usual.layers.allSatisfy { $0.upstreamLack == nil })

    let without = try await diagnosis { $0.networkLack = false }
    #expect(without.network == nil)

    let all = try await diagnosis { $0.upstreamLack = true }
    #expect(all.layers[2].upstreamLack == nil)
    for (layer, lack) in all.layers.prefix(2).compactMap(\.upstreamLack).enumerated() {
      #expect(lack.desiredUpdate == all.layers[layer].desiredUpdate)
      #expect(lack.lackOfExpressivity <= all.layers[layer].lackOfExpressivity)
      #expect(
        lack.lackOfExpressivity - explicitLack(scenario, target: layer)
          <= 0.02 * lack.desiredUpdate)
    }
    expectClose(
      try #require(all.network).lackOfExpressivity, network.lackOfExpressivity, relative: 1e-12)

    let capped = try await diagnosis { $0.lackIterationLimit = 3 }
    #expect(capped.network?.iterations == 3)
  }
}
