import LinearAlgebra
import Networks
import TestSupport
import Testing

@testable import Diagnostics

@Suite("The schedule of the first pass")
struct MomentScheduleTests {
  /// Samples that cannot be read from some row on, or after some reads.
  private struct Failing: SampleSource {
    struct Failure: Error, Equatable { let row: Int }

    let samples: ArraySamples
    var firstBadRow = Int.max
    var onRead: @Sendable () -> Void = {}

    var sampleCount: Int { samples.sampleCount }
    var inputCount: Int { samples.inputCount }

    func read(_ range: Range<Int>, into inputs: inout Matrix<Float>) throws -> Targets<Float> {
      onRead()
      if range.upperBound > firstBadRow { throw Failure(row: range.lowerBound) }
      return samples.read(range, into: &inputs)
    }
  }

  private func sums(
    over source: Failing, workers: Int
  ) async throws -> FirstPassSums<Double> {
    var random = SeededGenerator(seed: 5)
    let network = random.network([2, 3, 2], hidden: .tanh)
    let samplePass = SamplePass(
      diagnosed: .model(
        network, try Objective(loss: .meanSquaredError, outputStages: [], outputs: 2)),
      split: SampleSplit(samples: source, holdout: 0.2, seed: 1), workers: workers, progress: nil)
    return try await samplePass.diagnosisSums(
      references: network.layers.map { [Double](repeating: 0, count: $0.inputs) })
  }

  private func samples(_ count: Int) -> ArraySamples {
    var random = SeededGenerator(seed: count)
    return random.samples(count, inputs: 2, outputs: 2, for: .meanSquaredError)
  }

  @Test("counts every sample once, of whole rounds, broken ones and none", arguments: 1..<6)
  func counts(workers: Int) async throws {
    for count in [1, 255, 256, 257, 4 * 256, 16 * 256, 16 * 256 + 1, 40 * 256 + 3] {
      let sums = try await sums(over: Failing(samples: samples(count)), workers: workers)
      #expect(
        sums.tally.training.total.sampleCount
          + sums.tally.heldOut.total.sampleCount == count)
    }
  }

  @Test("fails with the error of the first block that failed, in any round", arguments: 1..<6)
  func fails(workers: Int) async throws {
    for row in [0, 300, 5000, 9_999] {
      let source = Failing(samples: samples(10_000), firstBadRow: row)
      await #expect(throws: Failing.Failure(row: row / 256 * 256)) {
        _ = try await sums(over: source, workers: workers)
      }
    }
  }

  @Test("ends early when a worker is cancelled", arguments: [1, 3])
  func cancelled(workers: Int) async {
    let reads = ShareCounter(total: 1)
    let source = Failing(samples: samples(100 * 256)) {
      if reads.advance() == 5 { withUnsafeCurrentTask { $0?.cancel() } }
    }
    await #expect(throws: CancellationError.self) {
      _ = try await sums(over: source, workers: workers)
    }
    #expect(reads.advance(by: 0) < 50)
  }
}
