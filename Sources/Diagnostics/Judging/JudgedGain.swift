/// What growing a layer gains, on the samples that judge.
struct JudgedGain {
  let growth: GrowthDiagnosis
  let lossGain: LossGain

  /// Of the suggested neurons, or of the best that were rejected; `nil` if none were found.
  init?(_ growth: GrowthDiagnosis) {
    guard let lossGain = growth.lossGain ?? growth.rejectedLossGain else { return nil }
    self.growth = growth
    self.lossGain = lossGain
  }

  /// The fall of the loss with the neurons and the weight update.
  var total: Double { lossGain.judged }
  /// The part of it that the neurons add.
  var beyond: Double { lossGain.judgedBeyondUpdate }
  /// The part of it that the weight update has alone.
  var without: Double { total - beyond }
  /// Which samples say so.
  var judges: GainJudges {
    if lossGain.crossValidated != nil { return .all }
    return lossGain.heldOut != nil ? .heldOut : .training
  }
  /// The standard error of the part that the neurons add; 0 where nothing is held out.
  var standardError: Double { lossGain.judgedBeyond?.standardError ?? 0 }
}

extension LossGain {
  /// The fall of the loss on samples that did not find the neurons: of all, in parts, or those held out.
  package var judgedWhole: PairedGain? { crossValidated?.whole ?? heldOut }

  /// The part of it that the neurons add to the weight update.
  package var judgedBeyond: PairedGain? { crossValidated?.beyondUpdate ?? heldOutBeyondUpdate }

  private var judgedTrimmed: Double? {
    crossValidated != nil ? crossValidated?.trimmedBeyondUpdate : trimmedBeyondUpdate
  }

  /// The fall of the loss on the samples that judge, which are those of the fit where no others are.
  package var judged: Double { judgedWhole?.mean ?? measured }

  /// What the neurons add to it on the samples they were fitted on.
  package var fitted: Double { measured - measuredWithoutNeurons }

  /// What the neurons add to it.
  package var judgedBeyondUpdate: Double { judgedBeyond?.mean ?? fitted }

  /// How many standard errors above 0 the whole fall of the held-out loss must be: neurons that gain
  /// beyond an update which harms are no gain.
  static let significanceInTotal = 2.0

  /// Whether the neurons gain something on the samples that judge, beyond chance and by so much.
  ///
  /// - Parameter least: the smallest fall of the loss that counts, in its own unit.
  /// - Returns: whether they are worth adding.
  func isWorthwhile(least: Double) -> Bool {
    guard judgedBeyondUpdate > 0, judgedBeyondUpdate >= least, judged > 0 else { return false }
    guard let whole = judgedWhole, let beyond = judgedBeyond else { return true }
    return beyond.mean > MeasuredGrowth.significance * beyond.standardError
      && whole.mean > Self.significanceInTotal * whole.standardError
      // A gain that is gone without a few samples is theirs alone.
      && judgedTrimmed.map { $0 > 0 } ?? true
  }
}

extension GrowthDiagnosis {
  /// The point of the curve at the suggested number of neurons.
  package var suggestedPoint: CurvePoint? { curve.first { $0.neurons == suggestedNeurons } }
}
