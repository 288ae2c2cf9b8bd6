import LinearAlgebra
package import Networks

/// Trains a network on as its framework would: with its optimizer, penalties, Dropout and
/// BatchNormalization.
///
/// One thread does the work, so that a run follows from its arguments to the last bit. A network that
/// diverges stops where it is.
package struct FineTuner: Sendable {
  /// The number of steps so far.
  package private(set) var stepCount = 0
  /// Whether a loss or a weight has become no finite number; no further step is taken.
  package private(set) var isDiverged = false

  private let samples: ArraySamples
  private let configuration: TrainingConfiguration
  private let objective: Objective<Float>
  private var pass: TrainingPass<Float>
  private var memories: [UpdateMemory] = []
  /// The generator of the order of samples: the same for all networks with one seed.
  private var orders: SeededGenerator
  /// The generator of dropout masks, whose size depends on the widths.
  private var noise: SeededGenerator
  private var order: [Int]
  private var position: Int
  private var batch: [Int] = []

  /// A training at step 0.
  ///
  /// - Parameters:
  ///   - network: what to start from.
  ///   - loss: what it is trained for.
  ///   - samples: at least one, of the network's width; their weights count as Keras's
  ///     `sample_weight`.
  ///   - configuration: of this network, or of the one it was grown from.
  ///   - seed: decides the order of the samples, and what is dropped out.
  /// - Throws: `NetworkError` if the loss cannot follow the last layer.
  package init(
    _ network: Network<Float>, loss: Loss, samples: ArraySamples,
    configuration: TrainingConfiguration, seed: UInt64
  ) throws(NetworkError) {
    precondition(
      samples.sampleCount > 0 && samples.inputCount == network.inputCount,
      "\(samples.sampleCount) samples of \(samples.inputCount) for \(network.inputCount) inputs")
    self.samples = samples
    self.configuration = configuration
    let last = network.layers[network.layers.count - 1]
    objective = try Objective(loss: loss, outputStages: last.stages, outputs: last.outputs)
    pass = try TrainingPass(network, loss: loss, configuration: configuration)
    orders = SeededGenerator(seed: seed)
    var first = SeededGenerator(seed: seed &+ 1)
    noise = SeededGenerator(seed: first.next())
    order = Array(0..<samples.sampleCount)
    position = order.count
    var memories: [UpdateMemory] = []
    pass.updateVariables {
      memories.append(
        UpdateMemory(count: $0.values.storage.count, rule: configuration.optimizer.rule))
    }
    self.memories = memories
  }

  /// The network as it is now.
  package var network: Network<Float> { pass.network }

  /// The mean loss of the last step's batch before the step, without penalties; `nil` before the first.
  package var batchLoss: Double? {
    pass.losses.isEmpty ? nil : pass.losses.reduce(0, +) / Double(pass.losses.count)
  }

  /// Takes some steps, fewer if the network diverges.
  package mutating func train(steps: Int) {
    for _ in 0..<steps where !isDiverged { step() }
  }

  /// The loss of each sample for the network as it is now, at inference.
  package func losses(on samples: ArraySamples) -> [Double] {
    network.losses(on: samples, objective: objective)
  }

  private mutating func step() {
    takeBatch()
    pass.run(
      samples.inputs, rows: batch, targets: samples.targets, counts: samples.weights, &noise)
    guard pass.losses.allSatisfy(\.isFinite) else {
      isDiverged = true
      return
    }
    stepCount += 1
    update()
  }

  private mutating func update() {
    let (optimizer, count, step) = (configuration.optimizer, batch.count, stepCount)
    var globalFactor: Float = 1
    if case .globalNorm(let limit) = optimizer.clipping {
      var squares = 0.0
      pass.updateVariables {
        $0.completeGradient(sampleCount: count)
        squares += $0.squaredNorm
      }
      let norm = squares.squareRoot()
      if !(norm <= limit) { globalFactor = Float(limit / norm) }
    }
    var index = 0
    var isFinite = true
    // Taken out, as the closure may not reach into `self` while the pass changes.
    var memories = memories
    self.memories = []
    pass.updateVariables { variable in
      var factor = -1 / Float(count)
      if case .globalNorm = optimizer.clipping {
        factor = globalFactor
      } else if variable.hasPenalty || optimizer.clipping != nil {
        variable.completeGradient(sampleCount: count)
        factor = 1
      }
      switch optimizer.clipping {
      case .norm(let limit): variable.clip(toNorm: limit)
      case .value(let limit): variable.clip(toValue: limit)
      case .globalNorm, nil: break
      }
      memories[index].step(
        &variable.values.storage, sum: variable.sum.storage, factor: factor, by: optimizer,
        step: step)
      if let first = variable.values.storage.first, !first.isFinite { isFinite = false }
      index += 1
    }
    self.memories = memories
    if !isFinite { isDiverged = true }
  }

  /// The next samples of a shuffled epoch.
  private mutating func takeBatch() {
    if position == order.count {
      order.shuffle(using: &orders)
      position = 0
    }
    let end = min(position + configuration.batchSize, order.count)
    batch.removeAll(keepingCapacity: true)
    batch.append(contentsOf: order[position..<end])
    position = end
  }
}
