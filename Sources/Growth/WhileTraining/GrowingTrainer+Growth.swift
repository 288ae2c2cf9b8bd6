import Diagnostics
import LinearAlgebra
import Networks

extension GrowingTrainer {
  /// Grows one layer now, whatever the schedule says.
  ///
  /// - Parameters:
  ///   - layer: the hidden layer, counted from 0.
  ///   - neurons: at most so many; `nil` for the options' limit. Fewer where there are no more, the
  ///     budget has space for no more, or none lowers the loss.
  ///   - source: how they are made; `nil` for the options' way.
  ///   - clock: as in `next(clock:)`.
  /// - Returns: what was done, which is also the last of `growths`.
  /// - Throws: `GrowthError` and `DiagnosticsError` as `next(clock:)`; nothing has changed then.
  @discardableResult
  package mutating func grow(
    layer: Int, neurons: Int? = nil, source: NeuronSource? = nil,
    clock: @Sendable () -> Double = { 0 }
  ) async throws -> LayerGrowth {
    try await grow(
      layer: layer, neurons: neurons, source: source, growth: growthCount, clock: clock)
  }

  /// Grows one layer as a part of the growth of this number.
  mutating func grow(
    layer: Int, neurons: Int? = nil, source: NeuronSource? = nil, growth: Int,
    clock: @Sendable () -> Double
  ) async throws -> LayerGrowth {
    let start = clock()
    let network = network
    let generator = SeededGenerator(seed: progress.generator)
    var search = LayerSearch(
      layer: layer, source: source ?? options.neurons, network: network, objective: objective,
      samples: samples, options: options,
      wanted: neurons ?? options.neuronLimit, affordable: affordableNeurons(ofLayer: layer),
      isStuck: progress.growths > 0 && !progress.records.contains { $0.judgedNeurons > 0 },
      sampleCount: min(
        progress.statisticsCounts[layer], statisticsLimit(for: source ?? options.neurons)),
      generator: generator)
    let step = try await search.step()
    if let addition = step.addition {
      try trainer.grow(by: addition, amplitudes: step.amplitudes, form: step.form)
      progress.isEvaluated = false
    }
    progress.generator = search.generator.state
    progress.statisticsCounts[layer] = search.sampleCount
    let seconds = clock() - start
    progress.growthSeconds += seconds
    let count = step.addition?.count ?? 0
    progress.neuronsInGrowth += count
    progress.noteSearch(
      ofLayer: layer, neurons: count,
      isExhaustive: search.sampleCount >= statisticsLimit(for: search.source))

    var record = step.record
    record.growth = growth
    record.step = stepCount
    record.seconds = self.seconds
    record.ownSeconds = seconds
    record.neurons = count
    record.widths = widths
    record.parameters = self.network.parameterCount
    progress.records.append(record)
    return record
  }
}
