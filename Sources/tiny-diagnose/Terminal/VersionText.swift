import LinearAlgebra

/// What `--version` prints.
enum VersionText {
  /// The version; with `--verbose` the kernels that multiply matrices, too, and why these.
  static func text(for arguments: [String]) -> String {
    guard arguments.contains("--verbose") else { return programVersion }
    return programVersion + "\n" + sentence(blasKernels)
  }

  /// The kernels and their reason in a line.
  static func sentence(_ kernels: BLASKernels) -> String {
    let reason =
      switch kernels.reason {
      case .environment: "as OPENBLAS_CORETYPE says"
      case .openBLAS: "which OpenBLAS chose for this processor"
      case .instructions(let other):
        "for the instructions of this processor, which OpenBLAS does not know: it would run \(other)"
      }
    return "OpenBLAS kernels: \(kernels.name), \(reason)"
  }
}
