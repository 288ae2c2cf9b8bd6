import Diagnostics
import LinearAlgebra
import Networks

/// A step of a growth: what is added, and what is known of it.
struct FoundStep {
  var addition: Addition?
  var amplitudes = Amplitudes.whole
  var form = AmplitudeForm.fanOut
  var record: LayerGrowth
}

/// Finds the neurons of one layer for one growth.
struct LayerSearch {
  let layer: Int
  let source: NeuronSource
  let network: Network<Float>
  let objective: Objective<Float>
  let samples: ArraySamples
  let options: GrowingOptions
  /// The largest number of neurons, as it was asked for, and as the budget allows.
  let wanted: Int?
  let affordable: Int
  /// Whether the network has grown before, and never gained anything.
  let isStuck: Bool
  /// n_l; error bars may ask for more.
  var sampleCount: Int
  var generator: SeededGenerator

  var wide: Layer<Float> { network.layers[layer] }
  var next: Layer<Float> { network.layers[layer + 1] }

  /// The largest number of neurons: `wanted`, or `usual` if none is given, within the budget.
  func limit(orElse usual: Int) -> Int { min(wanted ?? usual, affordable) }

  /// The step on as many samples as it takes.
  mutating func step() async throws -> FoundStep {
    guard case .errorBars(_, let relativeError, _) = options.statistics else {
      return try await step(judging: options.requiresSignificance)
    }
    if source.isOfDiagnosis {
      return try await diagnosedUntilClear()
    }
    let largest = options.statistics.limit(of: samples.sampleCount, for: source)
    while true {
      let found = try await step(judging: true)
      if found.record.isTight(relativeError) || sampleCount >= largest { return found }
      sampleCount = min(2 * sampleCount, largest)
    }
  }

  private mutating func step(judging: Bool) async throws -> FoundStep {
    switch source {
    case .sequential, .random: try searched(judging: judging)
    case .joint, .activationAware: try await diagnosed()
    case .gradmax, .net2wider, .silent: try made()
    }
  }

  // MARK: Without a search

  private mutating func made() throws -> FoundStep {
    let batch = try statistics(draw(sampleCount))
    var record = emptyRecord(lossBefore: batch.loss, sampleCount: batch.sampleCount)
    let most = limit(orElse: next.outputs)
    let count = source == .gradmax ? min(most, wide.inputs, next.outputs) : most
    guard count > 0 else { return FoundStep(record: record) }
    let addition: Addition =
      switch source {
      case .gradmax:
        try .gradmax(layer: layer, count: count, of: network, moments: batch.moments)
      case .net2wider:
        .net2wider(layer: layer, count: count, of: network, seed: generator.next())
      default: .random(layer: layer, count: count, of: network, seed: generator.next())
      }
    record.amplitude = 1
    record.updateAmplitude = addition.weightUpdate == nil ? 0 : 1
    return FoundStep(addition: addition, record: record)
  }

  // MARK: The samples

  func statistics(_ rows: [Int]) throws -> BatchStatistics {
    try BatchStatistics(
      layer: layer, of: network, objective: objective, samples: samples, rows: rows)
  }

  /// Draws `count` different samples at random, or all if there are fewer.
  mutating func draw(_ count: Int) -> [Int] {
    var rows = Array(0..<samples.sampleCount)
    guard count < rows.count else {
      rows.shuffle(using: &generator)
      return rows
    }
    for place in 0..<count {
      rows.swapAt(place, Int.random(in: place..<rows.count, using: &generator))
    }
    return Array(rows.prefix(count))
  }

  func emptyRecord(lossBefore: Double, sampleCount: Int) -> LayerGrowth {
    LayerGrowth(
      growth: 0, step: 0, layer: layer, layerName: wide.name, source: source,
      sampleCount: sampleCount, lossBefore: lossBefore, lossWithUpdate: lossBefore,
      lossAfter: lossBefore, widths: [], parameters: 0)
  }

  func decomposing<Result>(
    _ body: () throws(LinearAlgebraError) -> Result
  ) throws(GrowthError) -> Result {
    do throws(LinearAlgebraError) {
      return try body()
    } catch {
      throw .decomposition(error)
    }
  }
}
