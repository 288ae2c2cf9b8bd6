package import Diagnostics
import Networks

extension Verdict {
  /// The verdict in one or two sentences, for a person who knows no theory: the cause, and what to do.
  ///
  /// Without its last full stop, so that it can follow a colon.
  package var text: String { text(hasDropout: nil) }

  /// The same, where it is known whether Dropout may hold the weights back.
  ///
  /// - Parameter hasDropout: whether the model is trained with Dropout; `nil` if its file does not say.
  /// - Returns: the sentences, without the last full stop.
  func text(hasDropout: Bool?) -> String {
    let sentences =
      [sentence(hasDropout)] + hints.map(\.text)
      + [
        accuracy.flatMap(accuracyText), partCount.map(partsText),
        alternative.map { closeText($0, hasDropout) },
      ]
      .compactMap { $0 }
    return sentences.joined(separator: ". ")
  }

  private func sentence(_ hasDropout: Bool?) -> String {
    switch cause {
    case .singleOutput, .saturatedOutput, .outOfReach: unsuitableOutputText
    case .deadLayer, .constantAnswers, .noGradient: "the network is dead: " + deadText
    case .generalizationGap(let training, let heldOut, let baseline):
      gapText(training, heldOut, baseline)
    case .memory(let ratio, let different): memoryText(ratio, different)
    case .worseThanConstant, .weightsFollow, .weightsGain: trainLongerText(hasDropout)
    case .neurons, .neuronsOfRecording: bottleneckText
    case .noHiddenLayer, .nothingToLearn, .linearNetwork, .nothingGained, .mayBeChance, .tooLittle,
      .lackMayBeChance:
      wideEnoughText
    case .neuronsNotSought: "neurons were not sought, because the samples were to be read once"
    case .fewSamples(let judging):
      "too few samples to tell a gain from chance: \(judging) \(judging == 1 ? "judges" : "judge"). "
        + "Give more samples"
    case .nothingToJudgeBy:
      "no gain can be told from chance, because no samples are held out to judge by"
    }
  }

  // MARK: The kinds

  private var unsuitableOutputText: String {
    switch cause {
    case .singleOutput(.normalized(let activation)):
      let answer = activation == .logSoftmax ? 0 : 1
      return
        "\(activation.name) over a single unit answers \(answer) to every sample: give the last "
        + "layer a sigmoid, or a unit for each class, and train it anew"
    case .singleOutput(.categoricalLoss):
      return "a categorical loss of a single output is the same for every answer: use "
        + "binary_crossentropy after a sigmoid, or a unit for each class, and train anew"
    case .saturatedOutput(let activation, let answers):
      let name = activation?.name ?? "last activation"
      var place = "at its limits"
      if let answers, answers.lowerBound == answers.upperBound {
        place = "all of them \(answers.lowerBound.inThreeDigits)"
      }
      return "the \(name) at the output is flat at every answer, \(place), so that no gradient "
        + "passes it: train anew with a linear output, or from other weights"
    case .outOfReach(let activation, let targets, let share):
      let name = activation?.name ?? "last activation"
      let reach = targets.map {
        ", from \($0.lowerBound.inThreeDigits) to \($0.upperBound.inThreeDigits)"
      }
      return "the \(name) at the output cannot give all targets\(reach ?? ""): the best it can do "
        + "leaves \(Text.share(share)) of the loss. Train anew with a linear output, or scale the "
        + "targets into its range"
    default: return ""
    }
  }

  private var deadText: String {
    switch cause {
    case .deadLayer(let layer):
      "no unit of \(Text.layer(layer)) tells two samples apart. Start again with other weights, a "
        + "smaller learning rate, or an activation that is flat nowhere, such as leaky_relu"
    case .noGradient(let layer, _):
      "no gradient reaches \(Text.layer(layer)), the first. Start again with fewer layers, other "
        + "weights, or a normalization between them"
    default:
      "all samples get the same answer. Start again with other weights, a smaller learning rate, or "
        + "fewer layers"
    }
  }

  private func gapText(_ training: Double, _ heldOut: Double, _ baseline: Double?) -> String {
    let constant = baseline.flatMap {
      heldOut > $0 ? ", more than a constant answer has, \($0.inThreeDigits)" : nil
    }
    return "the network is overfitted: the loss is \(training.inThreeDigits) on the samples it was "
      + "trained on, and \(heldOut.inThreeDigits) on those held out\(constant ?? ""). Regularize it, "
      + "train it on more samples, or stop earlier; more neurons would widen the gap"
  }

  private func memoryText(_ ratio: Double, _ different: Int?) -> String {
    let cause =
      different.map { "only \(Text.count($0)) of the samples are different ones" }
      ?? "the samples of a group hang together"
    return "the network is overfitted: \(cause), and weights fitted without those held out would "
      + "leave \(ratio.inThreeDigits) times what is left of them now. Regularize it, or train it on "
      + (different == nil ? "more groups" : "more samples, weighed and not copied")
      + "; --validation with samples it was never trained on tells how far it goes"
  }

  private func trainLongerText(_ hasDropout: Bool?) -> String {
    switch cause {
    case .worseThanConstant(let loss, let baseline):
      return "train longer: the loss, \(loss.inThreeDigits), is above that of the best constant "
        + "answer, \(baseline.inThreeDigits). If it was lower in training, give the samples scaled as "
        + "they were there"
    case .weightsFollow(let share):
      return
        "train longer: the weights there are can follow \(Text.share(share)) of what is asked of "
        + "the network, so no layer is too narrow yet\(advice(hasDropout))"
    case .weightsGain(let layer, let gain, let beyond):
      let more = beyond > 0 ? "\(beyond.inThreeDigits) more" : "nothing more"
      return "train longer: the best new weights of \(Text.layer(layer)) alone lower the loss by "
        + "\(gain.inThreeDigits), and new neurons by \(more)\(advice(hasDropout))"
    default: return ""
    }
  }

