internal import COpenBLAS

/// The lower triangular factor of a positive definite matrix, `S = L Lᵀ`.
public struct Cholesky: Sendable {
  /// L; zero above the diagonal.
  public let factor: Matrix<Double>

  /// The solution X of `S X = right`.
  public func solve(_ right: consuming Matrix<Double>) -> Matrix<Double> {
    solveTransposedFactor(solveFactor(consume right))
  }

  /// The solution X of `L X = right`.
  public func solveFactor(_ right: consuming Matrix<Double>) -> Matrix<Double> {
    solution(of: consume right, CblasNoTrans)
  }

  /// The solution X of `Lᵀ X = right`.
  public func solveTransposedFactor(_ right: consuming Matrix<Double>) -> Matrix<Double> {
    solution(of: consume right, CblasTrans)
  }

  private func solution(
    of right: consuming Matrix<Double>, _ transpose: CBLAS_TRANSPOSE
  ) -> Matrix<Double> {
    var solution = consume right
    let (rows, columns) = (solution.rows, solution.columns)
    precondition(rows == factor.rows, "\(rows) rows for order \(factor.rows)")
    // BLAS refuses leading dimensions of 0, with a message on the terminal.
    guard columns > 0 else { return solution }
    cblas_dtrsm(
      CblasRowMajor, CblasLeft, CblasLower, transpose, CblasNonUnit, Int32(rows), Int32(columns), 1,
      factor.storage, Int32(rows), &solution.storage, Int32(columns))
    return solution
  }
}
