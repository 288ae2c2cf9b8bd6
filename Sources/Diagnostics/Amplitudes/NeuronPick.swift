/// One number of neurons of a proposal, at one step.
struct NeuronPick: Sendable {
  /// Which proposal it is, among those of all layers.
  let entry: Int
  let start: LayerProblem
  let proposal: GrowthProposal
  let choice: Int
  let step: AmplitudeStep
  /// The weight update alone, then every number of neurons at its own best step.
  var tried: [(count: Int, step: AmplitudeStep, result: StepResult)] = []

  /// The number of neurons.
  var count: Int { proposal.choices[choice].neurons.count }

  func isSame(as other: NeuronPick) -> Bool { entry == other.entry && step == other.step }
}

/// The choices for a layer: by all samples that may choose, and by each half of the held-out
/// samples.
struct NeuronPicks: Sendable {
  let final: NeuronPick
  let byHalf: [NeuronPick]

  /// The number of neurons.
  var count: Int { final.count }

  /// All of them, each once, the final one first.
  var different: [NeuronPick] {
    byHalf.reduce(into: [final]) { found, pick in
      if !found.contains(where: pick.isSame) { found.append(pick) }
    }
  }

  /// The best of several proposals for a layer; where several numbers of neurons gain about as much, the
  /// fewest. `nil` where no amplitude of anything lowers the loss.
  ///
  /// - Parameter tried: the proposals, and what each step of them gains.
  init?(among tried: [TriedProposal]) {
    let candidates = tried.flatMap(\.candidates)
    func best(_ gain: (TriedProposal.Candidate) -> Double) -> NeuronPick? {
      candidates.map { (pick: $0.pick, gain: gain($0)) }
        .fewest(gain: \.gain, count: \.pick.count)?.pick
    }
    guard var final = best({ $0.result.netGain(beyond: $0.update) }) else { return nil }
    byHalf = [0, 1].map { half in
      candidates.allSatisfy { $0.result.netGain(onHalf: half) != nil }
        ? best { $0.result.netGain(onHalf: half) ?? 0 } ?? final : final
    }
    final.tried = tried.first { $0.entry == final.entry }?.bestOfEachCount ?? []
    self.final = final
  }
}

/// A proposal with the steps of it that were judged: the weight update alone, then every number of neurons at
/// some amplitudes.
struct TriedProposal {
  /// Which proposal it is, among those of all layers.
  let entry: Int
  let start: LayerProblem
  let proposal: GrowthProposal
  let steps: [AmplitudeStep]
  let results: [StepResult]

  /// A step with neurons, what it gains, and what the weight update alone does.
  typealias Candidate = (pick: NeuronPick, result: StepResult, update: StepResult)

  /// The places of the steps whose neurons move.
  private var moving: [Int] {
    steps.indices.filter { steps[$0].choice != nil && steps[$0].amplitudes.neurons > 0 }
  }

  var candidates: [Candidate] {
    moving.compactMap { place in
      steps[place].choice.map { choice in
        (
          NeuronPick(
            entry: entry, start: start, proposal: proposal, choice: choice, step: steps[place]),
          results[place], results[0]
        )
      }
    }
  }

  /// The weight update alone, then the best step of each number of neurons.
  var bestOfEachCount: [(count: Int, step: AmplitudeStep, result: StepResult)] {
    [(0, steps[0], results[0])]
      + proposal.choices.indices.compactMap { choice in
        moving.filter { steps[$0].choice == choice }
          .max { results[$0].netGain(beyond: results[0]) < results[$1].netGain(beyond: results[0]) }
          .map { (proposal.choices[choice].neurons.count, steps[$0], results[$0]) }
      }
  }
}

extension StepResult {
  /// The gain of the neurons beyond the weight update alone on the held-out samples, less one
  /// standard error.
  fileprivate func netGain(beyond first: StepResult) -> Double {
    heldOutBeyondFirst.map { $0.mean - $0.standardError } ?? gain - first.gain
  }

  /// The net gain on one half of the held-out samples; `nil` where a half has fewer than two.
  fileprivate func netGain(onHalf half: Int) -> Double? {
    halves[half].beyondFirst.paired.map { $0.mean - $0.standardError }
  }
}
