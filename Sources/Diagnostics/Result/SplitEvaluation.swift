/// How well a network does on both parts of its samples.
package struct SplitEvaluation: Equatable, Sendable {
  /// On the samples everything is fitted on.
  package let training: Evaluation
  /// On the held-out samples, if there are any.
  package let heldOut: Evaluation?

  /// The evaluations of each part.
  package init(training: Evaluation, heldOut: Evaluation?) {
    self.training = training
    self.heldOut = heldOut
  }
}
