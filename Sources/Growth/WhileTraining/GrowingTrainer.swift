import Diagnostics
public import LinearAlgebra
public import Networks

/// Trains a network and grows it on the fly: the experiment of the paper.
///
///     train for an interval  →  every hidden layer in turn: δW* of the next layer, new neurons, their
///     amplitudes  →  train on, with the same optimizer  →  …
///
/// Verbockhaven et al. 2024 (arXiv:2405.19816), section 4 and appendix C.
///
/// The caller asks for one event after the other, and between two of them looks at the network, saves
/// `state`, or stops:
///
///     while let event = try await trainer.next(clock: seconds) { … }
///
/// A run follows from its options to the last bit if no interval or limit is in seconds; one that
/// goes on from a saved `state` ends as if it had not been interrupted.
public struct GrowingTrainer: Sendable {
  /// The options of the training.
  public let options: GrowingOptions
  /// How many standard errors above 0 a gain must be to count, as in a diagnosis.
  public static let significance = 2.5

  var trainer: Trainer
  var progress: Progress
  let objective: Objective<Float>
  let samples: ArraySamples
  let heldOut: ArraySamples?
  private let evaluatedSamples: ArraySamples

  /// Growing training at its beginning.
  ///
  /// - Parameters:
  ///   - network: what to start from; see `Network.initialized`.
  ///   - objective: of the network.
  ///   - samples: to train on, in memory.
  ///   - heldOut: held-out samples.
  ///   - options: what to do; must end some time.
  public init(
    _ network: Network<Float>, objective: Objective<Float>, samples: ArraySamples,
    heldOut: ArraySamples? = nil, options: GrowingOptions
  ) {
    self.init(
      Trainer(network, objective: objective, samples: samples, options: options.training),
      Progress(
        statisticsCounts: network.layers.dropLast().map { _ in options.statistics.start },
        seed: options.training.seed),
      objective, samples, heldOut, options)
  }

  /// Growing training that goes on where it was saved; `nil` if the parts of the state do not go
  /// together or with the samples.
  ///
  /// - Parameters:
  ///   - state: as saved; its options may be changed before, its limits say.
  ///   - objective: of the network.
  ///   - samples: those it was begun with.
  ///   - heldOut: those it was begun with.
  public init?(
    resuming state: State, objective: Objective<Float>, samples: ArraySamples,
    heldOut: ArraySamples? = nil
  ) {
    guard
      let trainer = Trainer(
        resuming: state.training, objective: objective, samples: samples,
        options: state.options.training),
      state.progress.statisticsCounts.count == trainer.network.layers.count - 1
    else { return nil }
    self.init(trainer, state.progress, objective, samples, heldOut, state.options)
    // A limit that was moved lets a run go on that had ended.
    if progress.end != nil, !progress.reachedTarget, limitReached == nil { progress.end = nil }
  }

  private init(
    _ trainer: Trainer, _ progress: Progress, _ objective: Objective<Float>,
    _ samples: ArraySamples, _ heldOut: ArraySamples?, _ options: GrowingOptions
  ) {
    let limits = options.limits
    precondition(
      options.growthInterval != nil || options.omitsGradientDescent || limits.steps != nil
        || limits.epochs != nil || limits.seconds != nil || limits.accuracy != nil
        || limits.loss != nil, "training without growth and without an end")
    self.trainer = trainer
    self.progress = progress
    self.objective = objective
    self.samples = samples
    self.heldOut = heldOut
    self.options = options
    evaluatedSamples = samples.spread(options.evaluatedTrainingSamples)
  }

  /// The network as it is now.
  public var network: Network<Float> { trainer.network }
  /// The number of steps so far.
  public var stepCount: Int { trainer.stepCount }
  /// The number of growths of all layers so far.
  public var growthCount: Int { progress.growths }
  /// The units of each hidden layer.
  public var widths: [Int] { network.layers.dropLast().map(\.outputs) }
  /// The records of every growth of every layer, in their order.
  public var growths: [LayerGrowth] { progress.records }
  /// The points of the learning curve.
  public var curve: [GrowingPoint] { progress.points }
  /// Why no more growths follow; `nil` as long as any may.
  public var growthEnd: GrowthStopReason? { progress.growthEnd }
  /// Why it ended; `nil` as long as it has not.
  public var end: TrainingStopReason? { progress.end }
  /// Seconds of training and growing so far, by the caller's clock.
  public var seconds: Double { progress.trainingSeconds + progress.growthSeconds }

