// Products into matrices that exist already: nothing here allocates, so that a pass over the data
// can run every block through the same buffers.

extension Matrix {
  /// Replaces the elements by the product `left · right`.
  public mutating func setProduct(_ left: Matrix, _ right: Matrix) {
    precondition(
      left.columns == right.rows && rows == left.rows && columns == right.columns,
      "\(rows)×\(columns) ← \(left.rows)×\(left.columns) · \(right.rows)×\(right.columns)")
    Scalar.gemm(
      transposeA: false, transposeB: false, m: rows, n: columns, k: left.columns, a: left.storage,
      lda: left.columns, b: right.storage, ldb: right.columns, beta: 0, c: &storage, ldc: columns)
  }

  /// Adds the product `left · R`, R the first rows of `right`, or all of it.
  ///
  /// Changes of a layer's inputs go forward through the kernel without its bias row this way.
  public mutating func addProduct(_ left: Matrix, _ right: Matrix, firstRows: Int? = nil) {
    let inner = firstRows ?? right.rows
    precondition(
      left.columns == inner && inner <= right.rows && rows == left.rows
        && columns == right.columns,
      "\(rows)×\(columns) += \(left.rows)×\(left.columns) · \(inner)×\(right.columns)")
    Scalar.gemm(
      transposeA: false, transposeB: false, m: rows, n: columns, k: left.columns, a: left.storage,
      lda: left.columns, b: right.storage, ldb: right.columns, beta: 1, c: &storage, ldc: columns)
  }

  /// Replaces the elements by `left · R ᵀ`, R the first rows of `right`.
  ///
  /// The desired updates go back through the kernel without its bias row this way, without a copy.
  public mutating func setProduct(_ left: Matrix, transposed right: Matrix, firstRows: Int) {
    precondition(
      left.columns == right.columns && firstRows <= right.rows && rows == left.rows
        && columns == firstRows,
      "\(rows)×\(columns) ← \(left.rows)×\(left.columns) · (\(firstRows)×\(right.columns))ᵀ")
    Scalar.gemm(
      transposeA: false, transposeB: true, m: rows, n: columns, k: left.columns, a: left.storage,
      lda: left.columns, b: right.storage, ldb: right.columns, beta: 0, c: &storage, ldc: columns)
  }

  /// Replaces the elements by the product `leftᵀ · right`.
  public mutating func setTransposedProduct(_ left: Matrix, _ right: Matrix) {
    precondition(
      left.rows == right.rows && rows == left.columns && columns == right.columns,
      "\(rows)×\(columns) ← (\(left.rows)×\(left.columns))ᵀ · \(right.rows)×\(right.columns)")
    Scalar.gemm(
      transposeA: true, transposeB: false, m: rows, n: columns, k: left.rows, a: left.storage,
      lda: left.columns, b: right.storage, ldb: right.columns, beta: 0, c: &storage, ldc: columns)
  }
}
