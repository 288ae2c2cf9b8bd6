import Diagnostics
import LinearAlgebra
import Networks

/// Diagnoses a network, and finds what to add where.
struct NeuronsToCompare {
  let network: Network<Float>
  let loss: Loss
  let configuration: TrainingConfiguration
  let parts: ComparisonParts
  let options: ComparisonOptions
  let progress: (@Sendable (String, Double) -> Void)?

  /// Where the diagnosis suggests nothing, so many neurons are tried all the same: a share of the layer's
  /// units, within bounds.
  private static let triedShare = 0.25
  private static let mostTried = 8

  /// From where each way starts, and whether a report on the samples that train and choose suggests any of the
  /// neurons.
  func start() async throws -> (ComparisonStart, isSuggested: Bool) {
    // For GradMax.
    let moments = try await diagnosis(of: network, counts: [:]).moments
    var counts = options.counts.isEmpty ? try await suggestedCounts() : options.counts
    let isSuggested = !counts.isEmpty
    if counts.isEmpty { counts = triedCounts }
    var neurons: [Int: [NeuronsFound]] = [:]
    for (layer, count) in counts.sorted(by: { $0.key < $1.key }) {
      neurons[layer] = try await neuronsAsked(count, inLayer: layer)
    }
    return (
      ComparisonStart(
        network: network, configuration: configuration, moments: moments,
        neurons: neurons, counts: counts, seed: options.diagnosis.seed), isSuggested
    )
  }

  /// The numbers of neurons that a report suggests, made as any report is, of the samples that do not judge:
  /// of a part where that makes it clear, and with parts held out in turn where a gain is in doubt.
  private func suggestedCounts() async throws -> [Int: Int] {
    var asked = options.diagnosis
    asked.networkLack = false
    let found = try await diagnoseUntilClear(
      .model(network, try objective()), split: parts.withoutJudging(seed: asked.seed),
      options: asked, progress: { phase, share in progress?("diagnosis: \(phase)", share) }
    ).diagnosis
    return Dictionary(
      uniqueKeysWithValues: found.growth.filter { $0.suggestedNeurons > 0 }
        .map { ($0.layer, $0.suggestedNeurons) })
  }

  private func objective() throws -> Objective<Float> {
    let last = network.layers[network.layers.count - 1]
    return try Objective(loss: loss, outputStages: last.stages, outputs: last.outputs)
  }

  private var triedCounts: [Int: Int] {
    var counts: [Int: Int] = [:]
    for (layer, description) in network.layers.dropLast().enumerated()
    where !description.couplesUnits && options.diagnosis.layers?.contains(layer) ?? true {
      let share = Int(Self.triedShare * Double(description.outputs))
      counts[layer] = min(Self.mostTried, max(1, share))
    }
    return counts
  }

  /// Exactly so many neurons, as `grow` adds them: a diagnosis has only so many candidates, so that it
  /// may take several, and random ones without fan-out take the place of those that are not found.
  private func neuronsAsked(_ count: Int, inLayer layer: Int) async throws -> [NeuronsFound] {
    guard !network.layers[layer].couplesUnits else {
      throw GrowthError.coupledUnits(layer: network.layers[layer].name)
    }
    var (grown, left) = (network, count)
    var all: [NeuronsFound] = []
    while left > 0 {
      let found = try await diagnosis(of: grown, counts: [layer: left])
      guard let neurons = found.growth.first.flatMap({ NeuronsFound($0, found.moments) }),
        neurons.addition.count > 0
      else {
        let silent = Addition.random(
          layer: layer, count: left, of: grown, seed: options.diagnosis.seed)
        all.append(NeuronsFound(addition: silent, silentFanIn: silent.fanIn))
        break
      }
      all.append(neurons)
      grown = try grown.grown(by: neurons.addition)
      left -= neurons.addition.count
    }
    return all
  }

  /// Neurons are fitted on the training part and judged by the choosing one; without numbers of neurons, the
  /// moments alone.
  private func diagnosis(
    of network: Network<Float>, counts: [Int: Int]
  ) async throws -> Diagnosis {
    var asked = options.diagnosis
    asked.networkLack = false
    asked.layers = counts.keys.sorted()
    asked.counts = counts
    asked.neuronLimit = max(asked.neuronLimit, counts.values.max() ?? 0)
    return try await diagnose(
      .model(network, try objective()),
      split: SampleSplit(
        samples: parts.training, validation: parts.choosing, holdout: 0, seed: asked.seed),
      options: asked, progress: { phase, share in progress?("diagnosis: \(phase)", share) })
  }
}