  /// What to change where training has stopped all the same.
  private func advice(_ hasDropout: Bool?) -> String {
    let holder = hasDropout == false ? "weight decay" : "Dropout or weight decay"
    return hints.isEmpty
      ? ". If the loss no longer falls, \(holder) may hold the weights back, or the learning rate is "
        + "too small" : ""
  }

  private var bottleneckText: String {
    let name = Text.layer(layer ?? "")
    let units = "\(neurons) \(neurons == 1 ? "neuron" : "neurons")"
    switch cause {
    case .neurons(let next, let loss, let gain, let error, let without, let judges):
      let value = loss.map { ", \($0.inThreeDigits)," } ?? ""
      let chance = error.map { $0.isFinite ? " ± \($0.inThreeDigits)" : "" } ?? ""
      let share =
        share.map { ". The neurons themselves take away \(Text.share($0)) of the loss" } ?? ""
      return
        "\(name) is the bottleneck: with \(units) more there the loss\(judges.text)\(value) falls at "
        + "once by \(Text.number(gain))\(chance); with the best new weights of \(Text.layer(next)) "
        + "alone, " + (without > 0 ? "by \(without.inThreeDigits)" : "not at all") + share
    case .neuronsOfRecording(let next, let closed):
      return "\(name) is the bottleneck: \(units) more there \(neurons == 1 ? "closes" : "close") "
        + "\(closed.text) of what no weights of \(Text.layer(next)) can follow, on held-out samples; "
        + "what that does to the loss is not measured"
    default: return ""
    }
  }

  private var wideEnoughText: String {
    let subject =
      isOfAllLayers ? "no layer is too narrow" : "none of the layers looked at is too narrow"
    switch cause {
    case .noHiddenLayer: return "the model has no hidden layer, so there is nothing to widen"
    case .nothingToLearn:
      return "no sample asks for any change: on these data the model has nothing to learn"
    case .linearNetwork:
      return
        "the network is linear: no hidden layer has an activation, so more units give it nothing "
        + "new. Train it anew with one, such as relu"
    case .mayBeChance(let fitted, let heldOut):
      let others = partCount == nil ? "those held out" : "others"
      let judged =
        heldOut.mean > 0
        ? "by \(heldOut.mean.inThreeDigits) ± \(heldOut.standardError.inThreeDigits) on \(others), "
          + "which may be chance" : "and not at all on \(others)"
      return
        "\(subject): new neurons lower the loss by \(fitted.inThreeDigits) on the samples they "
        + "were fitted on, \(judged)"
    case .tooLittle(let share):
      return "\(subject): new neurons take \(Text.share(share)) off the loss, which is too little"
    case .lackMayBeChance(let closed):
      return
        "\(subject): the best new neurons close \(closed.text) of the lack on held-out samples, "
        + "which may be chance"
    default: return "\(subject): new neurons would gain nothing on these data"
    }
  }
}

extension Verdict {
  /// What would decide it.
  private func tellingText(_ hasDropout: Bool?) -> String {
    samplesToTell.map {
      "; about \(Text.count($0)) held-out samples would tell, and compare shows what training makes of "
        + "it" + (hasDropout == true ? ", as it does where Dropout has hidden a gain" : "")
    } ?? ""
  }

  /// What growing does to the accuracy; `nil` where it is the same in the digits that are shown.
  private func accuracyText(_ accuracy: AccuracyChange) -> String? {
    let (before, after) = (
      Text.precisePercent(accuracy.before), Text.precisePercent(accuracy.after)
    )
    guard before != after else { return nil }
    return "The accuracy\(accuracy.isHeldOut ? " on held-out samples" : "") "
      + "\(accuracy.after > accuracy.before ? "rises" : "falls") from \(before) to \(after)"
  }

  /// Who has judged it.
  private func partsText(_ count: Int) -> String {
    "These gains are cross-validated, in \(count) parts"
  }

  /// That it is close, and to what.
  private func closeText(_ alternative: VerdictAlternative, _ hasDropout: Bool?) -> String {
    switch alternative.kind {
    case .bottleneck where kind == .bottleneck:
      "It is close: \(Text.layer(alternative.layer ?? "")) gains "
        + (alternative.share.map { "\(Text.share($0)) as much" } ?? "about as much")
    case .bottleneck:
      "It is close: with other samples \(Text.layer(alternative.layer ?? "")) might be the bottleneck"
        + tellingText(hasDropout)
    case .overfitted:
      "If samples that it was never trained on have a much higher loss, it is overfitted instead: "
        + "--validation tells"
    case .trainLonger: "It is close: training longer may gain about as much"
    default: "It is close: with other samples it might be that no layer is too narrow"
    }
  }
}

extension GainJudges {
  /// Whose loss it is.
  fileprivate var text: String {
    switch self {
    case .training: ""
    case .heldOut: " on held-out samples"
    case .all: " on all samples"
    }
  }
}

extension TrainingHint {
  /// One sentence without its full stop.
  package var text: String {
    switch self {
    case .inputScale(let size):
      "Scale the inputs to about 1: they are about \(size.inThreeDigits)"
    case .targetScale(let size):
      "Scale the targets to about 1: they reach \(size.inThreeDigits)"
    }
  }
}

extension ClosedLack {
  /// The share and its standard error, in percent.
  fileprivate var text: String {
    let error = lack > 0 ? gain.standardError / lack : 0
    return "\((100 * share).inThreeDigits) ± \((100 * error).inThreeDigits) %"
  }
}