  /// All that is to come depends on, and all there is to tell.
  public var state: State {
    State(options: options, training: trainer.state, progress: progress)
  }

  /// The largest number of samples for the neurons of a layer.
  func statisticsLimit(for source: NeuronSource) -> Int {
    options.statistics.limit(of: samples.sampleCount, for: source)
  }

  /// The hidden layers that grow, in their order.
  var growingLayers: [Int] {
    (options.layers ?? Array(network.layers.indices.dropLast()))
      .filter { !network.layers[$0].couplesUnits }
  }
}

// MARK: - One event after the other

extension GrowingTrainer {
  /// Goes on to the next event.
  ///
  /// - Parameter clock: seconds since any moment; the time of a thread or process serves as well as a
  ///   clock on the wall.
  /// - Returns: what happened; `nil` after the end.
  /// - Throws: `GrowthError` if the loss overflows in a step or neurons cannot be made,
  ///   `DiagnosticsError` if the loss overflows on the samples of a growth. The state is then the one
  ///   before the event.
  public mutating func next(
    clock: @Sendable () -> Double = { 0 }
  ) async throws -> GrowingEvent? {
    while progress.end == nil {
      if let task = progress.pending.first {
        let event = try await perform(task, clock: clock)
        if let event { return event }
      } else if let limit = limitReached {
        progress.pending = [.evaluate, .end(limit)]
      } else if isGrowthDue {
        let evaluation: [Progress.Task] = options.evaluatesGrowths ? [.evaluate] : []
        progress.pending =
          evaluation + progress.takeLayers(of: growingLayers).map { .grow(layer: $0) } + [
            .closeGrowth
          ] + evaluation
        progress.neuronsInGrowth = 0
      } else if isDue(options.evaluationInterval, since: progress.sinceEvaluation) {
        progress.pending = [.evaluate]
      } else {
        let event = try step(clock: clock)
        if let event { return event }
      }
    }
    return nil
  }

  /// Does what is next to be done; a task that fails stays the next.
  private mutating func perform(
    _ task: Progress.Task, clock: @Sendable () -> Double
  ) async throws -> GrowingEvent? {
    switch task {
    case .evaluate:
      progress.pending.removeFirst()
      return progress.isEvaluated ? nil : evaluate()
    case .grow(let layer):
      let growth = try await grow(layer: layer, growth: growthCount + 1, clock: clock)
      progress.pending.removeFirst()
      return .grew(growth)
    case .closeGrowth:
      progress.pending.removeFirst()
      return closeGrowth()
    case .end(let end):
      progress.pending.removeAll()
      progress.end = end
      return .ended(end)
    }
  }

  private mutating func step(clock: () -> Double) throws(GrowthError) -> GrowingEvent? {
    let start = clock()
    try trainer.train(steps: 1)
    let seconds = clock() - start
    progress.trainingSeconds += seconds
    progress.sinceGrowth.add(steps: 1, seconds: seconds)
    progress.sinceEvaluation.add(steps: 1, seconds: seconds)
    progress.isEvaluated = false
    progress.recentLoss.sum += trainer.batchLoss ?? 0
    progress.recentLoss.count += 1
    guard trainer.stepCount % max(1, options.progressSteps) == 0 else { return nil }
    defer { progress.recentLoss = Progress.Mean() }
    return .trained(loss: progress.recentLoss.sum / Double(progress.recentLoss.count))
  }

  /// Ends a growth of all layers.
  private mutating func closeGrowth() -> GrowingEvent? {
    progress.growths += 1
    progress.sinceGrowth = Progress.Elapsed()
    let limits = options.limits
    let most = statisticsLimit(for: options.neurons)
    let isWellSought = growingLayers.allSatisfy { progress.statisticsCounts[$0] >= most }
    if case .paper = options.statistics { growStatistics() }
    if progress.neuronsInGrowth > 0 {
      progress.growthsWithoutGain = 0
    } else if isWellSought {
      progress.growthsWithoutGain += 1
    }
    if progress.neuronsInGrowth == 0, !growingLayers.contains(where: isAffordable) {
      progress.growthEnd = .parameters
    } else if limits.endsWithoutGain, progress.growthsWithoutGain >= max(1, limits.patience) {
      progress.growthEnd = .noGain
    } else if let most = limits.growths, progress.growths >= most {
      progress.growthEnd = .growths
    } else if !growingLayers.contains(where: isAffordable) {
      progress.growthEnd = .parameters
    }
    return progress.growthEnd.map { .growthEnded($0) }
  }

