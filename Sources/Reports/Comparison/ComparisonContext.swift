/// What a report on a comparison says beside it: which model, on which data, and the command to go on
/// with.
package struct ComparisonContext: Sendable {
  /// The model, and the file of its samples.
  package let base: ReportContext
  /// Who says how it is trained on.
  package let origin: Origin
  /// Whether a file of its own judges.
  package let hasValidation: Bool

  /// Who says how a model is trained on.
  package enum Origin: String, Encodable, Sendable {
    /// The model's file.
    case model
    /// The user, at least in part.
    case given
    /// Nobody.
    case usual

    /// It for a person.
    var words: String {
      switch self {
      case .model: "as in the model"
      case .given: "as asked"
      case .usual: "the file names none known here"
      }
    }
  }

  /// Everything a report needs beside the comparison.
  package init(base: ReportContext, origin: Origin, hasValidation: Bool) {
    self.base = base
    self.origin = origin
    self.hasValidation = hasValidation
  }
}
