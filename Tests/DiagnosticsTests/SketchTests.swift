@testable import Diagnostics
import LinearAlgebra
import Networks
import TestSupport
import Testing

@Suite("A sketch of the samples")
struct SketchTests {
  private func stream(
    _ samples: ArraySamples, holdout: Double, validation: ArraySamples? = nil
  ) throws -> Diagnostics.Stream<Float> {
    var random = SeededGenerator(seed: 5)
    let network = Network<Float>(random.network([3, 4, 2], hidden: .tanh))
    return Stream(
      split: SampleSplit(samples: samples, validation: validation, holdout: holdout, seed: 2),
      network: network,
      objective: try Objective(loss: .meanSquaredError, outputStages: [], outputs: 2), workers: 2,
      progress: nil)
  }

  private func samples(_ count: Int) -> ArraySamples {
    var random = SeededGenerator(seed: 6)
    return random.samples(count, inputs: 3, outputs: 2, for: .meanSquaredError)
  }

  private func rows(
    _ stream: Diagnostics.Stream<Float>, _ part: Sketch<Float>.Part
  ) async throws -> [Int] {
    let sketch = try await stream.sketch(of: part, references: try await stream.referencePoints())
    return sketch?.pieces.flatMap { $0.block.sourceRows } ?? []
  }

  @Test("holds every sample of its part if there are few", arguments: [0.0, 0.3])
  func small(holdout: Double) async throws {
    let stream = try stream(samples(1300), holdout: holdout)
    let heldOut = (0..<1300).filter(stream.split.isHeldOut)
    #expect(
      try await rows(stream, .training(number: 0)) == (0..<1300).filter { !heldOut.contains($0) })
    #expect(try await rows(stream, .heldOut) == heldOut)
  }

  @Test("is spread over many samples, within its limit, and two of them share none")
  func large() async throws {
    let stream = try stream(samples(40_000), holdout: 0.2)
    let first = try await rows(stream, .training(number: 0))
    let second = try await rows(stream, .training(number: 1))
    let heldOut = try await rows(stream, .heldOut)
    for sketch in [first, second, heldOut] {
      #expect((3000...4096).contains(sketch.count), "\(sketch.count) samples")
      #expect((sketch.max() ?? 0) > 30_000 && (sketch.min() ?? .max) < 10_000)
      #expect(Set(sketch).count == sketch.count)
    }
    #expect(Set(first).isDisjoint(with: second))
    #expect(heldOut.allSatisfy(stream.split.isHeldOut))
    #expect(!(first + second).contains(where: stream.split.isHeldOut))
  }

  @Test("takes what is held out from the validation samples, if there are any")
  func validation() async throws {
    let stream = try stream(samples(600), holdout: 0, validation: samples(700))
    #expect(try await rows(stream, .heldOut) == Array(0..<700))
    #expect(try await rows(stream, .training(number: 0)) == Array(0..<600))
  }

  @Test("has the losses and inputs of a pass over the same rows")
  func content() async throws {
    let samples = samples(900)
    let stream = try stream(samples, holdout: 0.25)
    let references = try await stream.referencePoints()
    let sketch = try #require(try await stream.sketch(of: .heldOut, references: references))
    let rows = sketch.pieces.flatMap { $0.block.sourceRows }
    var pass = Pass(network: stream.network, objective: stream.objective)
    pass.forward(samples.inputs, rows: rows, differentiating: true)
    pass.backward(targets: samples.targets.selecting(rows))
    #expect(sketch.pieces.flatMap { $0.pass.losses } == pass.losses)
    pass.inputs[1].subtractFromRows(references[1])
    #expect(Matrix(joiningRowsOf: sketch.pieces.map { $0.pass.inputs[1] }) == pass.inputs[1])
  }
}
