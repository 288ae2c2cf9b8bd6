/// Why no more growths follow.
public enum GrowthStopReason: String, Equatable, Sendable, Codable {
  /// As many as were asked for were made.
  case growths
  /// No further neuron fits into the budget.
  case parameters
  /// No neuron of any layer lowers the loss.
  case noGain
}
