import LinearAlgebra
import Networks

/// One trial's steps, and the buffers to try them on a block.
struct TrialRun<Scalar: BLASScalar>: Sendable {
  /// What each step does to the loss.
  private(set) var sums: [StepSums]
  private let layer: Int
  private let function: UnitFunction
  private let form: AmplitudeForm
  private let steps: [Step]
  /// ω of each choice, for its first so many neurons.
  private let fanOuts: [Matrix<Scalar>]
  /// γ₀ where all steps share it; its update is then part of the weights.
  private let commonUpdate: Double?
  private let weights: Matrix<Scalar>
  private let bestWeightUpdate: Matrix<Scalar>
  private let fanIn: Matrix<Scalar>
  /// −β of all neurons.
  private let negativeOverlap: Matrix<Scalar>?
  private let offset: [Scalar]

  private var tail: Tail<Scalar>
  /// αᵀ b of all neurons, and −βᵀ b_l: samples × neurons.
  private var drives: Matrix<Scalar>
  private var explained: Matrix<Scalar>
  private var features: Matrix<Scalar>
  private var chosen: [Matrix<Scalar>]
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
    let whole = trial.choices.max { $0.count < $1.count }
    let next = moments.layers[layer + 1]
    let own = next.weightsForRelativeInputs(Matrix<Double>(network.layers[layer + 1].weights))
    let best = whole?.bestWeightUpdate ?? Matrix(rows: own.rows, columns: own.columns)
    let updates = Set(steps.map(\.updateAmplitude))
    let common = updates.count == 1 ? updates.first : nil
    commonUpdate = common
    weights = Matrix(common.map { own + $0 * best } ?? own)
    bestWeightUpdate = Matrix(best)
    let all = whole?.fanIn ?? Matrix(rows: moments.layers[layer].secondMoment.order, columns: 0)
    fanIn = Matrix(all)
    negativeOverlap = whole?.overlap.map { Matrix(-1 * $0) }
    offset = [Scalar](repeating: Scalar(function.valueAtZero), count: all.columns)
    fanOuts = trial.choices.map { Matrix($0.fanOut) }
    tail = Tail(of: network, objective: objective, fromLayer: layer + 1)
    drives = Matrix(rows: 0, columns: all.columns)
    explained = drives
    features = drives
    chosen = trial.choices.map { Matrix(rows: 0, columns: $0.count) }
    base = Matrix(rows: 0, columns: own.columns)
    update = base
    change = base
    preactivations = base
  }

  mutating func merge(_ other: TrialRun) {
    for index in sums.indices { sums[index].merge(other.sums[index]) }
  }

  /// Tries every step on a block that went forward, its inputs relative to the references.
  mutating func add(_ block: Block<Scalar>, pass: Pass<Scalar>) {
    prepare(pass)
    if form == .fanOut { setFeatures(root: 1) }
    var first: [Double] = []
    var previous: Int?
    for (index, step) in steps.enumerated() {
      if let choice = step.choice, form == .bothSides || choice != previous {
        if form == .bothSides { setFeatures(root: step.amplitude.magnitude.squareRoot()) }
        chosen[choice].setFirstColumns(of: features)
        change.setProduct(chosen[choice], fanOuts[choice])
        previous = choice
      }
      preactivations.setSum(
        base, update, factor: commonUpdate == nil ? Scalar(step.updateAmplitude) : 0, change,
        factor: step.choice == nil ? 0 : Scalar(step.amplitude))
      tail.evaluate(preactivations: &preactivations, targets: block.targets)
      if index == 0 { first = tail.losses }
      sums[index].add(losses: tail.losses, before: pass.losses, first: first, of: block)
    }
  }

  /// What all steps have in common.
  private mutating func prepare(_ pass: Pass<Scalar>) {
    let inputs = pass.inputs[layer + 1]
    for buffer in [
      \TrialRun.drives, \.explained, \.features, \.base, \.update, \.change, \.preactivations,
    ] {
      self[keyPath: buffer].setRowCount(pass.sampleCount)
    }
    for index in chosen.indices { chosen[index].setRowCount(pass.sampleCount) }
    drives.setProduct(pass.inputs[layer], fanIn)
    if let negativeOverlap { explained.setProduct(inputs, negativeOverlap) }
    base.setProduct(inputs, weights)
    if commonUpdate == nil { update.setProduct(inputs, bestWeightUpdate) }
  }

  /// `(φ(r αᵀ b) − φ(0)) / r − βᵀ b_l`: with r = √γ on α and on ω, γ times this is what the neurons
  /// add.
  private mutating func setFeatures(root: Double) {
    let root = max(root, Double(Scalar.ulpOfOne).squareRoot())
    features.set(drives, times: Scalar(root))
    function.apply(to: &features.storage)
    features.subtractFromRows(offset)
    if root != 1 { features.multiply(by: Scalar(1 / root)) }
    if negativeOverlap != nil { features.add(explained) }
  }
}
