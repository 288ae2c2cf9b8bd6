/// One growth of a model, as its file tells.
public struct InspectedGrowth: Equatable, Sendable {
  /// When, as ISO 8601 writes it.
  public let date: String
  /// The layer that got new units.
  public let layer: String
  /// How many it had.
  public let unitsBefore: Int
  /// How many it got.
  public let unitsAdded: Int
  /// How they were made.
  public let method: String
  /// By how much the training loss fell, if it was measured.
  public let measuredLossGain: Double?
  /// By how much the loss on held-out samples fell, if there were any.
  public let validationLossGain: Double?

  /// What is said of a growth.
  public init(
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
