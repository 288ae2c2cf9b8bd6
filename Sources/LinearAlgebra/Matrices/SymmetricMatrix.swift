internal import COpenBLAS

/// A symmetric matrix of `Double`, in no more memory than it needs.
///
/// Around wide layers second moments are most of what is in memory. The elements on and above the
/// diagonal of a square are the matrix, and what is below belongs to the `Whitening` that was made from
/// it in place, if there is one: its factor takes no memory beside it. A matrix that is only multiplied
/// by can be packed instead, in half a square.
public struct SymmetricMatrix: Sendable {
  /// Row-major, order × order. Only the upper triangle is meaningful. Empty while the matrix is
  /// packed.
  var square: Matrix<Double>
  /// The elements on and above the diagonal, row after row; none unless it is packed.
  private var packed: [Double] = []
  /// The number of rows, and of columns.
  public let order: Int

  /// A matrix of which the elements on and above the diagonal count.
  public init(_ upperTriangle: consuming Matrix<Double>) {
    precondition(
      upperTriangle.rows == upperTriangle.columns,
      "\(upperTriangle.rows)×\(upperTriangle.columns) is not square")
    order = upperTriangle.rows
    square = upperTriangle
  }

  /// The matrix in packed form, in half the memory. A product with it unpacks it for as long as it
  /// takes.
  public func packing() -> SymmetricMatrix {
    guard packed.isEmpty else { return self }
    var numbers: [Double] = []
    numbers.reserveCapacity(order * (order + 1) / 2)
    for row in 0..<order { numbers += upperRow(row) }
    var copy = self
    copy.packed = numbers
    copy.square = Matrix(rows: 0, columns: 0)
    return copy
  }

  /// Unpacks the matrix, so that a factor fits below the diagonal.
  mutating func unpack() {
    guard !packed.isEmpty else { return }
    var numbers: [Double] = []
    numbers.reserveCapacity(order * order)
    for row in 0..<order {
      numbers.append(contentsOf: repeatElement(0, count: row))
      numbers += upperRow(row)
    }
    square = Matrix(rows: order, columns: order, storage: numbers)
    packed = []
  }

  /// Where an element on or above the diagonal is packed.
  private func place(_ row: Int, _ column: Int) -> Int {
    row * order - row * (row - 1) / 2 + column - row
  }

  /// The elements of a row from the diagonal on.
  private func upperRow(_ row: Int) -> ArraySlice<Double> {
    packed.isEmpty
      ? square.storage[(row * order + row)..<((row + 1) * order)]
      : packed[place(row, row)...place(row, order - 1)]
  }

  /// The element at a row and a column.
  public subscript(row: Int, column: Int) -> Double {
    let (row, column) = (min(row, column), max(row, column))
    return packed.isEmpty ? square[row, column] : packed[place(row, column)]
  }

  /// The elements on the diagonal.
  public var diagonal: [Double] { (0..<order).map { self[$0, $0] } }

  /// All elements, in a memory of their own.
  public var matrix: Matrix<Double> {
    var copy = self
    copy.unpack()
    copy.square.copyUpperTriangle()
    return copy.square
  }

  /// Whether every element is at most `limit` in magnitude; NaN is not.
  public func isWithin(_ limit: Double) -> Bool {
    (0..<order).allSatisfy { upperRow($0).allSatisfy { $0.magnitude <= limit } }
  }

  /// The product `self · right` (`dsymm`), `order × right.columns`.
  public func times(_ right: Matrix<Double>) -> Matrix<Double> {
    precondition(right.rows == order, "order \(order) · \(right.rows)×\(right.columns)")
    _ = blasCore
    var whole = self
    whole.unpack()
    var product = Matrix<Double>(rows: order, columns: right.columns)
    // BLAS refuses leading dimensions of 0, with a message on the terminal.
    guard order > 0, right.columns > 0 else { return product }
    cblas_dsymm(
      CblasRowMajor, CblasLeft, CblasUpper, Int32(order), Int32(right.columns), 1,
      whole.square.storage, Int32(order), right.storage, Int32(right.columns), 0,
      &product.storage, Int32(right.columns))
    return product
  }
}
