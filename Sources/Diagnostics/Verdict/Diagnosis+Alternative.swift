import LinearAlgebra

/// What the verdict was close to.
extension Diagnosis {
  /// Where other held-out samples, or another seed, might well have decided otherwise.
  func alternative(to verdict: Verdict) -> VerdictAlternative? {
    if hangsTogether, remembersSamples, verdict.isOfTraining {
      return VerdictAlternative(kind: .overfitted)
    }
    return switch (verdict.kind, verdict.cause) {
    case (.bottleneck, .neurons): alternativeToBottleneck
    case (.trainLonger, .weightsGain(_, let gain, let beyond)):
      // Two thirds of the gain are clearly most of it.
      gain < 2 * beyond
        ? narrowest.map(bottleneck)
        : mayBeOverfitted ? VerdictAlternative(kind: .overfitted) : nil
    case (.trainLonger, .weightsFollow):
      mayBeOverfitted ? VerdictAlternative(kind: .overfitted) : nil
    case (.wideEnough, .mayBeChance), (.wideEnough, .tooLittle), (.wideEnough, .nothingGained):
      alternativeToWideEnough
        ?? (remembersSamples ? VerdictAlternative(kind: .overfitted) : nil)
    default: nil
    }
  }

  /// Whether the samples are so few that the weights may have learnt them by heart, which held-out
  /// samples do not show if they were trained on.
  private var mayBeOverfitted: Bool { !criteria.heldOutIsUnseen && hasFewSamplesPerWeight }

  /// Whether there are fewer than ten numbers to answer for each weight.
  var hasFewSamplesPerWeight: Bool {
    let samplesPerWeight = 10
    let parameters = moments.layers.reduce(0) { $0 + $1.crossMoment.rows * $1.crossMoment.columns }
    let outputs = moments.layers.last?.crossMoment.columns ?? 1
    let different = trainingCount + heldOutCount - (repetition?.repeatedCount ?? 0)
    return different * outputs < samplesPerWeight * parameters
  }

  /// Whether weights fitted without the held-out samples leave well more than those ask now.
  private var remembersSamples: Bool {
    let wellMore = hangsTogether ? 1.1 : 2
    return !criteria.heldOutIsUnseen && memoryRatio ?? 0 > wellMore
  }

  /// Another layer that gains about as much; or that the gain is hardly beyond chance, or hardly more
  /// than the weights gain.
  private var alternativeToBottleneck: VerdictAlternative? {
    // Errors of differences that are about as often as not within a sample.
    let (close, clear) = (2.0, 4.0)
    // Another search may find so much more of one layer, and less of another.
    let nearlyAsMuch = 0.75
    guard let best = narrowest else { return nil }
    let others = judgedGains.filter {
      $0.growth.layer != best.growth.layer && $0.growth.suggestedNeurons > 0
    }
    if let second = others.max(by: { $0.beyond < $1.beyond }) {
      let error =
        (best.standardError * best.standardError + second.standardError * second.standardError)
        .squareRoot()
      if best.beyond - second.beyond < close * error
        || second.beyond > nearlyAsMuch * best.beyond
      {
        var alternative = bottleneck(second)
        alternative.share = second.beyond / best.beyond
        return alternative
      }
    }
    if best.lossGain.heldOut != nil,
      best.beyond < clear * best.standardError || best.beyond < 1.5 * leastGain(judging: best)
    {
      return VerdictAlternative(kind: .wideEnough)
    }
    let without = judgedGains.map(\.without).max() ?? 0
    return 2 * without > best.beyond ? VerdictAlternative(kind: .trainLonger) : nil
  }

  /// The layer whose neurons gain enough, and more than one standard error.
  private var alternativeToWideEnough: VerdictAlternative? {
    judgedGains.filter {
      $0.lossGain.heldOut != nil && $0.beyond > $0.standardError
        && $0.beyond > 0.7 * leastGain(judging: $0)
    }.max { $0.beyond < $1.beyond }.map(bottleneck)
  }

  /// As many held-out samples as bring the standard error of the gain that may be chance down to what is
  /// significant: it falls as one over their square root.
  func samplesToTell(_ verdict: Verdict) -> Int? {
    guard case .mayBeChance(_, let gain) = verdict.cause, gain.mean > 0 else { return nil }
    let ratio = MeasuredGrowth.significance * gain.standardError / gain.mean
    let count = Double(heldOutCount * (partCount ?? 1)) * ratio * ratio
    // A hundred times as many are as good as none.
    return ratio > 1 && ratio <= 10 ? Int(nearest: count) : nil
  }

  private func bottleneck(_ gain: JudgedGain) -> VerdictAlternative {
    VerdictAlternative(
      kind: .bottleneck, layerIndex: gain.growth.layer, layer: layers[gain.growth.layer].name)
  }
}
