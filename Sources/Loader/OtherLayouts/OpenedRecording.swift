internal import HDF5

extension OpenedRecording {
  /// What each dataset is, by its path.
  var roles: [String: String] {
    training.roles.merging(validation?.path == training.path ? validation?.roles ?? [:] : [:]) {
      own, _ in own
    }
  }
}

/// The recorded samples of a diagnosis.
public struct OpenedRecording: Sendable {
  /// The samples to diagnose on.
  public let training: Recording
  /// The samples held out, if any were recorded apart.
  public let validation: Recording?
}
