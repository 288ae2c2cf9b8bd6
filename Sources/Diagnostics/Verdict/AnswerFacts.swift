package import Networks

/// What the answers of a network and the targets say before anything is fitted.
package struct AnswerFacts: Equatable, Sendable {
  /// The mean loss of the best answer that is the same for every sample; `nil` where the loss has
  /// none that is known.
  package var baseline: Double?
  /// The mean loss of answers that are the targets: 0 for most losses.
  package var lowestLoss = 0.0
  /// The standard error of the mean loss over samples like these; `nil` over a single sample.
  package var lossStandardError: Double?
  /// The mean over the classes of the share of each that is answered rightly; `nil` where the loss is
  /// not one of classification.
  package var balancedAccuracy: Double?
  /// The share of the most frequent class; `nil` as above.
  package var largestClassShare: Double?
  /// How many classes have samples; 0 where the loss is not one of classification.
  package var classCount = 0
  /// The smallest and the largest output; `nil` over no samples.
  package var answers: ClosedRange<Double>?
  /// The root of the outputs' mean variance over the samples.
  package var answerDeviation = 0.0
  /// The smallest and the largest target; `nil` of class labels.
  package var targets: ClosedRange<Double>?
  /// The root of the targets' mean variance over the samples; of classes, that of their indicators.
  package var targetDeviation = 0.0
  /// The mean loss of the best answers that the last activation can give.
  package var outOfReachLoss = 0.0
  /// The share of the samples that the last activation is flat for, so that no gradient passes it.
  package var saturatedShare = 0.0

  /// What no samples say.
  package init() {}

  /// How far the outputs differ among themselves, as a share of the largest of them.
  var answerSpread: Double {
    guard let answers else { return 0 }
    let size = max(abs(answers.lowerBound), abs(answers.upperBound))
    return size > 0 ? answerDeviation / size : 0
  }

  /// How much of a loss there is to gain, above what the targets themselves allow.
  func excess(of loss: Double) -> Double { loss - lowestLoss }
}

/// The same of both parts of the samples, and what the network can answer at all.
package struct SplitAnswers: Equatable, Sendable {
  /// On the samples everything is fitted on.
  package let training: AnswerFacts
  /// On those that only judge, if there are any.
  package let heldOut: AnswerFacts?
  /// The activation that ends the network; `nil` where the outputs are not those of one.
  package let activation: Activation?
  /// The numbers that the outputs can be.
  package let range: ClosedRange<Double>
  /// Why the single output can only say one thing; `nil` where it can say more.
  package let singleOutput: SingleOutput?

  /// What was found on each part.
  package init(
    training: AnswerFacts, heldOut: AnswerFacts? = nil, activation: Activation? = nil,
    range: ClosedRange<Double> = -.infinity ... .infinity, singleOutput: SingleOutput? = nil
  ) {
    self.training = training
    self.heldOut = heldOut
    self.activation = activation
    self.range = range
    self.singleOutput = singleOutput
  }
}
