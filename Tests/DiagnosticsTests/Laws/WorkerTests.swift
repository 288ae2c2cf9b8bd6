import LinearAlgebra
import Networks
import TestSupport
import Testing

@testable import Diagnostics

@Suite("Workers")
struct WorkerTests {
  /// Samples that are counted out in more than one range, of any number of rows.
  private func samples(
    _ count: Int, _ random: inout SeededGenerator, loss: Loss, kind: Kind
  ) -> ArraySamples {
    let plain = random.samples(count, inputs: 6, outputs: 3, for: loss)
    return ArraySamples(
      inputs: plain.inputs, targets: plain.targets,
      weights: kind == .weighted ? (0..<count).map { Double($0 % 3) } : nil,
      groups: kind == .grouped ? (0..<count).map { UInt64($0 / 7) } : nil)
  }

  enum Kind: CaseIterable { case plain, weighted, grouped, validated, last, double, wholeNetwork }

  /// What a diagnosis says, every number of it.
  private func diagnosis(
    _ kind: Kind, workers: Int, _ processes: any Processes
  ) async throws -> String {
    var random = SeededGenerator(seed: 17)
    let network = Network<Float>(random.network([6, 5, 4, 3], hidden: .relu, output: .softmax))
    let loss = Loss.sparseCategoricalCrossentropy(fromLogits: false)
    let last = network.layers[network.layers.count - 1]
    let objective = try Objective<Float>(
      loss: loss, outputStages: last.stages, outputs: last.outputs)
    let own = samples(1201, &random, loss: loss, kind: kind)
    let validation =
      kind == .validated ? samples(407, &random, loss: loss, kind: kind) : nil
    var options = DiagnosisOptions(neuronLimit: 4, workers: workers, seed: 4)
    options.collectsInDouble = kind == .double
    options.networkLack = kind == .wholeNetwork
    options.lackIterationLimit = 6
    var split = SampleSplit(
      samples: own, validation: validation, holdout: kind == .validated ? 0 : 0.2, seed: 9,
      lastHeldOut: kind == .last)
    split.processes = processes
    return String(
      reflecting: try await diagnose(.model(network, objective), split: split, options: options))
  }

  @Test("do not change a single bit of a diagnosis by their number", arguments: Kind.allCases)
  func diagnosis(kind: Kind) async throws {
    let one = try await diagnosis(kind, workers: 1, OneProcess())
    for workers in [2, 5] {
      let other = try await diagnosis(kind, workers: workers, OneProcess())
      #expect(other == one)
    }
  }

  @Test("of several processes say what one says, to the last bit", arguments: Kind.allCases)
  func processes(kind: Kind) async throws {
    let one = try await diagnosis(kind, workers: 2, OneProcess())
    // More processes than ranges, too.
    for count in [2, 3, 7] {
      let others = try await Crew.results(of: count) {
        try await diagnosis(kind, workers: 1, $0)
      }
      for other in others { #expect(other == one) }
    }
  }

  @Test(
    "of several processes find the moments of one, of ranges with any number of blocks",
    arguments: [8, 3, 2])
  func moments(fanIn: Int) async throws {
    // Five blocks in each range, and 24 ranges.
    var random = SeededGenerator(seed: 19)
    let network = random.network([4, 3, 2], hidden: .tanh)
    let samples = random.samples(30_001, inputs: 4, outputs: 2, for: .meanSquaredError)
    let objective = try Objective<Float>(loss: .meanSquaredError, outputStages: [], outputs: 2)
    @Sendable func moments(workers: Int, _ processes: any Processes) async throws -> String {
      var split = SampleSplit(samples: samples, holdout: 0.2, seed: 9)
      (split.processes, split.fanIn) = (processes, fanIn)
      let samplePass = SamplePass(
        diagnosed: .model(Network<Float>(network), objective), split: split, workers: workers,
        progress: nil)
      var sums = try await samplePass.diagnosisSums(
        references: try await samplePass.referencePoints())
      let (training, heldOut) = (sums.takeTrainingMoments(), sums.takeHeldOutMoments())
      return String(reflecting: training) + String(reflecting: heldOut)
    }
    let one = try await moments(workers: 1, OneProcess())
    #expect(try await moments(workers: 3, OneProcess()) == one)
    for count in [2, 3, 5] {
      for other in try await Crew.results(of: count, { try await moments(workers: 1, $0) }) {
        #expect(other == one)
      }
    }
  }

  @Test("do not change a single bit of an evaluation or a sharpness")
  func evaluation() async throws {
    var random = SeededGenerator(seed: 18)
    let network = random.network([6, 5, 3], hidden: .tanh)
    let samples = random.samples(4001, inputs: 6, outputs: 3, for: .meanSquaredError)
    let split = SampleSplit(samples: samples, holdout: 0.2, seed: 9)
    let objective = try Objective<Double>(
      loss: .meanSquaredError, outputStages: [], outputs: 3)
    var found: [(String, Sharpness?)] = []
    for workers in [1, 2, 3, 5] {
      let evaluation = try await evaluate(
        network, objective: objective, split: split, workers: workers)
      found.append(
        (
          String(reflecting: evaluation),
          try await sharpness(of: network, objective: objective, split: split, workers: workers)
        ))
    }
    for (evaluation, sharpness) in found.dropFirst() {
      #expect(evaluation == found[0].0)
      #expect(sharpness == found[0].1)
    }
  }
}
