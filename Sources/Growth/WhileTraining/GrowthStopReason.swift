/// Why no more growths follow.
public enum GrowthStopReason: String, Equatable, Sendable, Codable {
  /// The requested number of growths is done.
  case growths
  /// No further neuron fits into the budget.
  case parameters
  /// No neuron of any layer lowers the loss.
  case noGain
}
