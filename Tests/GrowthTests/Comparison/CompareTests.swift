import Diagnostics
import LinearAlgebra
import Networks
import TestSupport
import Testing

@testable import Growth

@Suite("Several ways to go on from a network")
struct CompareTests {
  /// A wave of two inputs, which a layer of two units is too narrow for.
  private func samples(_ count: Int, seed: UInt64) -> ArraySamples {
    var random = SeededGenerator(seed: seed)
    let inputs = Matrix<Float>(rows: count, columns: 2) { _, _ in
      Float.random(in: -2..<2, using: &random)
    }
    let targets = Matrix<Float>(rows: count, columns: 1) { row, _ in
      Float.sin(2 * inputs[row, 0]) * inputs[row, 1] + Float(0.05 * random.normal())
    }
    return ArraySamples(inputs: inputs, targets: .values(targets))
  }

  private func parts(judgingSeed: UInt64 = 3) -> ComparisonParts {
    ComparisonParts(
      training: samples(160, seed: 1), choosing: samples(60, seed: 2),
      judging: samples(60, seed: judgingSeed))
  }

  private func comparison(
    parts: ComparisonParts, workers: Int = 2, steps: Int = 60, optimizer: OptimizerSettings? = nil,
    counts: [Int: Int] = [0: 3]
  ) async throws -> Comparison {
    var options = ComparisonOptions(
      length: .steps(steps), seeds: 2, diagnosis: DiagnosisOptions(workers: workers))
    options.counts = counts
    return try await compare(
      .initialized(widths: [2, 2, 1], hidden: .tanh, seed: 5), loss: .meanSquaredError,
      configuration: TrainingConfiguration(
        optimizer: optimizer ?? OptimizerSettings(learningRate: 0.01), batchSize: 16),
      parts: parts, options: options, clock: { 0 })
  }

  @Test("Every way is there, of its own size, and starts where it should")
  func ways() async throws {
    let comparison = try await comparison(parts: parts())
    #expect(
      comparison.ways.map(\.way.name) == [
        "as it is", "dense_1 +3 tiny",
        "dense_1 +3 tiny, silent", "dense_1 +3 tiny, silent, fan-in 0.3", "dense_1 +1 gradmax",
        "dense_1 +3 random", "dense_1 +3 net2wider", "dense_1 +3 from scratch",
      ])
    #expect(comparison.ways.map(\.parameters) == [9, 21, 21, 21, 13, 21, 21, 21])
    let atOnce = comparison.ways.map { $0.atOnce ?? .nan }
    // What has no fan-out yet, or no fan-in, changes nothing.
    for place in [2, 3, 4, 5] { #expect(abs(atOnce[place] - atOnce[0]) < 1e-6) }
    #expect(atOnce[1] < atOnce[0] && atOnce[7] != atOnce[0])
    #expect(comparison.ways.allSatisfy { $0.curve.first?.step == 0 && $0.curve.last?.step == 60 })
    #expect(comparison.ways[0].gain?.mean == 0)
  }

  @Test("The bits do not depend on the number of workers")
  func workers() async throws {
    let one = try await comparison(parts: parts(), workers: 1)
    let three = try await comparison(parts: parts(), workers: 3)
    #expect(one.ways == three.ways)
  }

