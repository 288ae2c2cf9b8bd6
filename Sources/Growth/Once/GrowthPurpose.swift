/// What new neurons are made for.
package enum GrowthPurpose: String, CaseIterable, Sendable {
  /// The lowest loss at once.
  case now
  /// The lowest loss after training on.
  case training

  /// How a note begins that tells what neurons for `now` would be; who knows how it is asked for may say it
  /// in other words.
  package static let nowText = "For the purpose now"
}
