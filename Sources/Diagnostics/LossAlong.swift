import LinearAlgebra
import Networks

/// Measures the loss after any number of steps, in one pass over the samples.
///
///     A_{l+1} ← [B_l 1] (W + γ₀ δW*) + γ (H − [B_l 1] β) ω        h = φ(αᵀ b_{l−1}) − φ(0)
///
/// Nothing is approximated: this is the larger network, with φ(0) ω taken from its bias.
struct LossAlong<Scalar: BLASScalar>: BlockSums, PassSums {
  private let references: [[Scalar]]
  private var runs: [TrialRun<Scalar>]
  private var training = SampleTotal()

  /// - Parameters:
  ///   - trials: each with the steps to measure.
  ///   - moments: the averages that the neurons were found from.
  ///   - network: the network as it is.
  ///   - objective: its loss.
  ///   - references: the reference point of each layer's inputs.
  init(
    _ trials: [(trial: Trial, steps: [Step])], moments: Moments, network: Network<Scalar>,
    objective: Objective<Scalar>, references: [[Scalar]]
  ) {
    self.references = references
    runs = trials.map {
      TrialRun(
        $0.trial, steps: $0.steps, moments: moments, network: network, objective: objective)
    }
  }

  mutating func add(_ block: Block<Scalar>, pass: inout Pass<Scalar>) throws {
    pass.runForward(block, references: references, differentiating: false)
    pass.evaluate(targets: block.targets)
    add(block, from: pass)
  }

  /// The same for a block whose losses were found before.
  mutating func add(_ block: Block<Scalar>, from pass: Pass<Scalar>) {
    training.add(block.training, weights: block.weights)
    for index in runs.indices { runs[index].add(block, pass: pass) }
  }

  mutating func merge(_ other: LossAlong) {
    training.merge(other.training)
    for index in runs.indices { runs[index].merge(other.runs[index]) }
  }

  /// What each step of each trial does to the loss.
  func results() -> [[StepResult]] {
    runs.map { run in run.sums.map { $0.result(trainingWeight: training.weight) } }
  }
}

extension Stream {
  /// What each step of each trial does to the loss, on all samples.
  func results(
    of trials: [(trial: Trial, steps: [Step])], moments: Moments, references: [[Scalar]]
  ) async throws -> [[StepResult]] {
    try await collect(
      "loss",
      from: LossAlong(
        trials, moments: moments, network: network, objective: objective, references: references)
    ).results()
  }

  /// The same on a sketch.
  func results(
    of trials: [(trial: Trial, steps: [Step])], moments: Moments, on sketch: Sketch<Scalar>
  ) async throws -> [[StepResult]] {
    try await sketch.collect(
      from: LossAlong(
        trials, moments: moments, network: network, objective: objective, references: []),
      workers: workers
    ).results()
  }
}
