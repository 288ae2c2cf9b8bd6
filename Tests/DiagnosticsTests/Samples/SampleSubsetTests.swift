@testable import Diagnostics
import LinearAlgebra
import Networks
import TestSupport
import Testing

@Suite("A sketch of the samples")
struct SketchTests {
  private func samplePass(
    _ samples: ArraySamples, holdout: Double, validation: ArraySamples? = nil
  ) throws -> Diagnostics.SamplePass<Float> {
    var random = SeededGenerator(seed: 5)
    let network = Network<Float>(random.network([3, 4, 2], hidden: .tanh))
    return SamplePass(
      diagnosed: .model(
        network, try Objective(loss: .meanSquaredError, outputStages: [], outputs: 2)),
      split: SampleSplit(samples: samples, validation: validation, holdout: holdout, seed: 2),
      workers: 2, progress: nil)
  }

  private func samples(_ count: Int) -> ArraySamples {
    var random = SeededGenerator(seed: 6)
    return random.samples(count, inputs: 3, outputs: 2, for: .meanSquaredError)
  }

  private func rows(
    _ samplePass: Diagnostics.SamplePass<Float>, _ part: SampleSubset<Float>.Part
  ) async throws -> [Int] {
    let subset = try await samplePass.subset(
      of: part, references: try await samplePass.referencePoints())
    return subset?.pieces.flatMap { $0.block.sourceRows } ?? []
  }

  @Test("holds every sample of its part if there are few", arguments: [0.0, 0.3])
  func small(holdout: Double) async throws {
    let samplePass = try samplePass(samples(1300), holdout: holdout)
    let heldOut = try samplePass.split.heldOutRows()
    #expect(
      try await rows(samplePass, .training(number: 0))
        == (0..<1300).filter { !heldOut.contains($0) })
    #expect(try await rows(samplePass, .heldOut) == heldOut)
  }

  @Test("has the sums of one process among several, where it is worth their while")
  func shared() async throws {
    var random = SeededGenerator(seed: 7)
    let network = Network<Float>(random.network([160, 120, 3], hidden: .tanh))
    let samples = random.samples(4000, inputs: 160, outputs: 3, for: .meanSquaredError)
    let samplePass = SamplePass(
      diagnosed: .model(
        network, try Objective(loss: .meanSquaredError, outputStages: [], outputs: 3)),
      split: SampleSplit(samples: samples, holdout: 0, seed: 2), workers: 2, progress: nil)
    let references = try await samplePass.referencePoints()
    var sums = try await samplePass.diagnosisSums(references: references)
    let found = sums.takeTrainingMoments()
    var moments = try #require(found)
    let bottlenecks = try await moments.bottlenecks()
    let subset = try #require(
      try await samplePass.subset(of: .training(number: 0), references: references))
    @Sendable func errors(_ processes: any Processes) async throws -> [Double?] {
      try await subset.collect(
        from: InfluenceSums(network: network, bottlenecks: bottlenecks, starts: []), workers: 1,
        among: processes
      ).lackStandardErrors(over: 4000)
    }
    let one = try await errors(OneProcess())
    for count in [2, 3, 11] {
      let results = try await Crew.counted(count) { try await errors($0) }
      #expect(results.outputs.allSatisfy { $0 == one } && results.messageCount > 0)
    }
  }

  @Test("is spread over many samples, within its limit, and two of them share none")
  func large() async throws {
    let samplePass = try samplePass(samples(40_000), holdout: 0.2)
    let first = try await rows(samplePass, .training(number: 0))
    let second = try await rows(samplePass, .training(number: 1))
    let heldOut = try await rows(samplePass, .heldOut)
    for subset in [first, second, heldOut] {
      #expect((3000...4096).contains(subset.count), "\(subset.count) samples")
      #expect((subset.max() ?? 0) > 30_000 && (subset.min() ?? .max) < 10_000)
      #expect(Set(subset).count == subset.count)
    }
    #expect(Set(first).isDisjoint(with: second))
    let allHeldOut = Set(try samplePass.split.heldOutRows())
    #expect(allHeldOut.isSuperset(of: heldOut))
    #expect(allHeldOut.isDisjoint(with: first + second))
  }

  @Test("takes what is held out from the validation samples, if there are any")
  func validation() async throws {
    let samplePass = try samplePass(samples(600), holdout: 0, validation: samples(700))
    #expect(try await rows(samplePass, .heldOut) == Array(0..<700))
    #expect(try await rows(samplePass, .training(number: 0)) == Array(0..<600))
  }

  @Test("has the losses and inputs of a pass over the same rows")
  func content() async throws {
    let samples = samples(900)
    let samplePass = try samplePass(samples, holdout: 0.25)
    let references = try await samplePass.referencePoints()
    let subset = try #require(try await samplePass.subset(of: .heldOut, references: references))
    let rows = subset.pieces.flatMap { $0.block.sourceRows }
    var pass = samplePass.diagnosed.emptyPass
    pass.forward(samples.inputs, rows: rows, differentiating: true)
    pass.backward(targets: samples.targets.selecting(rows))
    #expect(subset.pieces.flatMap { $0.pass.losses } == pass.losses)
    pass.inputs[1].subtractFromRows(references[1])
    #expect(Matrix(joiningRowsOf: subset.pieces.map { $0.pass.inputs[1] }) == pass.inputs[1])
  }
}
