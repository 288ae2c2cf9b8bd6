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
    progress.neuronsInGrowth += step.addition?.count ?? 0

    var record = step.record
    record.growth = growth
    record.step = stepCount
    record.seconds = self.seconds
    record.ownSeconds = seconds
    record.neurons = step.addition?.count ?? 0
    record.widths = widths
    record.parameters = self.network.parameterCount
    progress.records.append(record)
    return record
  }
}

/// A step of a growth: what is added, and what is known of it.
private struct FoundStep {
  var addition: Addition?
  var amplitudes = Amplitudes.whole
  var form = AmplitudeForm.fanOut
  var record: LayerGrowth
}

/// Finds the neurons of one layer for one growth.
private struct LayerSearch {
  let layer: Int
  let source: NeuronSource
  let network: Network<Float>
  let objective: Objective<Float>
  let samples: ArraySamples
  let options: GrowingOptions
  /// The largest number of neurons, as it was asked for, and as the budget allows.
  let wanted: Int?
  let affordable: Int
  /// n_l; error bars may ask for more.
  var sampleCount: Int
  var generator: SeededGenerator

  init(
    layer: Int, source: NeuronSource, network: Network<Float>, objective: Objective<Float>,
    samples: ArraySamples, options: GrowingOptions, wanted: Int?, affordable: Int,
    sampleCount: Int,
    generator: SeededGenerator
  ) {
    self.layer = layer
    self.source = source
    self.network = network
    self.objective = objective
    self.samples = samples
    self.options = options
    self.wanted = wanted
    self.affordable = affordable
    self.sampleCount = sampleCount
    self.generator = generator
  }

  private var wide: Layer<Float> { network.layers[layer] }
  private var next: Layer<Float> { network.layers[layer + 1] }

  /// The largest number of neurons: `wanted`, or `usual` if none is given, within the budget.
  private func limit(orElse usual: Int) -> Int { min(wanted ?? usual, affordable) }

