internal import COpenBLAS

/// The Cholesky factor of a scaled symmetric matrix, below the diagonal of that matrix itself.
///
///     T S T = L Lᵀ,  L = L₁ D      L₁ of unit diagonal, D diagonal
///
/// The square holds S on and above its diagonal and L₁ below, where the ones need no place. Where T has
/// a zero, L has the row and the column of the identity.
struct HalfCholesky: Sendable {
  fileprivate let square: Matrix<Double>
  /// The diagonal of T.
  fileprivate let scale: [Double]
  /// The diagonal of D⁻¹.
  fileprivate let inverseDiagonal: [Double]

  /// Replaces M by `L⁻¹ T M`.
  func whiten(_ matrix: inout Matrix<Double>) {
    matrix.multiplyRows(by: scale)
    solve(&matrix, CblasNoTrans)
    matrix.multiplyRows(by: inverseDiagonal)
  }

  /// Replaces U by `T L⁻ᵀ U`.
  func unwhiten(_ matrix: inout Matrix<Double>) {
    matrix.multiplyRows(by: inverseDiagonal)
    solve(&matrix, CblasTrans)
    matrix.multiplyRows(by: scale)
  }

  private func solve(_ right: inout Matrix<Double>, _ transpose: CBLAS_TRANSPOSE) {
    let (rows, columns) = (right.rows, right.columns)
    precondition(rows == square.rows, "\(rows) rows for order \(square.rows)")
    // BLAS refuses leading dimensions of 0, with a message on the terminal.
    guard rows > 0, columns > 0 else { return }
    cblas_dtrsm(
      CblasRowMajor, CblasLeft, CblasLower, transpose, CblasUnit, Int32(rows), Int32(columns), 1,
      square.storage, Int32(rows), &right.storage, Int32(columns))
  }
}

extension SymmetricMatrix {
  /// The estimated condition must exceed the cut by this factor, since the estimate may be too
  /// large.
  private static var conditionMargin: Double { 10 }

  /// Puts the Cholesky factor of `T S T` below the diagonal of S, if no eigenvalue is as small as
  /// `rankTolerance` times the largest.
  ///
  /// - Parameters:
  ///   - scale: the diagonal of T; where it is 0 the row of S must be, too.
  ///   - rankTolerance: below it the factor is not wanted.
  /// - Returns: `nil` where it is not; S is the same in any case.
  mutating func halfCholesky(scaledBy scale: [Double], rankTolerance: Double) -> HalfCholesky? {
    _ = blasCore
    unpack()
    let own = diagonal
    scaleIntoLowerHalf(scale)
    let inverse = factorLowerHalf(rankTolerance: rankTolerance)?.map { 1 / $0 }
    if let inverse { changeLowerHalf { number, _, column in number * inverse[column] } }
    for (index, number) in own.enumerated() { square[index, index] = number }
    return inverse.map { HalfCholesky(square: square, scale: scale, inverseDiagonal: $0) }
  }

  /// Writes `T S T` below the diagonal and on it, with the identity's 1 where T has a zero.
  private mutating func scaleIntoLowerHalf(_ scale: [Double]) {
    square.copyUpperTriangle()
    changeLowerHalf { number, row, column in number * scale[column] * scale[row] }
    for (index, factor) in scale.enumerated() {
      square[index, index] = factor == 0 ? 1 : square[index, index] * factor * factor
    }
  }

  /// Replaces every number below the diagonal.
  private mutating func changeLowerHalf(_ change: (Double, _ row: Int, _ column: Int) -> Double) {
    for row in 0..<order {
      for column in 0..<row { square[row, column] = change(square[row, column], row, column) }
    }
  }

  /// Replaces what is below the diagonal and on it by its Cholesky factor (`dpotrf`), if its condition
  /// (`dpocon`) is good.
  ///
  /// - Returns: the diagonal of the factor; `nil` of a bad condition.
  private mutating func factorLowerHalf(rankTolerance: Double) -> [Double]? {
    let norm = lowerHalfNorm
    // Row-major lower is column-major upper.
    let half = CChar(UInt8(ascii: "U"))
    let size = Int32(order)
    guard LAPACKE_dpotrf(LAPACK_COL_MAJOR, half, size, &square.storage, size) == 0 else {
      return nil
    }
    // An estimate that is seldom more than three times too large. In exact arithmetic it is at most
    // the smallest eigenvalue over the largest.
    var reciprocal = 0.0
    let info = LAPACKE_dpocon(LAPACK_COL_MAJOR, half, size, square.storage, size, norm, &reciprocal)
    precondition(info == 0, "dpocon: info \(info)")
    return reciprocal > Self.conditionMargin * rankTolerance ? square.diagonal : nil
  }

  /// ‖R‖₁ of the symmetric R below the diagonal and on it.
  private var lowerHalfNorm: Double {
    var sums = [Double](repeating: 0, count: order)
    for row in 0..<order {
      var sum = 0.0
      for column in 0..<row {
        let magnitude = square[row, column].magnitude
        sums[column] += magnitude
        sum += magnitude
      }
      sums[row] += sum + square[row, row].magnitude
    }
    return sums.max() ?? 0
  }
}
