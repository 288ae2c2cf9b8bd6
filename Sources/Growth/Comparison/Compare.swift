import Diagnostics
public import LinearAlgebra
public import Networks

/// Trains on from a network in several ways by the same budget, and judges what becomes of each on
/// samples that neither fitted nor chose anything.
///
/// The ways: the network as it is; for each hidden layer, the neurons a diagnosis finds at several
/// amplitudes and fan-in scales, those of GradMax, random ones, copies of units, and a new network of
/// the final width. All runs of one number share the order of their batches.
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
public func compare(
  _ network: Network<Float>, loss: Loss, configuration: TrainingConfiguration,
  parts: ComparisonParts, options: ComparisonOptions, clock: @Sendable () -> Double,
  progress: (@Sendable (String, Double) -> Void)? = nil
) async throws -> Comparison {
  let begin = clock()
  let (start, isSuggested) = try await comparisonStart(
    network, loss: loss, configuration: configuration, parts: parts, options: options,
    progress: progress)
  let ways = start.ways()
  var runs = try TrainingRuns(
    start, ways: ways, loss: loss, samples: parts.training, seeds: options.seeds,
    workers: options.diagnosis.workers)

  var collected = CollectedLosses(parts: parts, wayCount: ways.count)
  try await collected.add(runs, step: 0)
  var steps = 0
  switch options.length {
  case .steps(let count): steps = count
  case .usual:
    steps =
      StepBudget(
        parameters: runs.parameters, seeds: options.seeds, sampleCount: parts.training.sampleCount,
        batchSize: configuration.batchSize
      ).steps
  case .seconds(let seconds):
    // A few steps tell how long the others take.
    let tried = 5
    let before = clock()
    try await runs.train(to: tried, progress: nil)
    let perStep = (clock() - before) / Double(tried)
    steps = max(tried, Int((begin + seconds - clock()) / perStep * shareForSteps))
  }
  let moments = evaluationSteps(steps, count: momentCount).dropFirst()
  let done = ShareCounter(total: moments.count * ways.count * options.seeds) {
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
  return Comparison(
    ways: collected.results(ways, parameters: runs.parameters, diverged: runs.divergedRuns),
    configuration: configuration, steps: steps, seeds: options.seeds,
    sampleCounts: (
      parts.training.sampleCount, parts.choosing.sampleCount, parts.judging.sampleCount
    ), isSuggested: isSuggested)
}

/// So often the losses are looked at, beside before the first step.
private let momentCount = 10
/// The rest of the time goes into looking at the losses.
private let shareForSteps = 0.8
/// Where the diagnosis suggests nothing, so many neurons are tried all the same: a share of the layer's
/// units, within bounds.
private let triedShare = 0.25
private let mostTried = 8

/// Diagnoses the network and finds what to add where.
private func comparisonStart(
  _ network: Network<Float>, loss: Loss, configuration: TrainingConfiguration,
  parts: ComparisonParts, options: ComparisonOptions,
  progress: (@Sendable (String, Double) -> Void)?
) async throws -> (ComparisonStart, isSuggested: Bool) {
  let last = network.layers[network.layers.count - 1]
  let objective = try Objective<Float>(
    loss: loss, outputStages: last.stages, outputs: last.outputs)
  let split = SampleSplit(
    samples: parts.training, validation: parts.choosing, holdout: 0,
    seed: options.diagnosis.seed)
  func diagnosis(counts: [Int: Int]) async throws -> Diagnosis {
    var asked = options.diagnosis
    asked.networkLack = false
    if !counts.isEmpty {
      asked.layers = counts.keys.sorted()
      asked.counts = counts
      asked.neuronLimit = max(asked.neuronLimit, counts.values.max() ?? 0)
    }
    return try await diagnose(
      network, objective: objective, split: split, options: asked,
      progress: { phase, share in progress?("diagnosis: \(phase)", share) })
  }
  var counts = options.counts
  var found = try await diagnosis(counts: counts)
  var isSuggested = true
  if counts.isEmpty {
    for growth in found.growth where growth.suggestedNeurons > 0 {
      counts[growth.layer] = growth.suggestedNeurons
    }
    if counts.isEmpty {
      isSuggested = false
      for growth in found.growth where !network.layers[growth.layer].couplesUnits {
        let share = Int(triedShare * Double(network.layers[growth.layer].outputs))
        counts[growth.layer] = min(mostTried, max(1, share))
      }
      if !counts.isEmpty { found = try await diagnosis(counts: counts) }
    }
  }
  var neurons: [Int: NeuronWeights] = [:]
  for growth in found.growth {
    guard let addition = growth.addition, counts[growth.layer] != nil else { continue }
    neurons[growth.layer] = addition
    // A diagnosis has only so many candidates.
    counts[growth.layer] = addition.fanIn.columns
  }
  return (
    ComparisonStart(
      network: network, configuration: configuration, moments: found.moments, neurons: neurons,
      counts: counts, seed: options.diagnosis.seed), isSuggested
  )
}
