internal import COpenBLAS

extension Matrix where Scalar == Double {
  /// The eigendecomposition of a symmetric matrix (`dsyevd`); only its lower triangle is read.
  ///
  /// - Throws: `LinearAlgebraError` if a number is not finite or the iteration does not converge.
  public func symmetricEigen() throws(LinearAlgebraError) -> Eigen {
    precondition(rows == columns, "\(rows)×\(columns) is not square")
    _ = blasCore
    try checkFinite("dsyevd")
    guard rows > 0 else { return Eigen(values: [], vectors: self) }
    var vectors = storage
    var ascending = [Double](repeating: 0, count: rows)
    // Row-major lower is column-major upper, and LAPACK's column k is our row k.
    let info = LAPACKE_dsyevd(
      LAPACK_COL_MAJOR, CChar(UInt8(ascii: "V")), CChar(UInt8(ascii: "U")), Int32(rows), &vectors,
      Int32(rows), &ascending)
    guard info == 0 else { throw .noConvergence(routine: "dsyevd", info: Int(info)) }
    let order = rows
    return Eigen(
      values: ascending.reversed(),
      vectors: Matrix(rows: order, columns: order) { vectors[(order - 1 - $0) * order + $1] })
  }
}
