import LinearAlgebra
import Networks

/// What applying neurons does to the loss, and whether it is worth it.
struct GrowthOutcome: Sendable {
  let choice: GrowthProposal.Choice
  let kind: NeuronKind
  /// The predicted gain is filled in last, for the outcomes that are kept.
  var lossGain: LossGain

  /// What the neurons gain beyond the weight update alone on the samples that judge, less one
  /// standard error.
  var netGain: Double {
    lossGain.heldOutBeyondUpdate.map { $0.mean - $0.standardError }
      ?? lossGain.measured - lossGain.measuredWithoutNeurons
  }

  /// How many standard errors above 0 a held-out gain must be to count: with the few numbers of
  /// neurons and families that are tried, noise passes for a gain in fewer than one case in twenty.
  private static let significance = 2.5

  /// Whether the neurons gain anything that is not noise.
  var isSignificant: Bool {
    guard let gain = lossGain.heldOutBeyondUpdate else { return netGain > 0 }
    return gain.mean > Self.significance * gain.standardError
  }
}

/// Measures what proposals do to the loss: finds the amplitudes on a sketch of the samples, then
/// measures around them on all samples.
struct GrowthMeasurement<Scalar: BLASScalar>: Sendable {
  let stream: Stream<Scalar>
  let sketch: Stream<Scalar>
  /// Samples that no neuron was refined on.
  let freshSketch: Stream<Scalar>
  let training: Moments
  let bottlenecks: [Bottleneck]

  /// The shares of the line search's amplitude that are measured: with few samples a shorter step
  /// does better on those held out.
  private static var shares: [Double] { [0.25, 0.5, 0.75, 1] }

  /// The best outcome of each proposal, or `nil` where no amplitude lowers the loss.
  ///
  /// - Parameters:
  ///   - proposals: each with the layer and function it is for; none without a choice.
  ///   - form: what the amplitude multiplies.
  /// - Returns: one for each proposal.
  /// - Throws: what the source of the samples throws.
  func outcomes(
    of proposals: [(start: GrowthStart, proposal: GrowthProposal)], form: AmplitudeForm
  ) async throws -> [GrowthOutcome?] {
    guard !proposals.isEmpty else { return [] }
    let trials = proposals.map { start, proposal in
      Trial(
        layer: start.layer, function: start.function, form: form,
        choices: proposal.choices.map(\.neurons))
    }
    let amplitudes = try await AmplitudeSearch(
      sketch: sketch, moments: training, trials: trials,
      scales: proposals.map { scales($0.proposal, next: $0.start.layer + 1) }
    ).amplitudes()
    let steps = zip(trials, amplitudes).map { trial, amplitudes in
      [Step(updateAmplitude: amplitudes.update, choice: nil, amplitude: 0)]
        + trial.choices.indices.flatMap { choice in
          Self.shares.map {
            Step(
              updateAmplitude: amplitudes.update, choice: choice,
              amplitude: $0 * amplitudes.choices[choice])
          }
        }
    }
    let results = try await stream.collect(
      "loss",
      from: LossAlong(
        Array(zip(trials, steps)), moments: training, network: stream.network,
        objective: stream.objective)
    ).results()
    let bests = proposals.indices.map {
      best(of: proposals[$0].proposal, steps: steps[$0], results: results[$0])
    }
    return try await predicted(bests, trials: trials)
  }

  /// The outcomes with their predicted gains.
  private func predicted(
    _ outcomes: [GrowthOutcome?], trials: [Trial]
  ) async throws -> [GrowthOutcome?] {
    let looks = zip(trials, outcomes).compactMap { trial, outcome in
      outcome.map { outcome in
        (
          trial: Trial(
            layer: trial.layer, function: trial.function, form: trial.form,
            choices: [outcome.choice.neurons]),
          steps: GainPrediction.shares.map {
            Step(
              updateAmplitude: $0 * outcome.lossGain.updateAmplitude, choice: 0,
              amplitude: $0 * outcome.lossGain.amplitude)
          }
        )
      }
    }
    var gains = try await freshSketch.gains(of: looks, moments: training, phase: "prediction")
    return zip(trials, outcomes).map { trial, outcome in
      guard var outcome else { return nil }
      let slope =
        outcome.lossGain.updateAmplitude * bottlenecks[trial.layer + 1].bestUpdate
        + outcome.lossGain.amplitude * outcome.choice.slope
      outcome.lossGain.predicted = GainPrediction.gain(
        slope: slope, gains: gains.removeFirst())
      return outcome
    }
  }

  private func best(
    of proposal: GrowthProposal, steps: [Step], results: [StepResult]
  ) -> GrowthOutcome? {
    steps.indices.dropFirst().compactMap { index -> GrowthOutcome? in
      guard let choice = steps[index].choice, steps[index].amplitude > 0 else { return nil }
      return GrowthOutcome(
        choice: proposal.choices[choice], kind: proposal.family?.kind ?? .linear,
        lossGain: LossGain(
          predicted: nil, measured: results[index].gain,
          heldOut: results[index].heldOut, measuredWithoutNeurons: results[0].gain,
          heldOutBeyondUpdate: results[index].heldOutBeyondFirst,
          amplitude: steps[index].amplitude, updateAmplitude: steps[index].updateAmplitude))
    }.max { $0.netGain < $1.netGain }
  }

  private func scales(_ proposal: GrowthProposal, next: Int) -> TrialScales {
    let moments = training.layers[next]
    // How much the preactivations vary: E‖a‖² for inputs relative to their reference.
    var kernel = Matrix<Double>(stream.network.layers[next].weights)
    if moments.hasBias {
      for column in 0..<kernel.columns { kernel[kernel.rows - 1, column] = 0 }
    }
    let variation = max(moments.secondMoment.times(kernel).dot(kernel), .leastNormalMagnitude)
    func unit(_ squaredNorm: Double) -> Double {
      squaredNorm > 0 ? (variation / squaredNorm).squareRoot() : .infinity
    }
    let bestUpdate = bottlenecks[next].bestUpdate
    return TrialScales(
      updateUnit: unit(bestUpdate), choiceUnits: proposal.choices.map { unit($0.squaredNorm) })
  }
}
