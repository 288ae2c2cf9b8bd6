import LinearAlgebra
import Networks

/// Measures the loss after any number of steps, in one pass over the samples.
///
///     A_{l+1} ← [B_l 1] (W + γ₀ δW*) + γ (H − [B_l 1] β) ω        h = φ(αᵀ b_{l−1}) − φ(0)
///
/// Nothing is approximated: this is the larger network, with φ(0) ω taken from its bias.
struct LossAfterSteps<Scalar: BLASScalar>: BlockSums, PassSums {
  private let references: [[Scalar]]
  private var runs: [StepTrialRun<Scalar>]
  /// One for each layer that would grow, and the place of each run's.
  private var workspaces: [LayerTrialBuffers<Scalar>]
  private let roomPlaces: [Int]
  private let countsCorrect: Bool
  private var training = SampleTotal()
  private var heldOut = SampleTotal()

  /// - Parameters:
  ///   - trials: each with the steps to measure.
  ///   - moments: the averages that the neurons were found from.
  ///   - network: the network as it is.
  ///   - objective: its loss.
  ///   - references: the reference point of each layer's inputs.
  ///   - countsCorrect: whether to count right answers as well.
  ///   - extremeCount: of how many held-out samples the gains are kept, the largest; 0 for none.
  init(
    _ trials: [(trial: StepTrial, steps: [AmplitudeStep])], moments: Moments,
    network: Network<Scalar>,
    objective: Objective<Scalar>, references: [[Scalar]], countsCorrect: Bool = false,
    extremeCount: Int = 0
  ) {
    self.references = references
    self.countsCorrect = countsCorrect
    runs = trials.map {
      StepTrialRun(
        $0.trial, steps: $0.steps, inputs: network.layers[$0.trial.layer].weights.rows,
        extremeCount: extremeCount)
    }
    let layers = Set(trials.map(\.trial.layer)).sorted()
    workspaces = layers.map { layer in
      LayerTrialBuffers(
        trials.filter { $0.trial.layer == layer }, moments: moments, network: network,
        objective: objective)
    }
    roomPlaces = trials.map { layers.firstIndex(of: $0.trial.layer) ?? 0 }
  }

  mutating func add(_ block: SampleBlock<Scalar>, pass: inout Pass<Scalar>) throws {
    pass.runForward(block, references: references, differentiating: false)
    pass.evaluate(targets: block.targets)
    add(block, from: pass)
  }

  /// Adds a block whose losses before the steps are known from an earlier pass.
  mutating func add(_ block: SampleBlock<Scalar>, from pass: Pass<Scalar>) {
    training.add(block.training, weights: block.weights)
    heldOut.add(block.heldOut, weights: block.weights)
    for index in workspaces.indices { workspaces[index].begin(pass) }
    for (index, place) in roomPlaces.enumerated() {
      runs[index].add(
        block, pass: pass, in: &workspaces[place], countsCorrect: countsCorrect)
    }
  }

  mutating func merge(_ other: LossAfterSteps) {
    training.merge(other.training)
    heldOut.merge(other.heldOut)
    for index in runs.indices { runs[index].merge(other.runs[index]) }
  }

  mutating func carry(in stream: inout NumberStream) {
    training.carry(in: &stream)
    heldOut.carry(in: &stream)
    for index in runs.indices { runs[index].carry(in: &stream) }
  }

  /// The results of each step of each trial.
  func results() -> [[StepResult]] {
    runs.map { run in
      run.sums.map { $0.result(trainingWeight: training.weight, heldOutWeight: heldOut.weight) }
    }
  }
}

extension SamplePass {
  /// Measures each step of each trial on all samples: its losses, and its right answers.
  func results(
    of trials: [(trial: StepTrial, steps: [AmplitudeStep])], objective: Objective<Scalar>,
    moments: Moments, references: [[Scalar]], extremeCount: Int = 0
  ) async throws -> [[StepResult]] {
    try await collect(
      "loss",
      from: LossAfterSteps(
        trials, moments: moments, network: network, objective: objective, references: references,
        countsCorrect: true, extremeCount: extremeCount)
    ).results()
  }

  /// Measures each step of each trial on a subset of the samples.
  func results(
    of trials: [(trial: StepTrial, steps: [AmplitudeStep])], objective: Objective<Scalar>,
    moments: Moments, on subset: SampleSubset<Scalar>
  ) async throws -> [[StepResult]] {
    try await subset.collect(
      from: LossAfterSteps(
        trials, moments: moments, network: network, objective: objective, references: []),
      workers: workers, among: split.processes
    ).results()
  }
}
