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

/// A sum of products `AᵀB` over blocks of rows, kept in `Double`.
///
/// Each block is multiplied in the precision of the samples and added in `Double`: as fast as the
/// samples' own precision, and the error stays that of one block instead of growing with n.
public struct ProductSum: Equatable, Sendable {
  /// The widths of the two matrices.
  private let rows: Int
  private let columns: Int
  /// The sum so far, row after row, of a Gram matrix only the upper triangle; empty before the first
  /// block, so that sums which wait for work take no memory.
  private var numbers: [Double] = []

  /// A sum of nothing, for matrices of the given widths.
  public init(leftColumns: Int, rightColumns: Int) {
    rows = leftColumns
    columns = rightColumns
  }

  private mutating func makeReady() {
    if numbers.isEmpty { numbers = [Double](repeating: 0, count: rows * columns) }
  }

  /// Adds `leftᵀ · right` over the given rows of both.
  ///
  /// - Parameters:
  ///   - left: samples × left columns.
  ///   - right: samples × right columns.
  ///   - rows: the samples to count in.
  ///   - product: room for the product of one block, kept by the caller from block to block.
  public mutating func add<Scalar: BLASScalar>(
    _ left: Matrix<Scalar>, _ right: Matrix<Scalar>, rows: Range<Int>, product: inout [Scalar]
  ) {
    precondition(left.columns == self.rows && right.columns == columns, "widths differ")
    precondition(rows.upperBound <= left.rows && rows.upperBound <= right.rows, "too many rows")
    // BLAS refuses leading dimensions of 0, with a message on the terminal.
    guard !rows.isEmpty, self.rows * columns > 0 else { return }
    makeReady()
    product.makeRoom(for: numbers.count)
    left.storage.withUnsafeBufferPointer { leftNumbers in
      right.storage.withUnsafeBufferPointer { rightNumbers in
        guard let a = leftNumbers.baseAddress, let b = rightNumbers.baseAddress else { return }
        Scalar.gemm(
          transposeA: true, transposeB: false, m: left.columns, n: right.columns, k: rows.count,
          a: a + rows.lowerBound * left.columns, lda: left.columns,
          b: b + rows.lowerBound * right.columns, ldb: right.columns, beta: 0, c: &product,
          ldc: right.columns)
      }
    }
    Scalar.add(product, in: numbers.indices, to: &numbers)
  }

  /// Adds the upper triangle of `matrixᵀ · matrix` over the given rows; parameters as above.
  public mutating func addGram<Scalar: BLASScalar>(
    _ matrix: Matrix<Scalar>, rows: Range<Int>, product: inout [Scalar]
  ) {
    precondition(matrix.columns == self.rows && self.rows == columns, "widths differ")
    precondition(rows.upperBound <= matrix.rows, "too many rows")
    // BLAS refuses leading dimensions of 0, with a message on the terminal.
    guard !rows.isEmpty, columns > 0 else { return }
    makeReady()
    product.makeRoom(for: numbers.count)
    let order = matrix.columns
    matrix.storage.withUnsafeBufferPointer { numbers in
      guard let a = numbers.baseAddress else { return }
      Scalar.syrk(
        n: order, k: rows.count, a: a + rows.lowerBound * order, lda: order, c: &product,
        ldc: order)
    }
    for row in 0..<order {
      Scalar.add(product, in: (row * order + row)..<((row + 1) * order), to: &numbers)
    }
  }

  /// Adds another sum, of other blocks.
  public mutating func merge(_ other: ProductSum) {
    precondition(rows == other.rows && columns == other.columns, "widths differ")
    guard !other.numbers.isEmpty else { return }
    guard !numbers.isEmpty else {
      numbers = other.numbers
      return
    }
    Double.add(other.numbers, in: numbers.indices, to: &numbers)
  }

  /// The mean over so many samples, or over samples whose weights add up to so much.
  public func mean(over total: Double) -> Matrix<Double> {
    var copy = self
    return copy.takeMean(over: total)
  }

  /// The same mean of a Gram matrix, its lower triangle copied from the upper.
  public func symmetricMean(over total: Double) -> Matrix<Double> {
    var copy = self
    return copy.takeSymmetricMean(over: total)
  }

  /// The same mean, in the memory of the sum, which is a sum of nothing after this.
  public mutating func takeMean(over total: Double) -> Matrix<Double> {
    makeReady()
    var taken: [Double] = []
    swap(&taken, &numbers)
    var mean = Matrix(rows: rows, columns: columns, storage: taken)
    taken = []
    mean.multiply(by: 1 / total)
    return mean
  }

  /// The same for `symmetricMean(over:)`.
  public mutating func takeSymmetricMean(over total: Double) -> Matrix<Double> {
    var mean = takeMean(over: total)
    for row in 0..<rows {
      for column in (row + 1)..<max(columns, row + 1) { mean[column, row] = mean[row, column] }
    }
    return mean
  }
}

extension Array where Element: BLASScalar {
  fileprivate mutating func makeRoom(for count: Int) {
    if self.count < count { self = Array(repeating: 0, count: count) }
  }
}
