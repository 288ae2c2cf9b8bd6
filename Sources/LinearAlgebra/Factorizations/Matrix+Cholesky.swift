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

extension Matrix where Scalar == Double {
  /// The Cholesky factor of a symmetric matrix (`dpotrf`), or `nil` if it is not positive definite.
  ///
  /// A matrix that is consumed gives its memory to the factor.
  public consuming func cholesky() -> Cholesky? {
    precondition(rows == columns, "\(rows)×\(columns) is not square")
    _ = blasCore
    guard rows > 0, storage.allSatisfy(\.isFinite) else { return nil }
    var factor = consume self
    let order = factor.rows
    // Row-major lower is column-major upper.
    let info = LAPACKE_dpotrf(
      LAPACK_COL_MAJOR, CChar(UInt8(ascii: "U")), Int32(order), &factor.storage, Int32(order))
    guard info == 0 else { return nil }
    for row in 0..<order {
      for place in (row * order + row + 1)..<((row + 1) * order) { factor.storage[place] = 0 }
    }
    return Cholesky(factor: factor)
  }
}
