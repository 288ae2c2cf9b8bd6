public import Diagnostics
public import LinearAlgebra
public import Networks

/// Trains the weights and biases of a network's Dense layers on samples in memory.
///
///     g = ∂L/∂W_l = −E[[B_{l−1} 1]ᵀ V_l] over a batch
///
/// Stages stay as they are: a BatchNormalization keeps what it learnt. One thread does the work, so
/// a run follows from its options to the last bit. A step costs products and no allocation.
public struct Trainer: Sendable {
  /// The number of steps so far.
  public private(set) var stepCount = 0
  /// The network as it is now.
  public var network: Network<Float> { pass.network }

  private let objective: Objective<Float>
  private let samples: ArraySamples
  private let options: TrainingOptions
  private var pass: Pass<Float>
  private var memories: [OptimizerMemory]
  private var generator: SeededGenerator
  private var order: [Int]
  /// How many of `order` this epoch has used.
  private var position: Int
  private var batch: [Int] = []

  /// A trainer at step 0.
  ///
  /// - Parameters:
  ///   - network: what to start from.
  ///   - objective: of the network.
  ///   - samples: at least one, of the network's width.
  ///   - options: optimizer, batches, seed.
  public init(
    _ network: Network<Float>, objective: Objective<Float>, samples: ArraySamples,
    options: TrainingOptions
  ) {
    precondition(
      samples.sampleCount > 0 && samples.inputCount == network.inputCount,
      "\(samples.sampleCount) samples of \(samples.inputCount) for \(network.inputCount) inputs")
    self.objective = objective
    self.samples = samples
    self.options = options
    pass = Pass(network: network, objective: objective)
    memories = network.layers.map {
      OptimizerMemory(
        rows: $0.weights.rows, columns: $0.outputs, optimizer: options.optimizer)
    }
    generator = SeededGenerator(seed: options.seed)
    order = Array(0..<samples.sampleCount)
    position = order.count
  }

  /// A trainer that goes on where another one stood, to the last bit; `nil` if the state is not one of
  /// such a trainer.
  ///
  /// - Parameters:
  ///   - state: of a trainer on the same samples with the same options.
  ///   - objective: of the network.
  ///   - samples: those the other trainer had.
  ///   - options: those the other trainer had.
  public init?(
    resuming state: State, objective: Objective<Float>, samples: ArraySamples,
    options: TrainingOptions
  ) {
    guard samples.inputCount == state.network.inputCount, samples.sampleCount > 0,
      state.isWhole(sampleCount: samples.sampleCount, optimizer: options.optimizer)
    else { return nil }
    self.init(state.network, objective: objective, samples: samples, options: options)
    stepCount = state.stepCount
    for index in memories.indices {
      memories[index].restore(mean: state.means[index], meanSquare: state.meanSquares[index])
    }
    generator = SeededGenerator(seed: state.generator)
    order = state.order
    position = state.position
  }

  /// All that the steps to come depend on, beside samples and options.
  public var state: State {
    State(
      network: network, stepCount: stepCount, means: memories.map(\.mean),
      meanSquares: memories.map(\.meanSquare), generator: generator.state, order: order,
      position: position)
  }

  /// The mean loss of the last step's batch, before the step; `nil` before the first.
  public var batchLoss: Double? {
    pass.losses.isEmpty ? nil : pass.losses.reduce(0, +) / Double(pass.losses.count)
  }

  /// How often all samples have been used; the last epoch may be a part of one.
  public var epochCount: Double {
    let batches = (samples.sampleCount + options.batchSize - 1) / options.batchSize
    return Double(stepCount) / Double(batches)
  }

  /// Takes some steps.
  ///
  /// - Throws: `GrowthError.lossNotFinite`; the network is then the one before that step.
  public mutating func train(steps: Int) throws(GrowthError) {
    for _ in 0..<steps { try step() }
  }

  /// Trains, and evaluates the network on all samples at chosen steps.
  ///
  /// - Parameters:
  ///   - steps: since the trainer was made, ascending, none before `stepCount`; the last one ends
  ///     the training.
  ///   - heldOut: held-out samples.
  /// - Returns: one point for each of the steps.
  /// - Throws: `GrowthError.lossNotFinite`; the network is then the one before that step.
  package mutating func train(
    evaluatingAt steps: some Sequence<Int>, heldOut: ArraySamples? = nil
  ) throws(GrowthError) -> TrainingCurve {
    var points: [TrainingCurve.Point] = []
    for step in steps {
      precondition(step >= stepCount, "step \(step) after step \(stepCount)")
      try train(steps: step - stepCount)
      points.append(
        TrainingCurve.Point(
          step: step, training: evaluation(on: samples),
          heldOut: heldOut.map { evaluation(on: $0) }))
    }
    return TrainingCurve(points: points)
  }

  /// How the network as it is now does on some samples.
  package func evaluation(on samples: ArraySamples) -> Evaluation {
    network.evaluation(on: samples, objective: objective)
  }

  /// Adds units to the network and goes on with the same epoch and the same optimizer.
  ///
  /// Adam remembers nothing of the new weights, and its bias correction does not start again for
  /// them: their first steps are up to six times the learning rate. The authors of GradMax do the
  /// same.
  ///
  /// - Parameters:
  ///   - addition: for a hidden layer of the network as it is now.
  ///   - amplitudes: how far to go along it.
  ///   - form: what γ multiplies.
  /// - Throws: what `Network.grown(by:amplitudes:form:)` throws; nothing has changed then.
  public mutating func grow(
    by addition: Addition, amplitudes: Amplitudes = .whole, form: AmplitudeForm = .fanOut
  ) throws(GrowthError) {
    let inputs = network.layers[addition.layer + 1].inputs
    pass = Pass(
      network: try network.grown(by: addition, amplitudes: amplitudes, form: form),
      objective: objective)
    let (layer, count) = (addition.layer, addition.count)
    memories[layer] = memories[layer].widened(columns: count)
    memories[layer + 1] = memories[layer + 1].widened(rows: count, at: inputs)
  }

  private mutating func step() throws(GrowthError) {
    takeBatch()
    pass.forward(samples.inputs, rows: batch, differentiating: true)
    pass.backward(targets: samples.targets.selecting(batch))
    guard pass.losses.allSatisfy(\.isFinite) else { throw .lossNotFinite(step: stepCount + 1) }
    stepCount += 1
    for index in memories.indices {
      memories[index].sum.setTransposedProduct(pass.inputs[index], pass.desiredUpdates[index])
      pass.updateWeights(ofLayer: index) { weights in
        memories[index].step(
          &weights, by: options.optimizer, sampleCount: batch.count, step: stepCount)
      }
    }
  }

  /// The next samples of a shuffled epoch.
  private mutating func takeBatch() {
    if position == order.count {
      order.shuffle(using: &generator)
      position = 0
    }
    let end = min(position + options.batchSize, order.count)
    batch.removeAll(keepingCapacity: true)
    batch.append(contentsOf: order[position..<end])
    position = end
  }
}
