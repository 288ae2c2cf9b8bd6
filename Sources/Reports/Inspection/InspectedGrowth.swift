/// One growth of a model, as its file tells.
package struct InspectedGrowth: Equatable, Sendable {
  /// When, as ISO 8601 writes it.
  package let date: String
  /// The layer that got new units.
  package let layer: String
  /// How many it had.
  package let unitsBefore: Int
  /// How many it got.
  package let unitsAdded: Int
  /// How they were made.
  package let method: String
  /// By how much the training loss fell, if it was measured.
  package let measuredLossGain: Double?
  /// By how much the loss on held-out samples fell, if there were any.
  package let validationLossGain: Double?

  /// What is said of a growth.
  package init(
    date: String, layer: String, unitsBefore: Int, unitsAdded: Int, method: String,
    measuredLossGain: Double?, validationLossGain: Double?
  ) {
    self.date = date
    self.layer = layer
    self.unitsBefore = unitsBefore
    self.unitsAdded = unitsAdded
    self.method = method
    self.measuredLossGain = measuredLossGain
    self.validationLossGain = validationLossGain
  }
}
