import LinearAlgebra
import Networks

/// Measures what proposals do to the loss: finds the amplitudes and the best number of neurons on
/// subsets of the samples, then measures that on all of them.
struct GrowthMeasurement<Scalar: BLASScalar>: Sendable {
  let samplePass: SamplePass<Scalar>
  /// The loss that judges.
  let objective: Objective<Scalar>
  let references: [[Scalar]]
  let subset: SampleSubset<Scalar>
  let heldOutSubset: SampleSubset<Scalar>?
  let training: Moments
  let bottlenecks: [Bottleneck]
  /// The number of held-out samples, of which the subset holds some.
  let heldOutCount: Int
  /// How much of the training loss there is to gain.
  let trainingExcess: Double
  /// Whether fewer amplitudes are looked at, and whether the gains of other numbers of neurons are wanted.
  let effort: SearchEffort

  /// The shares of the line search's amplitude that are measured: with few samples a shorter step
  /// does better on those held out.
  private var shares: [Double] { effort.isBrief ? [0.5, 1] : [0.25, 0.5, 0.75, 1] }

  /// Proposals for one layer.
  typealias Finalists = (start: LayerProblem, proposals: [GrowthProposal])

  /// The number of held-out samples for each extreme one that is set aside, to see whether a gain
  /// depends on few samples.
  private static var samplesPerExtreme: Int { 200 }

  /// What the picks gain, on all samples.
  ///
  /// - Parameters:
  ///   - picks: those of some searches; `nil` where nothing was picked.
  ///   - form: what the amplitude multiplies.
  /// - Returns: one for each search.
  /// - Throws: what the source of the samples throws.
  func outcomes(of picks: [NeuronPicks?], form: AmplitudeForm) async throws -> [MeasuredGrowth?] {
    let chosen = picks.compactMap { $0 }
    guard !chosen.isEmpty else { return picks.map { _ in nil } }
    let different = chosen.map(\.different)
    let results = try await samplePass.results(
      of: different.joined().map { pick in
        var step = pick.step
        step.choice = 0
        return (trial(pick, form), [step.withoutNeurons, step])
      }, objective: objective, moments: training, references: references,
      extremeCount: (heldOutCount + Self.samplesPerExtreme - 1) / Self.samplesPerExtreme)
    let finals = chosen.map(\.final)
    let predicted = try await predictedGains(of: finals, form: form)
    let gains =
      effort == .report
      ? try await gains(of: finals, form: form) : finals.map { _ in [:] }
    var first = 0
    var measured = chosen.indices.map { index in
      let own = results[first..<(first + different[index].count)]
      first += different[index].count
      return growth(
        from: chosen[index], Array(zip(different[index], own)), predicted: predicted[index],
        gains: gains[index])
    }.makeIterator()
    return picks.map { $0 == nil ? nil : measured.next() }
  }

  /// The best step of the best proposal of each search, judged on a subset.
  ///
  /// - Parameters:
  ///   - searches: the proposals of each; several may be for one layer.
  ///   - form: what the amplitude multiplies.
  /// - Returns: one for each search; `nil` where no amplitude of anything lowers the loss.
  /// - Throws: what the source of the samples throws.
  func picks(among searches: [Finalists], form: AmplitudeForm) async throws -> [NeuronPicks?] {
    let entries = searches.flatMap { search in search.proposals.map { (search.start, $0) } }
    guard !entries.isEmpty else { return searches.map { _ in nil } }
    let trials = entries.map { start, proposal in
      trial(start, proposal.choices.map(\.neurons), form)
    }
    let amplitudes = try await AmplitudeSearch(
      samplePass: samplePass, objective: objective, subset: subset, moments: training,
      trials: trials,
      scales: entries.map { scales($0.1, next: $0.0.layer + 1) }, isBrief: effort.isBrief
    ).amplitudes()
    let steps = zip(trials, amplitudes).map { trial, amplitudes in
      [.update(amplitudes.update)]
        + trial.choices.indices.flatMap { choice in
          shares.map {
            AmplitudeStep(
              amplitudes: Amplitudes(
                update: amplitudes.update, neurons: $0 * amplitudes.choices[choice]),
              choice: choice)
          }
        }
    }
    let judge = if let heldOutSubset { heldOutSubset } else { try await freshSketch() }
    let results = try await samplePass.results(
      of: Array(zip(trials, steps)), objective: objective, moments: training, on: judge)
    let tried = entries.indices.map {
      TriedProposal(
        entry: $0, start: entries[$0].0, proposal: entries[$0].1, steps: steps[$0],
        results: results[$0])
    }
    var first = 0
    return searches.map { search in
      defer { first += search.proposals.count }
      return NeuronPicks(among: Array(tried[first..<first + search.proposals.count]))
    }
  }

