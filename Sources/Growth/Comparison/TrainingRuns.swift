import Diagnostics
import Networks

/// The runs of all ways with all batch orders, advanced together.
struct TrainingRuns: Sendable {
  private var tuners: [FineTuner]
  private let seeds: Int
  private let workers: Int

  /// Runs at step 0, those of one way one behind the other.
  init(
    _ start: ComparisonStart, ways: [ComparisonWay], loss: Loss, samples: ArraySamples, seeds: Int,
    workers: Int
  ) throws {
    self.seeds = seeds
    self.workers = workers
    tuners = []
    for way in ways {
      for run in 0..<seeds {
        let (network, configuration) = try start.start(of: way, run: run)
        tuners.append(
          try FineTuner(
            network, loss: loss, samples: samples, configuration: configuration,
            seed: start.seed &+ UInt64(run)))
      }
    }
  }

  /// How many runs of each way diverged.
  var divergedRuns: [Int] {
    stride(from: 0, to: tuners.count, by: seeds).map { first in
      tuners[first..<first + seeds].count(where: \.isDiverged)
    }
  }

  /// The number of parameters of each way.
  var parameters: [Int] {
    stride(from: 0, to: tuners.count, by: seeds).map { tuners[$0].network.parameterCount }
  }

  /// Trains all runs up to a step.
  mutating func train(to step: Int, progress: ShareCounter?) async throws {
    let before = tuners
    tuners = []
    tuners = try await concurrentMap(Array(0..<before.count), workers: workers) { place in
      var tuner = before[place]
      tuner.train(steps: step - tuner.stepCount)
      progress?.advance()
      return tuner
    }
  }

  /// The losses of each way on some samples, of those that have not diverged.
  func losses(on samples: ArraySamples) async throws -> [RunLosses?] {
    let tuners = tuners
    let runs = try await concurrentMap(Array(0..<tuners.count), workers: workers) { place in
      tuners[place].isDiverged ? nil : tuners[place].losses(on: samples)
    }
    return stride(from: 0, to: runs.count, by: seeds).map {
      RunLosses(Array(runs[$0..<$0 + seeds]), of: samples)
    }
  }
}
