/// Where the lines of the verdict are drawn.
private enum Line {
  /// More of the loss than this is out of reach of an unsuitable output.
  static let outOfReach = 0.01
  /// Outputs that differ by less than this share of how targets do are the same.
  static let constantAnswers = 1e-3
  /// A gradient that arrives at less than this share of D has vanished.
  static let vanishedGradient = 1e-12
  /// A held-out loss of more than so many times the training loss is well above it.
  static let gap = 2.0
  /// So many standard errors are beyond chance.
  static let significance = 2.5
  /// A network that leaves no more than this share of what is asked follows nearly all of it.
  static let unfollowed = 0.05
  /// The same of held-out samples: of what generalizes, most is followed there too.
  static let unfollowedHeldOut = 0.5
  /// More than so many times what held-out samples ask is left by weights that do without them.
  static let memory = 1.5
  /// Weights that gain this share of the loss, where neurons gain nothing, are not trained yet.
  static let weightsGain = 0.05
  /// The standard error of a mean over fewer samples than this says nothing.
  static let fewestJudging = 4
  /// Losses closer than this, relative to that of a constant answer, are equal.
  static let equalLosses = 0.01
}

extension Diagnosis {
  /// What the diagnosis comes to: the first of these that holds.
  public var verdict: Verdict {
    var verdict =
      unsuitableOutput ?? ofFewestSamples ?? dead ?? overfitted ?? memory ?? undecided
      ?? trainLonger ?? ofFewSamples ?? bottleneck ?? wideEnough
    verdict.isOfAllLayers = growth.count >= layers.dropLast().count(where: \.isFollowed)
    if verdict.kind == .trainLonger || verdict.kind == .dead { verdict.hints = trainingHints }
    verdict.alternative = alternative(to: verdict)
    if verdict.isOfGains { verdict.partCount = partCount }
    if verdict.alternative?.kind == .bottleneck { verdict.samplesToTell = samplesToTell(verdict) }
    return verdict
  }

  // MARK: The kinds, from the top

  /// The last activation cannot give the targets, or is flat at every answer.
  private var unsuitableOutput: Verdict? {
    guard let answers, let loss = training?.loss else { return nil }
    if let single = answers.singleOutput {
      return Verdict(.unsuitableOutput, .singleOutput(single))
    }
    let facts = answers.training
    let excess = facts.excess(of: loss)
    guard excess > 0 else { return nil }
    if facts.saturatedShare == 1, !isNearLowest(loss, facts) {
      return Verdict(
        .unsuitableOutput, .saturatedOutput(answers.activation, answers: facts.answers))
    }
    let share = facts.outOfReachLoss / loss
    guard share > Line.outOfReach else { return nil }
    return Verdict(
      .unsuitableOutput, .outOfReach(answers.activation, targets: facts.targets, share: share))
  }

  /// No unit of a hidden layer is alive, all answers are the same, or no gradient reaches the first
  /// layer.
  private var dead: Verdict? {
    guard let first = layers.first, let last = layers.last, last.desiredUpdate > 0 else {
      return nil
    }
    if let layer = layers.dropLast().first(where: { $0.deadUnits == $0.units }) {
      return Verdict(.dead, .deadLayer(layer.name))
    }
    if let facts = answers?.training, let loss = training?.loss, trainingCount > 1,
      facts.answerDeviation <= Line.constantAnswers * facts.targetDeviation,
      facts.answerSpread <= Line.constantAnswers, let baseline = facts.baseline,
      abs(loss - baseline) <= Line.equalLosses * facts.excess(of: baseline)
    {
      return Verdict(.dead, .constantAnswers)
    }
    let share = first.desiredUpdate / last.desiredUpdate
    return share <= Line.vanishedGradient
      ? Verdict(.dead, .noGradient(first.name, share: share)) : nil
  }

  /// Samples that were never trained on have a loss well above that of the others.
  private var overfitted: Verdict? {
    guard criteria.heldOutIsUnseen, let training, let heldOut, let answers,
      let unseen = answers.heldOut, let errors = gapStandardError
    else { return nil }
    let gap = heldOut.loss - training.loss
    guard gap > Line.significance * errors else { return nil }
    let (fitted, judged) = (
      answers.training.excess(of: training.loss), unseen.excess(of: heldOut.loss)
    )
    let isWorseThanConstant = unseen.baseline.map { heldOut.loss > $0 } ?? false
    guard judged > Line.gap * fitted || isWorseThanConstant && judged > fitted, widensGap else {
      return nil
    }
    return Verdict(
      .overfitted,
      .generalizationGap(
        training: training.loss, heldOut: heldOut.loss, heldOutBaseline: unseen.baseline))
  }