  /// The change of the loss for every number of neurons of the picked proposals.
  ///
  /// On held-out samples that was found when the picks were; on training samples it is measured on
  /// the subset in memory that the amplitudes were found on.
  private func gains(
    of picks: [NeuronPick], form: AmplitudeForm
  ) async throws -> [[Int: SubsetGain]] {
    let training = try await samplePass.results(
      of: picks.map { pick in
        (
          trial(pick.start, pick.proposal.choices.map(\.neurons), form), pick.tried.map(\.step)
        )
      }, objective: objective, moments: training, on: subset)
    return zip(picks, training).map { pick, results in
      Dictionary(
        zip(pick.tried, results).map { tried, result in
          // The first step of every trial is the weight update alone.
          (
            tried.count,
            SubsetGain(
              training: result.gain, heldOut: tried.result.heldOut,
              heldOutBeyondUpdate: tried.result.heldOutBeyondFirst)
          )
        }, uniquingKeysWith: { first, _ in first })
    }
  }

  /// Training samples that no neuron was refined on, if there are more.
  private func freshSketch() async throws -> SampleSubset<Scalar> {
    try await samplePass.subset(of: .training(number: 1), references: references) ?? subset
  }

  private func trial(_ start: LayerProblem, _ choices: [NewNeurons], _ form: AmplitudeForm)
    -> StepTrial
  {
    StepTrial(layer: start.layer, function: start.function, form: form, choices: choices)
  }

  private func trial(_ pick: NeuronPick, _ form: AmplitudeForm) -> StepTrial {
    trial(pick.start, [pick.proposal.choices[pick.choice].neurons], form)
  }

  /// The measured gain of the final choice, and the gain of such choices on held-out samples that
  /// had no part in them: each half of those judges the choice of the other half.
  private func growth(
    from picks: NeuronPicks, _ measured: [(pick: NeuronPick, results: [StepResult])],
    predicted: Double?, gains: [Int: SubsetGain]
  ) -> MeasuredGrowth {
    let (pick, results) = (picks.final, measured[0].results)
    func judged(by half: Int) -> JudgedGains {
      let other = picks.byHalf[1 - half]
      let found = measured.first { $0.pick.isSame(as: other) } ?? measured[0]
      return found.results[1].halves[half]
    }
    var heldOut = judged(by: 0)
    heldOut.merge(judged(by: 1))
    return MeasuredGrowth(
      choice: pick.proposal.choices[pick.choice], kind: pick.proposal.family?.kind ?? .linear,
      gain: .loss(
        LossGain(
          predicted: predicted, measured: results[1].gain, heldOut: heldOut.whole.paired,
          measuredWithoutNeurons: results[0].gain,
          heldOutBeyondUpdate: heldOut.beyondFirst.paired,
          amplitudes: pick.step.amplitudes,
          trimmedBeyondUpdate: heldOutCount > 0 ? heldOut.trimmedBeyondFirst : nil,
          accuracy: results[1].accuracy, heldOutAccuracy: results[1].heldOutAccuracy),
        judged: heldOut),
      gains: gains)
  }

  /// The predicted gain of each pick's step, from its exact slope and its first half on subsets.
  private func predictedGains(
    of picks: [NeuronPick], form: AmplitudeForm
  ) async throws -> [Double?] {
    let looks = picks.map { pick in
      (
        trial: trial(pick, form),
        steps: GainPrediction.shares.map {
          AmplitudeStep(amplitudes: $0 * pick.step.amplitudes, choice: 0)
        }
      )
    }
    var results = try await samplePass.results(
      of: looks, objective: objective, moments: training, on: subset
    )
    .map { $0.map(\.gain) }
    if !effort.isBrief, subset.sampleCount < training.sampleCount {
      // Samples that neurons were refined on are not all there are.
      let fresh = try await freshSketch()
      let others = try await samplePass.results(
        of: looks, objective: objective, moments: training, on: fresh)
      let share = Double(fresh.sampleCount) / Double(fresh.sampleCount + subset.sampleCount)
      for (look, more) in others.enumerated() {
        for (place, other) in more.enumerated() {
          results[look][place] += share * (other.gain - results[look][place])
        }
      }
    }
    return zip(picks, results).map { pick, gains in
      let slope =
        pick.step.amplitudes.update * pick.start.next.bottleneck.bestUpdate
        + pick.step.amplitudes.neurons * pick.proposal.choices[pick.choice].slope
      return GainPrediction.gain(slope: slope, gains: gains, atMost: trainingExcess)
    }
  }

  private func scales(_ proposal: GrowthProposal, next: Int) -> StepTrialScales {
    let moments = training.layers[next]
    // How much the preactivations vary: E‖a‖² for inputs relative to their reference.
    var kernel = Matrix<Double>(samplePass.network.layers[next].weights)
    if moments.hasBias {
      for column in 0..<kernel.columns { kernel[kernel.rows - 1, column] = 0 }
    }
    let variation = max(moments.secondMoment.times(kernel).dot(kernel), .leastNormalMagnitude)
    func unit(_ squaredNorm: Double) -> Double {
      squaredNorm > 0 ? (variation / squaredNorm).squareRoot() : .infinity
    }
    let bestUpdate = bottlenecks[next].bestUpdate
    return StepTrialScales(
      updateUnit: unit(bestUpdate), choiceUnits: proposal.choices.map { unit($0.squaredNorm) })
  }
}
