/// Whether more samples would hardly change the verdict.
extension Diagnosis {
  /// Errors of a comparison beyond which it counts as decided.
  ///
  /// A normal variable is that far off with a probability of 3e-5 on one side. A diagnosis is looked at
  /// at most ten times, each time on four times the samples, and each look compares no more pairs than
  /// there are hidden layers and lines: of ten layers all looks together err with a probability below
  /// a hundredth.
  private static var decisive: Double { 4 }

  /// Whether kind and layer of the verdict are decided: each number that it compares is on its side
  /// of the line by four standard errors, and none of them is known to depend on how many samples
  /// there are.
  package var isClear: Bool {
    let verdict = verdict
    guard verdict.alternative == nil, showsInPart(verdict.cause) else { return false }
    switch verdict.cause {
    case .singleOutput, .saturatedOutput, .deadLayer, .constantAnswers, .noGradient, .linearNetwork,
      .weightsFollow:
      return true
    case .outOfReach(_, _, let share): return share > 0.02
    case .worseThanConstant(let loss, let baseline):
      return loss - baseline > Self.decisive * (answers?.training.lossStandardError ?? .infinity)
    case .generalizationGap(let training, let heldOut, _):
      return heldOut - training > Self.decisive * (gapStandardError ?? .infinity)
    case .weightsGain(_, let gain, _):
      let errors = judgedGains.compactMap(\.lossGain.judgedWhole?.standardError)
      return gain > Self.decisive * (errors.max() ?? .infinity)
    case .neurons: return isBottleneckClear
    case .neuronsOfRecording: return isBottleneckOfRecordingClear
    case .nothingGained, .mayBeChance, .tooLittle: return isWideEnoughClear
    case .memory, .noHiddenLayer, .nothingToLearn, .lackMayBeChance, .neuronsNotSought, .fewSamples,
      .nothingToJudgeBy:
      return false
    }
  }

  /// Whether the verdict is that of a diagnosis of a quarter as many of the samples, and its kind one that
  /// a part of them can show.
  ///
  /// Where two verdicts are close, more samples leave them so: the one that two looks agree on is then
  /// the one that all samples give, but for a few in a hundred.
  package func confirms(_ earlier: Diagnosis) -> Bool {
    let (verdict, before) = (verdict, earlier.verdict)
    guard showsInPart(verdict.cause), let kind = verdict.kind, kind == before.kind,
      verdict.layerIndex == before.layerIndex
    else { return false }
    // More samples tell such a gain from chance.
    if case .mayBeChance = verdict.cause { return verdict.alternative?.kind != .bottleneck }
    return true
  }

  /// Whether a part of the samples can show such a verdict at all.
  private func showsInPart(_ cause: VerdictCause) -> Bool {
    // How many samples are copies shows on all of them only.
    guard repetition?.repeatedCount ?? 0 == 0 else { return false }
    return switch cause {
    case .weightsFollow: !hasFewSamplesPerWeight
    case .memory, .noHiddenLayer, .nothingToLearn, .lackMayBeChance, .neuronsNotSought, .fewSamples,
      .nothingToJudgeBy:
      false
    case .singleOutput, .saturatedOutput, .outOfReach, .deadLayer, .constantAnswers, .noGradient,
      .generalizationGap, .worseThanConstant, .weightsGain, .neurons, .neuronsOfRecording,
      .linearNetwork, .nothingGained, .mayBeChance, .tooLittle:
      true
    }
  }

  /// The neurons gain enough by far, and more than those of every other layer by far.
  private var isBottleneckClear: Bool {
    guard let best = narrowest, best.lossGain.heldOut != nil else { return false }
    guard best.beyond - leastGain(judging: best) > Self.decisive * best.standardError else {
      return false
    }
    return judgedGains.allSatisfy { other in
      other.growth.layer == best.growth.layer
        || leads(
          (best.beyond, best.standardError), before: (other.beyond, other.standardError))
    }
  }

  private var isBottleneckOfRecordingClear: Bool {
    let gains = growth.compactMap { $0.closedLack?.gain }
    guard let best = gains.max(by: { $0.mean < $1.mean }),
      best.mean > Self.decisive * best.standardError
    else { return false }
    return gains.count {
      !leads((best.mean, best.standardError), before: ($0.mean, $0.standardError))
    }
      == 1
  }

  /// Whether a gain is larger than another by far, as seen from errors and for both taken as fitted on
  /// as many samples as there will be: with fewer, that of a layer of many inputs is a few percent too
  /// low.
  private func leads(
    _ gain: (mean: Double, error: Double), before other: (mean: Double, error: Double)
  ) -> Bool {
    let error = (gain.error * gain.error + other.error * other.error).squareRoot()
    return gain.mean - other.mean > max(Self.decisive * error, 0.1 * gain.mean)
  }

  /// No neurons gain enough on the samples they were fitted on, which is more than they gain on
  /// others, and none do on those held out, by far.
  private var isWideEnoughClear: Bool {
    !judgedGains.isEmpty
      && judgedGains.allSatisfy { gain in
        let least = leastGain(judging: gain)
        return gain.lossGain.heldOut != nil && gain.lossGain.fitted < least
          && gain.beyond + Self.decisive * gain.standardError < least
      }
  }
}
