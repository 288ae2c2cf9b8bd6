import LinearAlgebra
import Networks

/// One trial's steps, and the buffers of its own to try them on a block.
struct StepTrialRun<Scalar: BLASScalar>: Sendable {
  /// The sums of the losses after each step.
  private(set) var sums: [StepSums]
  private let layer: Int
  private let function: UnitFunction
  private let form: AmplitudeForm
  private let steps: [AmplitudeStep]
  /// ω of each choice, one row for each of its neurons.
  private let fanOuts: [Matrix<Scalar>]
  private let fanIn: Matrix<Scalar>
  /// −β of all neurons.
  private let negativeOverlap: Matrix<Scalar>?
  private let offset: [Scalar]

  /// αᵀ b of all neurons, and −βᵀ b_l: samples × neurons.
  private var drives: Matrix<Scalar>
  private var explained: Matrix<Scalar>
  private var features: Matrix<Scalar>
  private var chosen: [Matrix<Scalar>]

  init(_ trial: StepTrial, steps: [AmplitudeStep], inputs: Int, extremeCount: Int) {
    layer = trial.layer
    function = trial.function
    form = trial.form
    self.steps = steps
    sums = [StepSums](repeating: StepSums(extremeCount: extremeCount), count: steps.count)
    let whole = trial.choices.max { $0.count < $1.count }
    let all = whole?.fanIn ?? Matrix(rows: inputs, columns: 0)
    fanIn = Matrix(all)
    negativeOverlap = whole?.overlap.map { Matrix(-1 * $0) }
    offset = [Scalar](repeating: Scalar(function.valueAtZero), count: all.columns)
    fanOuts = trial.choices.map { Matrix($0.fanOut) }
    drives = Matrix(rows: 0, columns: all.columns)
    explained = drives
    features = drives
    chosen = trial.choices.map { Matrix(rows: 0, columns: $0.count) }
  }

  mutating func merge(_ other: StepTrialRun) {
    for index in sums.indices { sums[index].merge(other.sums[index]) }
  }

  /// Tries every step on a block after its forward pass, in buffers that `begin` has set to the
  /// block.
  mutating func add(
    _ block: SampleBlock<Scalar>, pass: Pass<Scalar>, in buffers: inout LayerTrialBuffers<Scalar>,
    countsCorrect: Bool
  ) {
    prepare(pass)
    if form == .fanOut { setFeatures(root: 1) }
    var first: [Double] = []
    var previous: Int?
    for (index, step) in steps.enumerated() {
      if let choice = step.choice, form == .bothSides || choice != previous {
        if form == .bothSides { setFeatures(root: step.amplitudes.neurons.magnitude.squareRoot()) }
        chosen[choice].setFirstColumns(of: features)
        buffers.change.setProduct(chosen[choice], fanOuts[choice])
        previous = choice
      }
      buffers.evaluate(step, targets: block.targets)
      if index == 0 { first = buffers.losses }
      sums[index].add(losses: buffers.losses, before: pass.losses, first: first, of: block)
      if countsCorrect {
        sums[index].addCorrect(
          training: buffers.correctCount(block, rows: block.training),
          heldOut: buffers.correctCount(block, rows: block.heldOut))
      }
    }
  }

  /// Computes the products that all steps have in common.
  private mutating func prepare(_ pass: Pass<Scalar>) {
    for buffer in [\StepTrialRun.drives, \.explained, \.features] {
      self[keyPath: buffer].setRowCount(pass.sampleCount)
    }
    for index in chosen.indices { chosen[index].setRowCount(pass.sampleCount) }
    drives.setProduct(pass.inputs[layer], fanIn)
    if let negativeOverlap { explained.setProduct(pass.inputs[layer + 1], negativeOverlap) }
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

extension StepTrialRun: Portable {
  mutating func carry(in stream: inout NumberStream) {
    for index in sums.indices { sums[index].carry(in: &stream) }
  }
}
