internal import COpenBLAS

/// The eigenvalues and eigenvectors of a symmetric matrix, largest value first.
public struct Eigen: Sendable {
  /// Descending.
  public let values: [Double]
  /// Row k is the unit eigenvector of `values[k]`.
  public let vectors: Matrix<Double>
}
