internal import COpenBLAS

extension Matrix where Scalar == Double {
  /// The eigenvalues of largest magnitude of a symmetric matrix and their vectors, without the others:
  /// half the time, and a quarter of the memory.
  ///
  /// Only the lower triangle is read, and a matrix that is consumed gives its memory to the work.
  ///
  /// - Parameter count: how many; fewer come of a smaller matrix.
  /// - Returns: the largest magnitude first, whatever its sign.
  /// - Throws: `LinearAlgebraError` if a number is not finite or an iteration does not converge.
  public consuming func symmetricEigen(
    ofLargest count: Int
  ) throws(LinearAlgebraError) -> Eigen {
    precondition(rows == columns, "\(rows)×\(columns) is not square")
    let order = rows
    // Both ends of the spectrum are looked at; where they meet, all of it is as cheap.
    guard 2 * count < order else { return try symmetricEigen().largest(count) }
    try checkFinite("dsytrd")
    let form = TridiagonalForm(of: consume self)
    let largest: Eigen
    if let low = form.eigen(0..<count), let high = form.eigen((order - count)..<order) {
      largest = Eigen(
        values: low.values + high.values,
        vectors: Matrix(joiningRowsOf: [low.vectors, high.vectors])
      ).largest(count)
    } else {
      largest = try form.eigen().largest(count)
    }
    return Eigen(values: largest.values, vectors: form.carryingBack(largest.vectors))
  }
}

extension Eigen {
  /// The pairs of largest magnitude, the largest first.
  fileprivate func largest(_ count: Int) -> Eigen {
    let order = values.indices.sorted { values[$0].magnitude > values[$1].magnitude }.prefix(count)
    return Eigen(values: order.map { values[$0] }, vectors: vectors.selectingRows(Array(order)))
  }
}

/// A symmetric matrix as `Q T Qᵀ`, T tridiagonal (`dsytrd`).
private struct TridiagonalForm {
  private let order: Int
  /// Q, as reflections.
  private let reflections: [Double]
  private let scales: [Double]
  private let diagonal: [Double]
  private let offDiagonal: [Double]

  /// Row-major lower is column-major upper.
  private static let half = CChar(UInt8(ascii: "U"))

  init(of matrix: consuming Matrix<Double>) {
    _ = blasCore
    let order = matrix.rows
    var numbers = (consume matrix).storage
    var scales = [Double](repeating: 0, count: order - 1)
    var diagonal = [Double](repeating: 0, count: order)
    // One more than there are, which dstemr works in.
    var offDiagonal = [Double](repeating: 0, count: order)
    let info = LAPACKE_dsytrd(
      LAPACK_COL_MAJOR, Self.half, Int32(order), &numbers, Int32(order), &diagonal, &offDiagonal,
      &scales)
    precondition(info == 0, "dsytrd: info \(info)")
    self.order = order
    reflections = numbers
    self.scales = scales
    self.diagonal = diagonal
    self.offDiagonal = offDiagonal
  }

  /// Some eigenvalues of T, counted from the smallest, and their vectors (`dstemr`).
  ///
  /// - Returns: `nil` where they are not found: the numbers of T may span hundreds of orders of magnitude, as where
  ///   few inputs are ever other than zero, and the vectors of a cluster at zero then cannot be told apart.
  func eigen(_ places: Range<Int>) -> Eigen? {
    var (diagonal, offDiagonal) = (diagonal, offDiagonal)
    var values = [Double](repeating: 0, count: order)
    var vectors = Matrix<Double>(rows: places.count, columns: order)
    var support = [Int32](repeating: 0, count: 2 * places.count)
    var (found, seeksAccuracy) = (Int32(0), Int32(1))
    let info = LAPACKE_dstemr(
      LAPACK_COL_MAJOR, CChar(UInt8(ascii: "V")), CChar(UInt8(ascii: "I")), Int32(order), &diagonal,
      &offDiagonal, 0, 0, Int32(places.lowerBound + 1), Int32(places.upperBound), &found, &values,
      &vectors.storage, Int32(order), Int32(places.count), &support, &seeksAccuracy)
    guard info == 0, Int(found) == places.count else { return nil }
    return Eigen(values: Array(values.prefix(places.count)), vectors: vectors)
  }

  /// All eigenvalues of T and their vectors, whatever its numbers (`dstedc`).
  func eigen() throws(LinearAlgebraError) -> Eigen {
    var (values, offDiagonal) = (diagonal, offDiagonal)
    var vectors = Matrix<Double>(rows: order, columns: order)
    let info = LAPACKE_dstedc(
      LAPACK_COL_MAJOR, CChar(UInt8(ascii: "I")), Int32(order), &values, &offDiagonal,
      &vectors.storage, Int32(order))
    guard info == 0 else { throw .noConvergence(routine: "dstedc", info: Int(info)) }
    return Eigen(values: values, vectors: vectors)
  }

  /// The vectors of the matrix from those of T, one per row (`dormtr`).
  func carryingBack(_ vectors: Matrix<Double>) -> Matrix<Double> {
    var vectors = vectors
    let info = LAPACKE_dormtr(
      LAPACK_COL_MAJOR, CChar(UInt8(ascii: "L")), Self.half, CChar(UInt8(ascii: "N")), Int32(order),
      Int32(vectors.rows), reflections, Int32(order), scales, &vectors.storage, Int32(order))
    precondition(info == 0, "dormtr: info \(info)")
    return vectors
  }
}
