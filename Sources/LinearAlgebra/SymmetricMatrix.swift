internal import COpenBLAS

/// A symmetric matrix of `Double`, of which half the memory is free for its own factor.
///
/// The elements on and above the diagonal of a square are the matrix. What is below belongs to the
/// `Whitening` that was made from it in place, if there is one: around wide layers second moments are
/// most of what is in memory, and there is no room for another one beside each.
public struct SymmetricMatrix: Sendable {
  /// Of which the part below the diagonal says nothing about the matrix.
  var square: Matrix<Double>

  /// The number of rows, and of columns.
  public var order: Int { square.rows }

  /// A matrix of which the elements on and above the diagonal count.
  public init(_ upperTriangle: consuming Matrix<Double>) {
    precondition(
      upperTriangle.rows == upperTriangle.columns,
      "\(upperTriangle.rows)×\(upperTriangle.columns) is not square")
    square = upperTriangle
  }

  /// The element at a row and a column.
  public subscript(row: Int, column: Int) -> Double {
    square[min(row, column), max(row, column)]
  }

  /// The elements on the diagonal.
  public var diagonal: [Double] { square.diagonal }

  /// All elements, in a memory of their own.
  public var matrix: Matrix<Double> {
    var copy = square
    copy.copyUpperTriangle()
    return copy
  }

  /// Whether no element is larger in magnitude; one that is not a number counts as larger.
  public func isWithin(_ limit: Double) -> Bool {
    (0..<order).allSatisfy { row in
      square.storage[(row * order + row)..<((row + 1) * order)].allSatisfy { $0.magnitude <= limit }
    }
  }

  /// The product `self · right` (`dsymm`), `order × right.columns`.
  public func times(_ right: Matrix<Double>) -> Matrix<Double> {
    precondition(right.rows == order, "order \(order) · \(right.rows)×\(right.columns)")
    _ = blasCore
    var product = Matrix<Double>(rows: order, columns: right.columns)
    // BLAS refuses leading dimensions of 0, with a message on the terminal.
    guard order > 0, right.columns > 0 else { return product }
    cblas_dsymm(
      CblasRowMajor, CblasLeft, CblasUpper, Int32(order), Int32(right.columns), 1, square.storage,
      Int32(order), right.storage, Int32(right.columns), 0, &product.storage, Int32(right.columns))
    return product
  }
}
