/// How well a network does on both parts of its samples.
public struct SplitEvaluation: Equatable, Sendable {
  /// On the samples everything is fitted on.
  public let training: Evaluation
  /// On the held-out samples, if there are any.
  public let heldOut: Evaluation?

  /// What was found on each part.
  public init(training: Evaluation, heldOut: Evaluation?) {
    self.training = training
    self.heldOut = heldOut
  }
}
