import LinearAlgebra
import Networks

/// Buffers shared by all step trials at one hidden layer l, for one block of samples. Around wide
/// layers they hold most of the memory of the trials.
struct LayerTrialBuffers<Scalar: BLASScalar>: Sendable {
  /// The losses after the step that was tried last.
  var losses: [Double] { tail.losses }
  /// The change of the preactivations of layer l + 1 by a choice of neurons, per unit of γ.
  var change: Matrix<Scalar>

  /// l.
  private let layer: Int
  /// W of layer l + 1, and γ₀ δW* where all steps share γ₀.
  private let weights: Matrix<Scalar>
  /// δW*, where they do not.
  private let bestWeightUpdate: Matrix<Scalar>?
  private var tail: NetworkTail<Scalar>
  /// The preactivations of layer l + 1 as they are, and what they change by per unit of γ₀.
  private var base: Matrix<Scalar>
  private var update: Matrix<Scalar>
  private var preactivations: Matrix<Scalar>

  /// - Parameters:
  ///   - trials: those at one hidden layer, with their steps; not empty.
  ///   - moments: the averages that the neurons were found from.
  ///   - network: the network as it is.
  ///   - objective: its loss.
  init(
    _ trials: [(trial: StepTrial, steps: [AmplitudeStep])], moments: Moments,
    network: Network<Scalar>,
    objective: Objective<Scalar>
  ) {
    layer = trials[0].trial.layer
    let own = moments.layers[layer + 1].weightsForRelativeInputs(network.layers[layer + 1].weights)
    // The same whatever the neurons are.
    let best = trials.flatMap(\.trial.choices).first?.bestWeightUpdate
    let amplitudes = Set(trials.flatMap { $0.steps.map(\.amplitudes.update) })
    if let best, amplitudes.count == 1, let amplitude = amplitudes.first {
      weights = Matrix(Matrix<Double>(own) + amplitude * best)
      bestWeightUpdate = nil
    } else {
      weights = own
      bestWeightUpdate = best.map { Matrix($0) }
    }
    tail = NetworkTail(of: network, objective: objective, fromLayer: layer + 1)
    base = Matrix(rows: 0, columns: own.columns)
    update = base
    change = base
    preactivations = base
  }

  /// Begins with a block that went forward, its inputs relative to the references.
  mutating func begin(_ pass: Pass<Scalar>) {
    for buffer in [\LayerTrialBuffers.base, \.change, \.preactivations] {
      self[keyPath: buffer].setRowCount(pass.sampleCount)
    }
    base.setProduct(pass.inputs[layer + 1], weights)
    guard let bestWeightUpdate else { return }
    update.setRowCount(pass.sampleCount)
    update.setProduct(pass.inputs[layer + 1], bestWeightUpdate)
  }

  /// How many samples of a block the step that was tried last lets the network answer rightly; `nil`
  /// where the loss does not speak of classes.
  func correctCount(_ block: SampleBlock<Scalar>, rows: Range<Int>) -> Double? {
    tail.correctCount(
      of: rows, preactivations: preactivations, targets: block.targets, weights: block.weights)
  }

  /// Finds the losses after a step, whose choice of neurons is what `change` was made for.
  mutating func evaluate(_ step: AmplitudeStep, targets: Targets<Scalar>) {
    // What has no part in a step may not even be a number.
    let hasUpdate = bestWeightUpdate != nil
    preactivations.setSum(
      base, hasUpdate ? update : base, factor: hasUpdate ? Scalar(step.amplitudes.update) : 0,
      step.choice == nil ? base : change,
      factor: step.choice == nil ? 0 : Scalar(step.amplitudes.neurons))
    tail.evaluate(preactivations: &preactivations, targets: targets)
  }
}
