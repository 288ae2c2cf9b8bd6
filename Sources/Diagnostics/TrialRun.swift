import LinearAlgebra
import Networks

/// One trial's steps, and the buffers to try them on a block.
struct TrialRun<Scalar: BLASScalar>: Sendable {
  /// The weights of one choice: −β ω for [B_l 1], and ω for the features.
  private struct Choice {
    let fromInputs: Matrix<Scalar>
    let fromFeatures: Matrix<Scalar>
  }

  /// What each step does to the loss.
  private(set) var sums: [StepSums]
  private let layer: Int
  private let function: UnitFunction
  private let form: AmplitudeForm
  private let steps: [Step]
  private let choices: [Choice]
  private let weights: Matrix<Scalar>
  private let bestWeightUpdate: Matrix<Scalar>
  private let fanIn: Matrix<Scalar>
  private let offset: [Scalar]

  private var tail: Tail<Scalar>
  /// αᵀ b of all neurons, samples × neurons.
  private var drives: Matrix<Scalar>
  private var features: Matrix<Scalar>
  /// The preactivations of layer l + 1 as they are, and what they change by per unit of γ₀ and γ.
  private var base: Matrix<Scalar>
  private var update: Matrix<Scalar>
  private var change: Matrix<Scalar>
  private var preactivations: Matrix<Scalar>

  init(
    _ trial: Trial, steps: [Step], moments: Moments, network: Network<Scalar>,
    objective: Objective<Scalar>
  ) {
    layer = trial.layer
    function = trial.function
    form = trial.form
    self.steps = steps
    sums = [StepSums](repeating: StepSums(), count: steps.count)
    let raw = moments.layers[layer + 1].weightsForRawInputs
    weights = network.layers[layer + 1].weights
    bestWeightUpdate =
      trial.choices.first.map { Matrix(raw($0.bestWeightUpdate)) }
      ?? Matrix(rows: weights.rows, columns: weights.columns)
    let all = trial.fanIn
    fanIn = Matrix(moments.layers[layer].weightsForRawInputs(all))
    offset = [Scalar](repeating: Scalar(function.valueAtZero), count: all.columns)
    choices = trial.choices.map { choice in
      var fanOut = choice.fanOut
      fanOut.setRowCount(all.columns)
      return Choice(
        fromInputs: Matrix(raw(choice.weightUpdate - choice.bestWeightUpdate)),
        fromFeatures: Matrix(fanOut))
    }
    tail = Tail(of: network, objective: objective, fromLayer: layer + 1)
    drives = Matrix(rows: 0, columns: all.columns)
    features = drives
    base = Matrix(rows: 0, columns: weights.columns)
    update = base
    change = base
    preactivations = base
  }

  mutating func merge(_ other: TrialRun) {
    for index in sums.indices { sums[index].merge(other.sums[index]) }
  }

  /// Tries every step on a block that went forward.
  mutating func add(_ block: Block<Scalar>, pass: Pass<Scalar>) {
    let inputs = pass.inputs[layer + 1]
    drives.setRowCount(pass.sampleCount)
    drives.setProduct(pass.inputs[layer], fanIn)
    for buffer in [\TrialRun.base, \.update, \.change, \.preactivations] {
      self[keyPath: buffer].setRowCount(pass.sampleCount)
    }
    base.setProduct(inputs, weights)
    update.setProduct(inputs, bestWeightUpdate)
    if form == .fanOut { setFeatures(root: 1) }
    var first: [Double] = []
    var previous: Int?
    for (index, step) in steps.enumerated() {
      if let choice = step.choice, form == .bothSides || choice != previous {
        if form == .bothSides { setFeatures(root: step.amplitude.magnitude.squareRoot()) }
        change.setProduct(inputs, choices[choice].fromInputs)
        change.addProduct(features, choices[choice].fromFeatures)
        previous = choice
      }
      preactivations.setSum(
        base, update, factor: Scalar(step.updateAmplitude), change,
        factor: step.choice == nil ? 0 : Scalar(step.amplitude))
      tail.evaluate(preactivations: &preactivations, targets: block.targets)
      if index == 0 { first = tail.losses }
      sums[index].add(losses: tail.losses, before: pass.losses, first: first, of: block)
    }
  }

  /// `(φ(r αᵀ b) − φ(0)) / r`: with r = √γ on α and on ω, γ times this is what the neurons add.
  private mutating func setFeatures(root: Double) {
    let root = max(root, Double(Scalar.ulpOfOne).squareRoot())
    features = drives
    if root != 1 { features.multiply(by: Scalar(root)) }
    function.apply(to: &features.storage)
    features.subtractFromRows(offset)
    if root != 1 { features.multiply(by: Scalar(1 / root)) }
  }
}
