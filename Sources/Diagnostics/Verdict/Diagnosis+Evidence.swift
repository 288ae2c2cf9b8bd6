/// The numbers that the verdict compares.
extension Diagnosis {
  /// What growing each hidden layer gains, of those that neurons were found for.
  var judgedGains: [JudgedGain] { growth.compactMap(JudgedGain.init) }

  /// The layer whose suggested neurons lower the loss most, of those whose neurons are worth it.
  ///
  /// Held-out samples decide where there are any, since neurons also fit the noise of their own.
  var narrowest: JudgedGain? {
    judgedGains.filter {
      $0.growth.suggestedNeurons > 0
        && $0.lossGain.isWorthwhile(least: leastGain(judging: $0))
    }.max { $0.beyond < $1.beyond }
  }

  /// How much of the loss there is to gain, on the samples that judge a gain.
  func excess(judging gain: JudgedGain) -> Double {
    LossExcess(of: evaluation, answers).judging(gain.lossGain)
  }

  /// The smallest fall of that loss which counts.
  func leastGain(judging gain: JudgedGain) -> Double {
    criteria.leastGain * excess(judging: gain)
  }

  /// The loss of the samples that judge a gain, as the network is.
  func loss(judging gain: JudgedGain) -> Double? {
    guard let evaluation, let heldOut else { return training?.loss }
    return switch gain.judges {
    case .training: evaluation.training.loss
    case .heldOut: heldOut.loss
    case .all: evaluation.mean(evaluation.training.loss, heldOut.loss)
    }
  }

  /// The share of the loss of the samples that judge, or of the next layer's lack for a recording, that growing
  /// a layer takes away; `nil` where neither is known.
  package func judgedShare(of growth: GrowthDiagnosis) -> Double? {
    guard let gain = JudgedGain(growth) else { return growth.closedLack?.share }
    let excess = excess(judging: gain)
    return excess > 0 ? gain.total / excess : nil
  }

  /// What the suggested neurons do to the accuracy, on held-out samples if there are any.
  func accuracy(with gain: LossGain) -> AccuracyChange? {
    let isHeldOut = gain.heldOutAccuracy != nil
    guard let before = (isHeldOut ? heldOut : training)?.accuracy,
      let after = gain.heldOutAccuracy ?? gain.accuracy
    else { return nil }
    return AccuracyChange(before: before, after: after, isHeldOut: isHeldOut)
  }

  /// Whether the loss is hardly above the lowest one, compared with that of a constant answer.
  func isNearLowest(_ loss: Double, _ facts: AnswerFacts) -> Bool {
    guard let baseline = facts.baseline else { return false }
    return facts.excess(of: loss) <= 0.01 * facts.excess(of: baseline)
  }

  /// The standard error of the held-out loss less the training loss; `nil` where one is unknown.
  var gapStandardError: Double? {
    guard let training = answers?.training.lossStandardError,
      let heldOut = answers?.heldOut?.lossStandardError
    else { return nil }
    return (training * training + heldOut * heldOut).squareRoot()
  }

  /// Whether growing takes away a smaller share of the held-out loss than of the training loss: at
  /// the layer whose neurons gain most on the samples they were fitted on.
  var widensGap: Bool {
    guard let best = judgedGains.max(by: { $0.lossGain.fitted < $1.lossGain.fitted }),
      let training, let heldOut, let judged = best.lossGain.heldOut
    else { return true }
    return judged.mean * training.loss <= best.lossGain.measured * heldOut.loss
  }

  /// What weights fitted without the held-out samples leave of what those ask, as a multiple; `nil`
  /// where it was not looked for, or by too few samples.
  var memoryRatio: Double? {
    heldOutCount >= Warning.samplesToCompare ? network?.heldOutRelativeLack : nil
  }

  /// In how many parts the gains were cross-validated; `nil` where they were not.
  var partCount: Int? { judgedGains.compactMap(\.lossGain.crossValidated?.parts).max() }

  /// Whether there are so few different inputs that all of them are on both sides.
  var sharesFewInputs: Bool {
    warnings.contains { if case .fewDifferentSamples = $0 { true } else { false } }
  }

  /// Whether the samples come in groups, or are copies of others to a large part.
  var hangsTogether: Bool {
    guard let repetition, !sharesFewInputs else { return false }
    return hasGroups || repetition.isOfCopies
  }

  /// A verdict that names a layer to widen.
  func verdict(
    widening growth: GrowthDiagnosis, _ cause: VerdictCause, share: Double? = nil
  ) -> Verdict {
    var verdict = Verdict(.bottleneck, cause)
    verdict.layerIndex = growth.layer
    verdict.layer = layers[growth.layer].name
    verdict.neurons = growth.suggestedNeurons
    verdict.share = share
    return verdict
  }

  /// Of a recording: the hidden layer whose suggested neurons reduce the next layer's lack most.
  var bottleneckOfRecording: Verdict? {
    let judged = growth.filter { $0.suggestedNeurons > 0 && $0.closedLack?.gain.mean ?? 0 > 0 }
    guard
      let best = judged.max(by: {
        $0.closedLack?.gain.mean ?? 0 < $1.closedLack?.gain.mean ?? 0
      }), let closed = best.closedLack
    else { return nil }
    return verdict(
      widening: best, .neuronsOfRecording(next: layers[best.layer + 1].name, closed))
  }

  /// What may have kept training from going further, as far as the samples show it.
  var trainingHints: [TrainingHint] {
    TrainingHint.all(
      inputSize: moments.layers.first?.largestInputRootMeanSquare,
      targetSize: (answers?.training.targets).map { max(abs($0.lowerBound), abs($0.upperBound)) })
  }
}

extension LayerMoments {
  /// √E b², of the input where it is largest.
  var largestInputRootMeanSquare: Double {
    let one = secondMoment.order - 1
    let squares = reference.indices.map { input in
      let mean = hasBias ? secondMoment[input, one] : 0
      return secondMoment[input, input] + reference[input] * (reference[input] + 2 * mean)
    }
    return max(0, squares.max() ?? 0).squareRoot()
  }
}
