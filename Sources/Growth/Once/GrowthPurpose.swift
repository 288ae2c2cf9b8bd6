/// What new neurons are made for.
package enum GrowthPurpose: String, CaseIterable, Sendable {
  /// The lowest loss at once.
  case now
  /// The lowest loss after training on.
  case training
}
