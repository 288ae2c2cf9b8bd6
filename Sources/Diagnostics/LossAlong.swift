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
  /// One for each layer that would grow, and the place of each run's.
  private var rooms: [TrialRoom<Scalar>]
  private let roomPlaces: [Int]
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
      TrialRun($0.trial, steps: $0.steps, inputs: network.layers[$0.trial.layer].weights.rows)
    }
    let layers = Set(trials.map(\.trial.layer)).sorted()
    rooms = layers.map { layer in
      TrialRoom(
        trials.filter { $0.trial.layer == layer }, moments: moments, network: network,
        objective: objective)
    }
    roomPlaces = trials.map { layers.firstIndex(of: $0.trial.layer) ?? 0 }
  }

  mutating func add(_ block: Block<Scalar>, pass: inout Pass<Scalar>) throws {
    pass.runForward(block, references: references, differentiating: false)
    pass.evaluate(targets: block.targets)
    add(block, from: pass)
  }

  /// The same for a block whose losses were found before.
  mutating func add(_ block: Block<Scalar>, from pass: Pass<Scalar>) {
    training.add(block.training, weights: block.weights)
    for index in rooms.indices { rooms[index].begin(pass) }
    for (index, place) in roomPlaces.enumerated() {
      runs[index].add(block, pass: pass, in: &rooms[place])
    }
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
