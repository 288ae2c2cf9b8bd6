/// What a report on a comparison says beside it: which model, on which data, and the command to go on
/// with.
public struct ComparisonContext: Sendable {
  /// The model, and the file of its samples.
  public let base: ReportContext
  /// Who says how it is trained on.
  public let origin: Origin
  /// Whether a file of its own judges.
  public let hasValidation: Bool

  /// Who says how a model is trained on.
  public enum Origin: Sendable {
    /// The model's file.
    case model
    /// The user, at least in part.
    case given
    /// Nobody.
    case usual
  }

  /// Everything a report needs beside the comparison.
  public init(base: ReportContext, origin: Origin, hasValidation: Bool) {
    self.base = base
    self.origin = origin
    self.hasValidation = hasValidation
  }
}
