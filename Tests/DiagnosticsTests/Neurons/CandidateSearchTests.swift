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

  /// The preactivations of four units after some steps of ascent.
  private func refined(_ scenario: Scenario, ridge: Double) async throws -> Matrix<Double> {
    let subset = LayerSubset(try await subset(scenario, rows: 0..<400), layer: 0)
    let start = try await scenario.start(limit: 4)
    let candidates = try #require(start.candidates)
    let family = try #require(candidates.families.first { $0.family == .linear(ridge: ridge) })
    let before = candidates.fanIn.selectingColumns(family.columns.prefix(4))
    let after = Refinement(
      subset, bottleneck: try subset.bottleneck(rankTolerance: 1e-12), function: start.function,
      covariance: try #require(start.covariance), ridge: ridge
    ).fanIns(from: before, snapshots: [6])[0]
    #expect(after != before)
    return scenario.explicit.inputs[0].times(start.moments.weightsForRawInputs(after))
  }

  /// A network that knows a few directions of the inputs too few.
  private func planted(seed: Int, width: Int = 60, unit: Float = 1) async throws -> Scenario {
    var random = SeededGenerator(seed: 20 + seed)
    var network = random.network([8, width, 3], hidden: .relu)
    var samples = random.samples(3000, inputs: 8, outputs: 3, for: .meanSquaredError)
    let direction = random.normalMatrix(8, 3)
    samples.targets = .values(
      Matrix(rows: 3000, columns: 3) { row, output in
        Float.sin((0..<8).reduce(0) { $0 + samples.inputs[row, $1] * Float(direction[$1, output]) })
      })
    for place in samples.inputs.storage.indices { samples.inputs.storage[place] *= unit }
    var weights = network.layers[0].weights
    for place in 0..<(8 * width) { weights.storage[place] /= Double(unit) }
    network = network.replacingWeights(ofLayer: 0, by: weights)
    return try await Scenario(network: network, loss: .meanSquaredError, samples: samples)
  }
}

extension CandidateFamily {
  fileprivate var isLinear: Bool { if case .linear = self { true } else { false } }
}