  /// `n_l ← n_l √max(width below, width above)`.
  private mutating func growStatistics() {
    let network = network
    for layer in progress.statisticsCounts.indices {
      let width = max(network.layers[layer].inputs, network.layers[layer + 1].outputs)
      let grown = Double(progress.statisticsCounts[layer]) * Double(width).squareRoot()
      progress.statisticsCounts[layer] = Int(
        min(grown.rounded(), Double(statisticsLimit(for: options.neurons))))
    }
  }

  /// Gives the curve a point of the network as it is, unless its last one is; training that goes on
  /// from a state saved before does not see it.
  public mutating func evaluateNow() {
    if !progress.isEvaluated { _ = evaluate() }
  }

  private mutating func evaluate() -> GrowingEvent {
    let point = GrowingPoint(
      step: stepCount, epoch: trainer.epochCount, growth: growthCount, seconds: seconds,
      growthSeconds: progress.growthSeconds, widths: widths, parameters: network.parameterCount,
      training: trainer.evaluation(on: evaluatedSamples),
      heldOut: heldOut.map { trainer.evaluation(on: $0) })
    progress.points.append(point)
    progress.isEvaluated = true
    progress.sinceEvaluation = Progress.Elapsed()
    let limits = options.limits
    if let target = limits.accuracy, let accuracy = point.judged.accuracy, accuracy >= target {
      progress.pending = [.end(.accuracy)]
    } else if let target = limits.loss, point.judged.loss <= target {
      progress.pending = [.end(.loss)]
    }
    return .evaluated(point)
  }
}

// MARK: - What is due

extension GrowingTrainer {
  private var isGrowthDue: Bool {
    guard progress.growthEnd == nil, options.limits.growths != 0, !growingLayers.isEmpty else {
      return false
    }
    return options.omitsGradientDescent
      || isDue(options.growthInterval, since: progress.sinceGrowth)
  }

  private func isDue(_ interval: Interval?, since elapsed: Progress.Elapsed) -> Bool {
    switch interval {
    case .steps(let steps): elapsed.steps >= max(1, steps)
    case .seconds(let seconds): elapsed.seconds >= seconds && elapsed.steps > 0
    case nil: false
    }
  }

  /// The limit that is reached, or that the growth has ended and nothing else will end it.
  private var limitReached: TrainingStopReason? {
    let limits = options.limits
    if let steps = limits.steps, stepCount >= steps { return .steps }
    if let epochs = limits.epochs, trainer.epochCount >= epochs { return .epochs }
    if let seconds = limits.seconds, self.seconds >= seconds { return .seconds }
    let cannotGrow =
      progress.growthEnd != nil || limits.growths == 0 || growingLayers.isEmpty
      || options.growthInterval == nil && !options.omitsGradientDescent
    guard cannotGrow else { return nil }
    if options.omitsGradientDescent { return .growth }
    guard limits.steps == nil, limits.epochs == nil, limits.seconds == nil,
      let interval = options.growthInterval, isDue(interval, since: progress.sinceGrowth)
    else { return nil }
    return .growth
  }

  /// Whether the budget allows a neuron of the layer.
  private func isAffordable(_ layer: Int) -> Bool { affordableNeurons(ofLayer: layer) > 0 }

  /// The number of neurons of the layer that the budget allows.
  func affordableNeurons(ofLayer layer: Int) -> Int {
    guard let budget = options.limits.parameters else { return .max }
    let network = network
    let cost = network.layers[layer].weights.rows + network.layers[layer + 1].outputs
    return max(0, budget - network.parameterCount) / cost
  }
}

extension ArraySamples {
  /// At most `limit` samples, spread evenly.
  fileprivate func spread(_ limit: Int?) -> ArraySamples {
    guard let limit, limit < sampleCount else { return self }
    let rows = (0..<max(1, limit)).map { $0 * sampleCount / max(1, limit) }
    return ArraySamples(inputs: inputs.selectingRows(rows), targets: targets.selecting(rows))
  }
}
