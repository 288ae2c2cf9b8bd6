@testable import Diagnostics
import LinearAlgebra
import Networks
import RealModule
import TestSupport
import Testing

@Suite("The search for candidates on a sketch")
struct CandidateSearchTests {
  /// The first samples, sent through the network as a subset of all.
  private func subset(_ scenario: Scenario, rows: Range<Int>) async throws -> SampleSubset<Double> {
    var few = scenario.samples
    few.inputs = few.inputs.selectingRows(Array(rows))
    few.targets = few.targets.selecting(Array(rows))
    let samplePass = SamplePass(
      diagnosed: .model(scenario.network, scenario.objective),
      split: SampleSplit(samples: few, holdout: 0, seed: 1), workers: 1, progress: nil)
    return try #require(
      try await samplePass.subset(
        of: .training(number: 0), references: scenario.moments.layers.map(\.reference)))
  }

  @Test(
    "of fewer samples than a wide layer has inputs follows what all samples leave over",
    arguments: 0..<3)
  func smallSketch(seed: Int) async throws {
    let scenario = try await planted(seed: seed)
    let next = scenario.bottlenecks[1]
    let subset = try await subset(scenario, rows: 0..<50)
    let alone = LayerSubset(subset, layer: 0)
    let given = LayerSubset(subset, layer: 0, after: next.bestWeightUpdate)
    // 60 weights interpolate 50 samples.
    let nothing = try alone.bottleneck(rankTolerance: 1e-12)
    #expect(nothing.lackOfExpressivity <= 1e-9 * nothing.desiredUpdate)
    let something = try given.bottleneck(rankTolerance: 1e-12)
    let inputs = subset.pieces[0].pass.inputs[1]
    let left = subset.pieces[0].pass.desiredUpdates[1] - inputs.times(next.bestWeightUpdate)
    expectClose(something.desiredUpdate, left.squaredNorm / 50, relative: 1e-10)
    #expect(something.lackOfExpressivity > 0.5 * next.lackOfExpressivity)

    let start = try await scenario.start(limit: 4)
    func families(sampleCount: Int) async throws -> [CandidateFamily] {
      let search = CandidateSearch(
        training: subset, heldOut: nil, sampleCount: sampleCount,
        options: DiagnosisOptions(workers: 1))
      let found = try await search.candidates(start, searches: [[2]])
      return try #require(found[0]).families.map(\.family)
    }
    // All there are are enough to refine by, however few.
    let few = try await families(sampleCount: 50)
    #expect(few.contains { $0.kind != .random && !$0.isLinear })
    // Of a part only the ridges are chosen by it, and whether directions at random do as well.
    let chosen = try await families(sampleCount: 3000)
    #expect(chosen.count { $0.isLinear } == 3)
    #expect(chosen.allSatisfy { $0.isLinear || $0 == .random })
  }

  @Test(
    "refines to the same units whatever the unit of the inputs", arguments: [0.1, 100, .infinity],
    0..<2)
  func units(ridge: Double, seed: Int) async throws {
    // Powers of two, so that nothing is rounded otherwise.
    let responses = [
      try await refined(planted(seed: seed, width: 10, unit: 1), ridge: ridge),
      try await refined(planted(seed: seed, width: 10, unit: 1024), ridge: ridge),
    ]
    expectClose(responses[0], responses[1], relative: 1e-9)
  }

  @Test(
    "of one output refines more neurons than there are linear directions",
    arguments: [(.relu, 0), (.relu, 1), (.tanh, 0)] as [(Activation, Int)])
  func fewOutputs(hidden: Activation, seed: Int) async throws {
    // A cosine beside nothing: no direction correlates with it.
    let scenario = try await planted(
      seed: seed, width: 4, outputs: 1, hidden: hidden, phase: .pi / 2, frequency: 0.5,
      isSilent: true)
    let search = CandidateSearch(
      training: try await subset(scenario, rows: 0..<1000),
      heldOut: try await subset(scenario, rows: 1000..<2000), sampleCount: 1000,
      options: DiagnosisOptions(workers: 1))
    let start = try await scenario.start(limit: 8)
    let found = try await search.candidates(start, searches: [[1, 2, 4, 8]])
    let candidates = try #require(found[0])
    func left(_ chosen: (CandidateFamily) -> Bool) throws -> Double {
      try #require(
        candidates.families.filter { chosen($0.family) }.map {
          scenario.left(by: candidates.fanIn.selectingColumns(Array($0.columns)), start: start)
        }.min())
    }
    #expect(
      try left { $0.isRefined && $0.kind != .linear } < 0.9 * (try left { $0.kind == .linear }))
    for (family, columns) in candidates.families where family.isRefined {
      #expect(columns.count > 2 || family.kind == .linear)
    }
  }

  @Test("leaves steep units as steep as they are", arguments: 0..<3)
  func steepness(seed: Int) async throws {
    let scenario = try await planted(seed: seed, width: 4, outputs: 1, hidden: .tanh)
    let subset = LayerSubset(try await subset(scenario, rows: 0..<1000), layer: 0)
    let start = try await scenario.start(limit: 4)
    let covariance = try #require(start.covariance)
    let directions = try #require(start.candidates?.fanIn)
    let steep = CandidateNeurons.steepFanIns(
      along: [directions.column(directions.columns - 1)], covariance: covariance,
      function: start.function)
    let before = Matrix<Double>(rows: directions.rows, columns: 3) { steep[7 * $1 + 10][$0] }
    let after = Refinement(
      subset, bottleneck: try subset.bottleneck(rankTolerance: 1e-12), function: start.function,
      covariance: covariance
    ).fanIns(from: before, ridge: 1, snapshots: [6])[0]
    #expect(after != before)
    func deviations(_ fanIn: Matrix<Double>) -> [Double] {
      let preactivations = scenario.explicit.inputs[0]
        .times(start.moments.weightsForRawInputs(fanIn))
      return (0..<3).map { column in
        let numbers = preactivations.column(column)
        let mean = numbers.reduce(0, +) / Double(numbers.count)
        return (numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(numbers.count))
          .squareRoot()
      }
    }
    for (after, before) in zip(deviations(after), deviations(before)) {
      expectClose(after, before, relative: 1e-6)
    }
    #expect(deviations(before).allSatisfy { $0 > 2 })
  }

  /// The preactivations of four units after some steps of ascent.
  private func refined(_ scenario: Scenario, ridge: Double) async throws -> Matrix<Double> {
    let subset = LayerSubset(try await subset(scenario, rows: 0..<400), layer: 0)
    let start = try await scenario.start(limit: 4)
    let candidates = try #require(start.candidates)
    let family = try #require(candidates.families.first { $0.family == .linear(ridge: ridge) })
    let before = candidates.fanIn.selectingColumns(family.columns.prefix(4))
    let after = Refinement(
      subset, bottleneck: try subset.bottleneck(rankTolerance: 1e-12), function: start.function,
      covariance: try #require(start.covariance)
    ).fanIns(from: before, ridge: ridge, snapshots: [6])[0]
    #expect(after != before)
    return scenario.explicit.inputs[0].times(start.moments.weightsForRawInputs(after))
  }

  /// A network that knows a few directions of the inputs too few.
  private func planted(
    seed: Int, width: Int = 60, unit: Float = 1, outputs: Int = 3, hidden: Activation = .relu,
    phase: Float = 0, frequency: Float = 1, isSilent: Bool = false
  ) async throws -> Scenario {
    var random = SeededGenerator(seed: 20 + seed)
    var network = random.network([8, width, outputs], hidden: hidden)
    var samples = random.samples(3000, inputs: 8, outputs: outputs, for: .meanSquaredError)
    let direction = random.normalMatrix(8, outputs)
    samples.targets = .values(
      Matrix(rows: 3000, columns: outputs) { row, output in
        Float.sin(
          phase + frequency
            * (0..<8).reduce(0) { $0 + samples.inputs[row, $1] * Float(direction[$1, output]) })
      })
    for place in samples.inputs.storage.indices { samples.inputs.storage[place] *= unit }
    var weights = network.layers[0].weights
    for place in 0..<(8 * width) { weights.storage[place] /= Double(unit) }
    network = network.replacingWeights(ofLayer: 0, by: weights)
    if isSilent {
      let last = network.layers[1].weights
      network = network.replacingWeights(
        ofLayer: 1, by: Matrix(rows: last.rows, columns: last.columns))
    }
    return try await Scenario(network: network, loss: .meanSquaredError, samples: samples)
  }
}

extension Scenario {
  /// What no weights of such neurons and of the units that are there reach, of samples from row 2000 on.
  fileprivate func left(by fanIn: Matrix<Double>, start: LayerProblem) -> Double {
    var features = explicit.inputs[0].times(start.moments.weightsForRawInputs(fanIn))
    start.function.apply(to: &features.storage)
    let inputs = explicit.inputs[1]
    let both = Matrix<Double>(rows: inputs.rows, columns: inputs.columns + features.columns) {
      $1 < inputs.columns ? inputs[$0, $1] : features[$0, $1 - inputs.columns]
    }
    let rows = Array(2000..<inputs.rows)
    return leastSquaresResidual(
      of: explicit.desiredUpdates[1].selectingRows(rows), on: both.selectingRows(rows)
    ).squaredNorm
  }
}

extension CandidateFamily {
  fileprivate var isLinear: Bool { if case .linear = self { true } else { false } }
  fileprivate var isRefined: Bool { if case .refined = self { true } else { false } }
}
