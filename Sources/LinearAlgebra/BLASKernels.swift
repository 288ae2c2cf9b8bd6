internal import COpenBLAS

/// Which of OpenBLAS's kernels run, and why these.
public struct BLASKernels: Equatable, Sendable {
  /// Such as `SkylakeX` or `Haswell`.
  public let name: String
  /// Why these.
  public let reason: Reason

  /// Why some kernels run and no others.
  public enum Reason: Equatable, Sendable {
    /// OPENBLAS_CORETYPE names them.
    case environment
    /// OpenBLAS chose them for this processor.
    case openBLAS
    /// OpenBLAS does not know this processor and would run others, several times slower; these are for
    /// the instructions that it has.
    case instructions(insteadOf: String)
  }

  /// Chooses the kernels, for the whole process.
  static func chosen() -> BLASKernels {
    let first = String(cString: openblas_get_corename())
    let name = String(cString: td_blas_select_core())
    if let given = td_blas_given_core(), String(cString: given).lowercased() == name.lowercased() {
      return BLASKernels(name: name, reason: .environment)
    }
    return BLASKernels(
      name: name, reason: name == first ? .openBLAS : .instructions(insteadOf: first))
  }
}