  /// The step on as many samples as it takes.
  mutating func step() async throws -> FoundStep {
    guard case .errorBars(_, let relativeError, _) = options.statistics else {
      return try await step(judging: options.requiresSignificance)
    }
    let largest = options.statistics.limit(of: samples.sampleCount, for: source)
    while true {
      let found = try await step(judging: true)
      let isTight =
        found.record.judgedGain.map { $0.standardError <= relativeError * $0.mean } ?? true
      if isTight || sampleCount >= largest { return found }
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

  // MARK: By a line search on the batch

  private mutating func searched(judging: Bool) throws -> FoundStep {
    let drawn = draw(judging ? 2 * sampleCount : sampleCount)
    let (rows, others) = (drawn.prefix(sampleCount), drawn.dropFirst(sampleCount))
    let batch = try statistics(Array(rows))
    var record = emptyRecord(lossBefore: batch.loss, sampleCount: rows.count)
    let neurons: Addition
    if source == .random {
      neurons = randomNeurons()
    } else {
      let found = try decomposing { () throws(LinearAlgebraError) in
        try batch.neurons(limit: limit(orElse: .max), threshold: options.threshold)
      }
      neurons = found.addition
      record.singularValues = found.singularValues
      record.desiredUpdate = found.desiredUpdate
      record.bestUpdate = found.bestUpdate
    }
    var line = BatchLossLine(along: neurons, form: .bothSides, of: batch)
    line.search()
    var amplitudes = line.amplitudes
    record.lossBefore = line.startLoss
    if !others.isEmpty {
      var judge = BatchLossLine(along: neurons, form: .bothSides, of: try statistics(Array(others)))
      (amplitudes, record.judgedGain) = judged(amplitudes, by: &judge)
    }
    (record.updateAmplitude, record.amplitude) = (amplitudes.update, amplitudes.neurons)
    record.lossWithUpdate = line.meanLoss(at: Amplitudes(update: amplitudes.update, neurons: 0))
    record.lossAfter = line.meanLoss(at: amplitudes)
    record.predictedGain = line.predictedGain(at: amplitudes)
    return FoundStep(
      addition: addition(neurons, amplitudes), amplitudes: amplitudes, form: .bothSides,
      record: record)
  }

  /// The shares of the line search's amplitudes that are judged: found on few samples, a shorter step
  /// does better on others.
  private static let shares = [1, 0.5, 0.25, 0.125]

  /// The amplitudes that lower the loss of other samples most, first γ₀, then γ beside it; 0 for what
  /// does not, or not by enough. And what they gain there.
  private func judged(
    _ amplitudes: Amplitudes, by judge: inout BatchLossLine
  ) -> (Amplitudes, PairedGain?) {
    var kept = Amplitudes.zero
    func best(
      _ gain: (_ share: Double) -> PairedGain?
    ) -> Double {
      let gains = Self.shares.map { (share: $0, gain: gain($0)) }
      guard let most = gains.max(by: { $0.gain?.mean ?? 0 < $1.gain?.mean ?? 0 }),
        let gain = most.gain
      else { return 0 }
      let least =
        options.requiresSignificance ? GrowingTrainer.significance * gain.standardError : 0
      return gain.mean > least ? most.share : 0
    }
    if amplitudes.update > 0 {
      kept.update =
        amplitudes.update
        * best {
          judge.pairedGain(
            from: .zero, to: Amplitudes(update: $0 * amplitudes.update, neurons: 0))
        }
    }
    if amplitudes.neurons > 0 {
      let start = kept
      kept.neurons =
        amplitudes.neurons
        * best {
          judge.pairedGain(
            from: start,
            to: Amplitudes(update: start.update, neurons: $0 * amplitudes.neurons))
        }
    }
    return (kept, judge.pairedGain(from: .zero, to: kept))
  }

  /// The part of the neurons and their weight update that is added at these amplitudes; `nil` if
  /// both are zero.
  private func addition(_ found: Addition, _ amplitudes: Amplitudes) -> Addition? {
    // Random neurons are there in any case: without fan-out they change nothing, and training goes on.
    if source == .random, amplitudes.neurons == 0, !options.requiresSignificance {
      return Addition(
        layer: layer, fanIn: found.fanIn,
        fanOut: Matrix(rows: found.fanOut.rows, columns: found.fanOut.columns))
    }
    let isGrowing = amplitudes.neurons > 0 && found.count > 0
    guard isGrowing || amplitudes.update > 0 else { return nil }
    return isGrowing
      ? found
      : Addition(
        layer: layer, fanIn: Matrix(rows: found.fanIn.rows, columns: 0),
        fanOut: Matrix(rows: 0, columns: found.fanOut.columns),
        weightUpdate: found.weightUpdate)
  }

  private mutating func randomNeurons() -> Addition {
    let count = limit(orElse: next.outputs)
    return Addition(
      layer: layer,
      fanIn: generator.kaimingWeights(inputs: wide.inputs, outputs: count, hasBias: wide.hasBias),
      fanOut: generator.kaimingWeights(inputs: count, outputs: next.outputs, hasBias: false),
      weightUpdate: Matrix(rows: next.weights.rows, columns: next.outputs))
  }

  // MARK: By a diagnosis of the batch

  private mutating func diagnosed() async throws -> FoundStep {
    let rows = draw(sampleCount)
    let batch = ArraySamples(
      inputs: samples.inputs.selectingRows(rows), targets: samples.targets.selecting(rows))
    var choice = DiagnosisOptions(
      solver: source == .joint ? .joint : .activationAware,
      neuronLimit: limit(orElse: DiagnosisOptions(workers: 1).neuronLimit),
      layers: [layer], workers: options.workers, seed: generator.next())
    choice.networkLack = false
    // What is found here is grown many times, and a batch is thrown away afterwards.
    choice.judgesInParts = false
    guard choice.neuronLimit > 0 else {
      let loss = try statistics(rows).loss
      return FoundStep(record: emptyRecord(lossBefore: loss, sampleCount: rows.count))
    }
    let diagnosis = try await diagnose(
      .model(network, objective),
      split: SampleSplit(samples: batch, holdout: 0.2, seed: generator.next()), options: choice)
    let loss = diagnosis.training?.loss ?? 0
    var record = emptyRecord(lossBefore: loss, sampleCount: rows.count)
    guard let growth = diagnosis.growth.first else { return FoundStep(record: record) }
    record.singularValues = growth.paper.singularValues
    record.desiredUpdate = diagnosis.layers[layer + 1].desiredUpdate
    record.bestUpdate = diagnosis.layers[layer + 1].bestUpdate
    let gain = growth.lossGain ?? growth.rejectedLossGain
    record.judgedGain = gain?.heldOut
    guard let addition = growth.addition, let gain = growth.lossGain else {
      return FoundStep(record: record)
    }
    record.predictedGain = gain.predicted
    record.updateAmplitude = gain.amplitudes.update
    record.amplitude = gain.amplitudes.neurons
    record.lossWithUpdate = loss - gain.measuredWithoutNeurons
    record.lossAfter = loss - gain.measured
    // The amplitudes are multiplied out.
    return FoundStep(addition: addition, record: record)
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

  private func statistics(_ rows: [Int]) throws -> BatchStatistics {
    try BatchStatistics(
      layer: layer, of: network, objective: objective, samples: samples, rows: rows)
  }

  /// Draws `count` different samples at random, or all if there are fewer.
  private mutating func draw(_ count: Int) -> [Int] {
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

  private func emptyRecord(lossBefore: Double, sampleCount: Int) -> LayerGrowth {
    LayerGrowth(
      growth: 0, step: 0, layer: layer, layerName: wide.name, source: source,
      sampleCount: sampleCount, lossBefore: lossBefore, lossWithUpdate: lossBefore,
      lossAfter: lossBefore, widths: [], parameters: 0)
  }

  private func decomposing<Result>(
    _ body: () throws(LinearAlgebraError) -> Result
  ) throws(GrowthError) -> Result {
    do throws(LinearAlgebraError) {
      return try body()
    } catch {
      throw .decomposition(error)
    }
  }
}
