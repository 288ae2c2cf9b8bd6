public import Networks

/// The samples of a diagnosis, and the loss they are judged by.
public struct OpenedSamples: Sendable {
  /// The samples to diagnose on.
  public let training: SampleFile
  /// The samples held out, if any were given.
  public let validation: SampleFile?
  /// The loss.
  public let loss: Loss
  /// Who says so.
  public let lossOrigin: LossOrigin
  /// The meaning of the loss for these outputs, if it is not the one its name says.
  let lossNote: String?

  /// The notes on both parts for a user, in whole sentences.
  public var notes: [String] {
    let notes = (lossNote.map { [$0] } ?? []) + training.notes
    guard let validation, (training.weightsPath == nil) != (validation.weightsPath == nil) else {
      return notes
    }
    return notes + [
      training.weightsPath == nil
        ? "The held-out samples count by the weights in \(validation.weightsPath ?? ""); the others "
          + "count alike."
        : "The held-out samples have no weights beside them: they count alike."
    ]
  }

  /// Who says which loss it is.
  public enum LossOrigin: Sendable {
    /// The user.
    case given
    /// The model's file.
    case model
    /// Nobody: it was told from the last activation and the targets.
    case inferred
  }
}
