internal import HDF5

extension OpenedRecording {
  /// The role of each dataset, by its path.
  var roles: [String: String] {
    training.roles.merging(validation?.path == training.path ? validation?.roles ?? [:] : [:]) {
      own, _ in own
    }
  }
}

/// The recorded samples of a diagnosis.
package struct OpenedRecording: Sendable {
  /// The samples to diagnose on.
  package let training: Recording
  /// The samples held out, if any were recorded apart.
  package let validation: Recording?
}
