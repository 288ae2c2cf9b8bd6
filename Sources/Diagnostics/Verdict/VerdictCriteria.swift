/// What a person may choose about the verdict.
package struct VerdictCriteria: Equatable, Sendable {
  /// The share of the held-out loss that neurons must take away to be worth it.
  package var leastGain = 0.01
  /// Whether the held-out samples were never trained on.
  package var heldOutIsUnseen = false

  /// The defaults: a percent, and held-out samples that may have been trained on.
  package init(leastGain: Double = 0.01, heldOutIsUnseen: Bool = false) {
    self.leastGain = leastGain
    self.heldOutIsUnseen = heldOutIsUnseen
  }
}
