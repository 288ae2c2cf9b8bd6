import LinearAlgebra
import Networks

/// What the first pass collects beside the panels of the moments: the numbers and means of both parts,
/// their losses, and what the answers say.
struct FirstPassTally: Sendable {
  var training: MomentMeans
  var heldOut: MomentMeans
  var trainingLoss = LossSums()
  var heldOutLoss = LossSums()
  /// `nil` of a recording, which has no answers, and of nothing.
  var trainingAnswers: AnswerSums?
  var heldOutAnswers: AnswerSums?

  /// That of no samples.
  init(_ layout: LayerColumnLayout) {
    training = MomentMeans(layout)
    heldOut = training
  }

  /// How many samples each of the sums is over.
  var sampleCounts: [Int] {
    [
      training.total, heldOut.total, trainingLoss.total, heldOutLoss.total, trainingAnswers?.total,
      heldOutAnswers?.total,
    ].compactMap { $0?.sampleCount }
  }

  /// Adds those of other samples.
  mutating func merge(_ other: FirstPassTally) {
    training.merge(other.training)
    heldOut.merge(other.heldOut)
    trainingLoss.merge(other.trainingLoss)
    heldOutLoss.merge(other.heldOutLoss)
    trainingAnswers = trainingAnswers.merged(with: other.trainingAnswers)
    heldOutAnswers = heldOutAnswers.merged(with: other.heldOutAnswers)
  }
}

extension FirstPassTally: RangeSums {
  mutating func carry(in stream: inout NumberStream) {
    training.carry(in: &stream)
    heldOut.carry(in: &stream)
    trainingLoss.carry(in: &stream)
    heldOutLoss.carry(in: &stream)
    trainingAnswers?.carry(in: &stream)
    heldOutAnswers?.carry(in: &stream)
  }
}

extension Optional<AnswerSums> {
  fileprivate func merged(with other: AnswerSums?) -> AnswerSums? {
    guard let other else { return self }
    guard var sums = self else { return other }
    sums.merge(other)
    return sums
  }
}
