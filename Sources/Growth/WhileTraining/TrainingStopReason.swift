import Diagnostics

/// Why growing training ended.
public enum TrainingStopReason: String, Equatable, Sendable, Codable {
  case steps, epochs, seconds
  /// The target was reached.
  case accuracy, loss
  /// The growth has ended, and no limit of steps, epochs or seconds was given.
  case growth
}
