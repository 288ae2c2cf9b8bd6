internal import COpenBLAS

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
