/// A dense matrix of `Float` or `Double`, stored row after row.
///
/// Row-major is the order of the files we read, one sample or one input per row, so a block of
/// samples is a slice and loading copies nothing. LAPACK wants columns: `Matrix+Eigen` hands it
/// symmetric matrices, which are their own transpose, and the other solvers transpose.
public struct Matrix<Scalar: BLASScalar>: Equatable, Sendable {
  /// The number of rows.
  public private(set) var rows: Int
  /// The number of columns.
  public let columns: Int
  /// The elements, row after row: `rows * columns` of them, a count that must not be changed.
  public var storage: [Scalar]

  /// A matrix of the given elements, row after row.
  public init(rows: Int, columns: Int, storage: [Scalar]) {
    precondition(storage.count == rows * columns, "\(storage.count) numbers for \(rows)×\(columns)")
    self.rows = rows
    self.columns = columns
    self.storage = storage
  }

  /// A matrix of zeros.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public init(rows: Int, columns: Int) {
    self.init(
      rows: rows, columns: columns, storage: [Scalar](repeating: 0, count: rows * columns))
  }

  /// A matrix whose element at (row, column) is `element(row, column)`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public init(rows: Int, columns: Int, element: (_ row: Int, _ column: Int) -> Scalar) {
    var storage: [Scalar] = []
    storage.reserveCapacity(rows * columns)
    for row in 0..<rows { for column in 0..<columns { storage.append(element(row, column)) } }
    self.init(rows: rows, columns: columns, storage: storage)
  }

  // Unspecialised, the conversion would go through protocols: 75 ns per number instead of 1.
  /// The matrix with its numbers converted to another precision.
  @specialized(where Scalar == Double, Other == Float)
  @specialized(where Scalar == Float, Other == Double)
  @specialized(where Scalar == Double, Other == Double)
  @specialized(where Scalar == Float, Other == Float)
  public init<Other: BLASScalar>(_ other: Matrix<Other>) {
    self.init(rows: other.rows, columns: other.columns, storage: other.storage.map { Scalar($0) })
  }

  /// The identity matrix.
  public static func identity(_ order: Int) -> Matrix {
    Matrix(rows: order, columns: order) { $0 == $1 ? 1 : 0 }
  }

  /// The element at a row and a column.
  @inlinable public subscript(row: Int, column: Int) -> Scalar {
    get { storage[row * columns + column] }
    set { storage[row * columns + column] = newValue }
  }

  /// Keeps the first `count` rows, or appends rows of zeros; within the largest count so far nothing
  /// is allocated, so that one matrix serves as the buffer of blocks of varying length.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public mutating func setRowCount(_ count: Int) {
    precondition(count >= 0, "\(count) rows")
    guard count != rows else { return }
    if count < rows {
      storage.removeLast((rows - count) * columns)
    } else {
      storage.append(contentsOf: repeatElement(0, count: (count - rows) * columns))
    }
    rows = count
  }
}
