internal import FoundationEssentials

/// One growth of a model: an entry of the list that written files carry in the root attribute
/// `tiny_diagnose_history`, which Keras ignores.
public struct GrowthRecord: Equatable, Sendable, Codable {
  /// When, as ISO 8601 writes it: `2026-01-31T12:00:00Z`.
  public var date: String
  /// The version of the program.
  public var version: String
  /// The layer that got new units.
  public var layer: String
  /// How many it had.
  public var unitsBefore: Int
  /// How many it got.
  public var unitsAdded: Int
  /// How the units were found: `tiny`, `gradmax`, `net2wider`, `random`.
  public var method: String
  /// By how much the loss was expected to fall; `nil` if nothing was predicted.
  public var predictedLossGain: Double?
  /// By how much it fell on the training samples; `nil` if it was not measured.
  public var measuredLossGain: Double?
  /// By how much it fell on samples held out; `nil` if there were none.
  public var validationLossGain: Double?

  /// An entry; the caller knows the date and its own version.
  public init(
    date: String, version: String, layer: String, unitsBefore: Int, unitsAdded: Int,
    method: String, predictedLossGain: Double? = nil, measuredLossGain: Double? = nil,
    validationLossGain: Double? = nil
  ) {
    self.date = date
    self.version = version
    self.layer = layer
    self.unitsBefore = unitsBefore
    self.unitsAdded = unitsAdded
    self.method = method
    self.predictedLossGain = predictedLossGain
    self.measuredLossGain = measuredLossGain
    self.validationLossGain = validationLossGain
  }
}
