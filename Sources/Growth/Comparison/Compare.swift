import Diagnostics
import LinearAlgebra
package import Networks

/// Trains on from a network in several ways by the same budget, and judges what becomes of each on
/// samples that neither fitted nor chose anything.
///
/// The ways: the network as it is; for each hidden layer, the neurons a diagnosis finds at several
/// amplitudes and fan-in scales, those of GradMax, random ones, copies of units, and a new network of
/// the final width. Where that is the best, a new network of the present widths is trained as well: only
/// what the wider one gains beyond it speaks for more units. All runs of one number share the order of
/// their batches.
///
/// - Parameters:
///   - network: the trained network.
///   - loss: what it was trained for.
///   - configuration: how it was trained.
///   - parts: the samples.
///   - options: for how long, with how many orders, and how neurons are found; whatever number of
///     workers is named there, the result is the same.
///   - clock: seconds of a clock that never goes back; asked where the length is given in seconds.
///   - progress: told what is being done, and the share of all that is done.
/// - Returns: the comparison.
/// - Throws: `DiagnosticsError` if the data cannot be diagnosed, `NetworkError` if the loss cannot
///   follow the last layer, `GrowthError` if neurons cannot be made, `CancellationError`.
package func compare(
  _ network: Network<Float>, loss: Loss, configuration: TrainingConfiguration,
  parts: ComparisonParts, options: ComparisonOptions, clock: @Sendable () -> Double,
  progress: (@Sendable (String, Double) -> Void)? = nil
) async throws -> Comparison {
  let begin = clock()
  let (start, isSuggested) = try await NeuronsToCompare(
    network: network, loss: loss, configuration: configuration, parts: parts, options: options,
    progress: progress
  ).start()
  var ways = start.ways()
  // All runs are in memory at once, each with its optimizer's state.
  let numbers = 4 * ways.count * network.parameterCount
  let seeds = min(options.seeds, max(1, largestState / max(1, numbers)))
  var runs = try TrainingRuns(
    start, ways: ways, loss: loss, samples: parts.training, seeds: seeds,
    workers: options.diagnosis.workers)

  var collected = CollectedLosses(parts: parts)
  try await collected.add(runs, step: 0)
  // The steps that all runs have taken, and those they are to take.
  var (taken, steps) = (0, 0)
  switch options.length {
  case .steps(let count): steps = count
  case .usual:
    steps =
      StepBudget(
        parameters: runs.parameters, seeds: seeds, sampleCount: parts.training.sampleCount,
        batchSize: configuration.batchSize
      ).steps
  case .seconds(let seconds):
    // A few steps tell how long the others take.
    taken = 5
    let before = clock()
    try await runs.train(to: taken, progress: nil)
    let perStep = (clock() - before) / Double(taken)
    // One more way may have to be trained.
    let share = shareForSteps * Double(ways.count) / Double(ways.count + 1)
    let affordable = (begin + seconds - clock()) / perStep * share
    steps = max(taken, Int(max(0, min(affordable, largestStepCount))))
  }
  let moments = evaluationSteps(steps, count: momentCount).dropFirst().filter { $0 >= taken }
  let done = ShareCounter(total: moments.count * (ways.count + 1) * seeds) {
    progress?("training", $0)
  }
  for step in moments {
    try await runs.train(to: step, progress: done)
    try await collected.add(runs, step: step)
    if case .seconds(let seconds) = options.length, clock() - begin > seconds {
      steps = step
      break
    }
  }
  func comparison(_ parameters: [Int], _ diverged: [Int]) -> Comparison {
    let differences = collected.differences()
    return Comparison(
      ways: collected.results(
        ways, parameters: parameters, diverged: diverged, gains: differences[0]),
      differences: differences, widths: network.layers.dropLast().map(\.outputs),
      configuration: configuration, steps: steps, seeds: seeds,
      sampleCounts: (
        parts.training.sampleCount, parts.choosing.sampleCount, parts.judging.sampleCount
      ), isSuggested: isSuggested)
  }
  let result = comparison(runs.parameters, runs.divergedRuns)
  guard result.verdict.kind == .scratch else { return result }

  let (anew, losses) = try await trainedAnew(
    start, loss: loss, parts: parts, steps: collected.steps, seeds: seeds,
    workers: options.diagnosis.workers, progress: done)
  ways.append(.anew)
  collected.append(losses)
  return comparison(runs.parameters + anew.parameters, runs.divergedRuns + anew.divergedRuns)
}

/// New networks of the present widths, trained by the same steps as all ways were.
private func trainedAnew(
  _ start: ComparisonStart, loss: Loss, parts: ComparisonParts, steps: [Int], seeds: Int,
  workers: Int, progress: ShareCounter
) async throws -> (TrainingRuns, CollectedLosses) {
  var runs = try TrainingRuns(
    start, ways: [.anew], loss: loss, samples: parts.training, seeds: seeds, workers: workers)
  var losses = CollectedLosses(parts: parts)
  for step in steps {
    if step > 0 { try await runs.train(to: step, progress: progress) }
    try await losses.add(runs, step: step)
  }
  return (runs, losses)
}

/// The largest number of weights in all runs together, 4 GB: beyond it, fewer batch orders are
/// tried.
private let largestState = 1 << 30
/// So often the losses are looked at, beside before the first step.
private let momentCount = 10
/// The rest of the time goes into looking at the losses.
private let shareForSteps = 0.8

/// More steps than anybody waits for: a clock that stands still does not overflow.
private let largestStepCount = 1e9