  /// The samples are copies to a large part, or come in groups, and the weights that answer them do not
  /// answer others: the loss is a memory of what is there several times.
  private var memory: Verdict? {
    guard !criteria.heldOutIsUnseen, let ratio = memoryRatio, ratio > Line.memory,
      hangsTogether
    else { return nil }
    return Verdict(
      .overfitted, .memory(ratio: ratio, different: hasGroups ? nil : repetition?.differentCount))
  }

  /// What decides was not looked for.
  private var undecided: Verdict? {
    if layers.count > 1, warnings.contains(.neuronsNotSought) {
      return Verdict(nil, .neuronsNotSought)
    }
    if layers.count > 1, evaluation == nil, heldOutCount <= 1 {
      return Verdict(nil, .nothingToJudgeBy)
    }
    return nil
  }

  /// There are so few samples at all that nothing follows from what they have in common.
  private var ofFewestSamples: Verdict? {
    trainingCount + heldOutCount < Line.fewestJudging ? ofFewSamples : nil
  }

  /// Too few samples judge for any gain to be one.
  private var ofFewSamples: Verdict? {
    let judging = heldOutCount > 0 ? heldOutCount : trainingCount
    guard evaluation != nil, layers.count > 1, judging < Line.fewestJudging,
      layers.contains(where: { $0.desiredUpdate > 0 }), !layers.dropLast().allSatisfy(\.isLinear)
    else { return nil }
    return Verdict(nil, .fewSamples(judging: judging))
  }

  /// The weights there are gain most of what there is, or can follow nearly all that is asked.
  private var trainLonger: Verdict? {
    guard layers.contains(where: { $0.desiredUpdate > 0 }), let training, let answers else {
      return nil
    }
    let facts = answers.training
    if let baseline = facts.baseline,
      facts.excess(of: training.loss) > (1 + Line.equalLosses) * facts.excess(of: baseline)
    {
      return Verdict(.trainLonger, .worseThanConstant(loss: training.loss, baseline: baseline))
    }
    if let network, let lack = network.relativeLack, lack <= Line.unfollowed,
      network.heldOutRelativeLack ?? 0 <= Line.unfollowedHeldOut
    {
      return Verdict(.trainLonger, .weightsFollow(share: 1 - lack))
    }
    guard let weights = judgedGains.max(by: { $0.without < $1.without }), weights.without > 0,
      weights.without > Line.significance * (weights.lossGain.judgedWhole?.standardError ?? 0)
    else { return nil }
    let beyond = narrowest?.beyond ?? 0
    let least = beyond > 0 ? beyond : Line.weightsGain * excess(judging: weights)
    guard weights.without >= least else { return nil }
    return Verdict(
      .trainLonger,
      .weightsGain(
        layer: layers[weights.growth.layer + 1].name, gain: weights.without, beyond: beyond))
  }

  /// Neurons of a hidden layer lower the loss of held-out samples, by more than chance and enough.
  private var bottleneck: Verdict? {
    guard evaluation != nil else { return bottleneckOfRecording }
    guard let best = narrowest else { return nil }
    let excess = excess(judging: best)
    var verdict = verdict(
      widening: best.growth,
      .neurons(
        next: layers[best.growth.layer + 1].name, loss: loss(judging: best), gain: best.total,
        standardError: best.lossGain.judgedWhole?.standardError, without: best.without,
        judges: best.judges),
      share: excess > 0 ? best.beyond / excess : nil)
    verdict.accuracy = accuracy(with: best.lossGain)
    return verdict
  }

  /// Nothing is to be widened.
  private var wideEnough: Verdict {
    if layers.count < 2 { return Verdict(.wideEnough, .noHiddenLayer) }
    guard layers.contains(where: { $0.desiredUpdate > 0 }) else {
      return Verdict(.wideEnough, .nothingToLearn)
    }
    if layers.dropLast().allSatisfy({ $0.isLinear || !$0.isFollowed }) {
      return Verdict(.wideEnough, .linearNetwork)
    }
    guard evaluation != nil else {
      let closed = growth.compactMap(\.closedLack).filter { $0.gain.mean > 0 }
      let best = closed.max { $0.gain.mean < $1.gain.mean }
      return Verdict(.wideEnough, best.map { .lackMayBeChance($0) } ?? .nothingGained)
    }
    let gaining = judgedGains.filter { $0.lossGain.fitted > 0 }
    guard let best = gaining.max(by: { $0.beyond < $1.beyond }) else {
      return Verdict(.wideEnough, .nothingGained)
    }
    guard let heldOut = best.lossGain.judgedBeyond,
      heldOut.mean <= Line.significance * heldOut.standardError
    else {
      let excess = excess(judging: best)
      return Verdict(.wideEnough, .tooLittle(share: excess > 0 ? best.beyond / excess : 0))
    }
    return Verdict(.wideEnough, .mayBeChance(fitted: best.lossGain.fitted, heldOut: heldOut))
  }
}
