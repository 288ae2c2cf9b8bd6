/// What new neurons are made for.
package enum GrowthPurpose: String, CaseIterable, Sendable {
  /// The lowest loss at once.
  case now
  /// The lowest loss after training on.
  case training

  /// From so many inputs on, training may do better from neurons that begin small and silent.
  ///
  /// In front of many inputs a fan-in that was fitted all at once can follow the training samples too
  /// closely, and training does not leave it again. Which of the two ends lower, a short training tells.
  static let manyInputs = 40
  /// The deviation of the preactivations that such neurons begin with.
  static let smallDeviation = 0.3

  /// Whether it is tried to let neurons behind so many inputs begin small and silent.
  func triesSmall(inputs: Int) -> Bool { self == .training && inputs >= Self.manyInputs }
}
