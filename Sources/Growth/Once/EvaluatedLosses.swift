/// What the owner of a recorded network found of its loss, before and after it grew.
package struct EvaluatedLosses: Equatable, Sendable {
  /// The loss before.
  package let before: Double
  /// The loss after.
  package let after: Double

  /// By how much the loss fell.
  package var gain: Double { before - after }

  /// Two losses of the same samples.
  package init(before: Double, after: Double) {
    self.before = before
    self.after = after
  }
}