  @Test("The judging part chooses nothing")
  func judging() async throws {
    let one = try await comparison(parts: parts())
    let other = try await comparison(parts: parts(judgingSeed: 77))
    #expect(one.ways != other.ways)
    // Whether a new network of the present widths is trained as well, behind the others, is the verdict's.
    let ways = [one, other].map { $0.ways.filter { $0.way != .anew } }
    #expect(ways[0].map(\.bestPlace) == ways[1].map(\.bestPlace))
    #expect(
      ways[0].map { $0.curve.map(\.chosenBy) } == ways[1].map { $0.curve.map(\.chosenBy) })
    #expect(one.chosenGrowth == other.chosenGrowth && one.chosenScratch == other.chosenScratch)
  }

  @Test("A report on the samples that train and choose says how many neurons, whatever judges")
  func suggested() async throws {
    let network = Network<Float>.initialized(widths: [2, 2, 1], hidden: .tanh, seed: 5)
    let (training, choosing) = (samples(160, seed: 1), samples(60, seed: 2))
    var both = training
    both.inputs = Matrix(
      rows: 220, columns: 2, storage: training.inputs.storage + choosing.inputs.storage)
    both.targets = Targets(joining: [training.targets, choosing.targets])
    let report = try await diagnose(
      .model(network, Objective(loss: .meanSquaredError, outputStages: [], outputs: 1)),
      split: SampleSplit(samples: both, holdout: 60.0 / 220, seed: 0),
      options: DiagnosisOptions(workers: 2))
    let count = report.growth.first?.suggestedNeurons ?? 0
    #expect(count > 0)
    for seed: UInt64 in [3, 77] {
      let comparison = try await comparison(
        parts: parts(judgingSeed: seed), steps: 5, counts: [:])
      #expect(comparison.isSuggested)
      #expect(comparison.ways[1].way.name == "dense_1 +\(count) tiny")
    }
  }

  @Test("To diverge is a result")
  func divergence() async throws {
    let comparison = try await comparison(
      parts: parts(), optimizer: OptimizerSettings(.sgd(), learningRate: 1e20))
    #expect(comparison.ways.allSatisfy { $0.isDiverged && $0.atEnd == nil && $0.atOnce != nil })
    #expect(comparison.verdict.kind == .diverges)
  }

  @Test("Where a wave asks for more units, the verdict is to grow or to start with more")
  func verdict() async throws {
    let comparison = try await comparison(parts: parts(), steps: 800)
    let verdict = comparison.verdict
    #expect([.grow, .scratch].contains(verdict.kind))
    let way = try #require(verdict.way)
    let gain = try #require(comparison.ways[way].gain)
    #expect(gain.isClear && gain.mean > 0.1)
  }

  @Test(
    "Where training anew is best, a new network of the present widths is trained by the same steps")
  func anew() async throws {
    // Wide enough, with weights so large that its units stay saturated.
    let sound = Network<Float>.initialized(widths: [2, 12, 1], hidden: .tanh, seed: 5)
    let network = Network<Float>(
      inputCount: 2,
      layers: sound.layers.map {
        let large = Matrix<Float>(30 * Matrix<Double>($0.weights))
        return Layer(name: $0.name, weights: large, hasBias: $0.hasBias, stages: $0.stages)
      })
    var options = ComparisonOptions(
      length: .steps(400), seeds: 2, diagnosis: DiagnosisOptions(workers: 2))
    options.counts = [0: 1]
    let comparison = try await compare(
      network, loss: .meanSquaredError,
      configuration: TrainingConfiguration(
        optimizer: OptimizerSettings(learningRate: 0.01), batchSize: 16),
      parts: parts(), options: options, clock: { 0 })
    let last = try #require(comparison.ways.last)
    #expect(last.way == .anew && last.parameters == comparison.ways[0].parameters)
    #expect(last.curve.map(\.step) == comparison.ways[0].curve.map(\.step))
    #expect(last.gain?.isClear == true)
    // One unit more than 12 does nothing for a new network.
    #expect(
      comparison.verdict
        == ComparisonVerdict(kind: .scratch, way: comparison.ways.count - 1))
    #expect(comparison.widths == [12])
  }

  @Test("Parts of a source are disjoint and leave no row out")
  func partition() throws {
    let all = samples(300, seed: 9)
    let parts = try #require(
      try ComparisonParts(of: all, validation: nil, holdout: 0.2, seed: 1))
    let sizes = [parts.training, parts.choosing, parts.judging].map(\.sampleCount)
    #expect(sizes.reduce(0, +) == 300 && sizes.allSatisfy { $0 > 25 })
    let rows = [parts.training, parts.choosing, parts.judging].flatMap { part in
      (0..<part.sampleCount).map { [part.inputs[$0, 0], part.inputs[$0, 1]] }
    }
    #expect(Set(rows).count == 300)
  }

  @Test("A new kernel has the variance its initializer says")
  func initializers() {
    var random = SeededGenerator(seed: 2)
    func variance(_ initializer: KernelInitializer) -> Double {
      let kernel = initializer.kernel(inputs: 100, units: 200, &random)
      return kernel.reduce(0) { $0 + Double($1) * Double($1) } / Double(kernel.count)
    }
    // Of 20 000 numbers the variance is within 4 % with five standard errors.
    #expect(abs(variance(.glorotUniform) * 150 - 1) < 0.04)
    #expect(abs(variance(.heNormal) * 50 - 1) < 0.05)
    #expect(
      abs(variance(.variance(scale: 1, mode: .fanOut, shape: .normal)) * 200 - 1) < 0.05)
  }
}
