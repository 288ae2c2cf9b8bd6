import Diagnostics
import LinearAlgebra
package import Networks

/// Trains several networks on for a short while, each by the same batches, and tells which gets the
/// lowest loss on samples that none was trained on.
///
/// For what no formula decides: the amplitude of new neurons, the scale of their fan-in, or the method.
/// The choosing part must not judge the choice afterwards.
///
/// - Parameters:
///   - networks: at least one, all grown from one network, or that network itself.
///   - loss: what they are trained for.
///   - training: the samples to train on.
///   - choosing: samples that nothing was fitted on.
///   - configuration: how they are trained.
///   - steps: for each network and seed.
///   - seeds: the number of batch orders.
///   - seed: the first of them.
///   - workers: the number of networks trained at once; the result does not depend on it.
///   - progress: told the share of the steps that are done.
/// - Returns: the choice.
/// - Throws: `NetworkError` if the loss cannot follow the last layer, `CancellationError`.
package func chooseByShortTraining(
  among networks: [Network<Float>], loss: Loss, training: ArraySamples, choosing: ArraySamples,
  configuration: TrainingConfiguration, steps: Int, seeds: Int = 2, seed: UInt64 = 0,
  workers: Int, progress: (@Sendable (Double) -> Void)? = nil
) async throws -> ShortTrainingChoice {
  let moments = evaluationSteps(steps, count: steps < 200 ? 3 : 6)
  let counter = ShareCounter(total: networks.count * seeds * moments.count, tell: progress)
  let runs = try await concurrentMap(Array(0..<networks.count * seeds), workers: workers) { place in
    var tuner = try FineTuner(
      networks[place / seeds], loss: loss, samples: training, configuration: configuration,
      seed: seed &+ UInt64(place % seeds))
    var losses: [[Double]?] = []
    for step in moments {
      tuner.train(steps: step - tuner.stepCount)
      losses.append(tuner.isDiverged ? nil : tuner.losses(on: choosing))
      counter.advance()
    }
    return losses
  }
  // Of each network and moment, the mean over the seeds of each sample's loss.
  let curves = networks.indices.map { network in
    moments.indices.map { moment in
      meanOverSeeds((0..<seeds).map { runs[network * seeds + $0][moment] })
    }
  }
  let lowest = curves.map { curve in
    curve.compactMap { $0 }.map { (losses: $0, mean: choosing.mean(of: $0)) }
      .filter { $0.mean.isFinite }.min { $0.mean < $1.mean }
  }
  let best = lowest.indices.filter { lowest[$0] != nil }
    .min { (lowest[$0]?.mean ?? .infinity) < (lowest[$1]?.mean ?? .infinity) }
  return ShortTrainingChoice(
    best: best, losses: lowest.map { $0?.mean },
    standardErrors: lowest.map { one in
      guard let one, let best, let other = lowest[best] else { return nil }
      return choosing.standardErrorOfMean(zip(one.losses, other.losses).map(-))
    })
}

/// The means of several runs' losses, sample by sample; `nil` if one diverged.
func meanOverSeeds(_ runs: [[Double]?]) -> [Double]? {
  let known = runs.compactMap { $0 }
  guard known.count == runs.count, let first = known.first else { return nil }
  return first.indices.map { sample in
    known.reduce(0) { $0 + $1[sample] } / Double(known.count)
  }
}

/// At which steps to look at a training of so many steps: at the beginning, and closer together there.
func evaluationSteps(_ steps: Int, count: Int) -> [Int] {
  let moments = (0...count).map { place in
    let share = Double(place) / Double(count)
    return Int((share * share * Double(steps)).rounded())
  }
  return moments.reduce(into: []) { if $0.last != $1 { $0.append($1) } }
}
