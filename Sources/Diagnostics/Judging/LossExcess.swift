import Networks

/// How much of the loss there is to gain: the loss less the lowest one that the targets allow.
struct LossExcess: Sendable {
  /// Of the held-out samples; of the training samples where none are held out.
  let heldOut: Double
  /// Of all samples.
  let ofAll: Double
  /// Of the training samples.
  let training: Double

  /// What the evaluation of both parts leaves to gain.
  init(of evaluation: SplitEvaluation?, _ answers: SplitAnswers?) {
    let training = max(0, evaluation?.training.loss ?? 0) - (answers?.training.lowestLoss ?? 0)
    self.training = max(0, training)
    guard let evaluation, let judges = evaluation.heldOut else {
      (heldOut, ofAll) = (self.training, self.training)
      return
    }
    let judged = judges.loss - (answers?.heldOut?.lowestLoss ?? 0)
    heldOut = max(0, judged)
    ofAll = max(0, evaluation.mean(training, judged))
  }

  /// That of the samples which judge a gain.
  func judging(_ gain: LossGain) -> Double { gain.crossValidated == nil ? heldOut : ofAll }
}

extension SplitEvaluation {
  /// The mean over all samples of what is the mean over each part.
  func mean(_ ofTraining: Double, _ ofHeldOut: Double) -> Double {
    let counts = (Double(training.sampleCount), Double(heldOut?.sampleCount ?? 0))
    return (counts.0 * ofTraining + counts.1 * ofHeldOut) / max(1, counts.0 + counts.1)
  }
}
