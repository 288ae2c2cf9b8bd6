internal import COpenBLAS

/// The Cholesky factor of a scaled symmetric matrix, below the diagonal of that matrix itself.
///
///     T S T = L Lᵀ,  L = L₁ D      L₁ of unit diagonal, D diagonal
///
/// The square holds S on and above its diagonal and L₁ below, where the ones need no place. Where T has
/// a zero, L has the row and the column of the identity.
struct HalfCholesky: Sendable {
  fileprivate let square: Matrix<Double>
  /// Of D.
  fileprivate let diagonal: [Double]

  /// Replaces the right side by the solution X of `L X = right`.
  func solveFactor(_ right: inout Matrix<Double>) {
    solve(&right, CblasNoTrans)
    divideRows(of: &right)
  }

  /// Replaces the right side by the solution X of `Lᵀ X = right`.
  func solveTransposedFactor(_ right: inout Matrix<Double>) {
    divideRows(of: &right)
    solve(&right, CblasTrans)
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

  private func divideRows(of right: inout Matrix<Double>) {
    let width = right.columns
    for (row, divisor) in diagonal.enumerated() {
      let factor = 1 / divisor
      for place in (row * width)..<((row + 1) * width) { right.storage[place] *= factor }
    }
  }
}

extension SymmetricMatrix {
  /// How far above the cut the estimated condition must be, since it may be too large.
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
    let factor = factorLowerHalf(rankTolerance: rankTolerance)
    if let factor { divideLowerHalf(by: factor) }
    for (index, number) in own.enumerated() { square[index, index] = number }
    return factor.map { HalfCholesky(square: square, diagonal: $0) }
  }

  /// Writes `T S T` below the diagonal and on it.
  private mutating func scaleIntoLowerHalf(_ scale: [Double]) {
    let order = order
    var numbers = square.storage.mutableSpan
    // By tiles: column after column of a wide matrix, every number would come from another page.
    let tile = 32
    for top in stride(from: 0, to: order, by: tile) {
      for left in stride(from: top, to: order, by: tile) {
        for row in top..<min(top + tile, order) {
          for column in max(left, row)..<min(left + tile, order) {
            let number = numbers[row * order + column]
            numbers[column * order + row] = number * scale[row] * scale[column]
          }
        }
      }
    }
    for (index, factor) in scale.enumerated() where factor == 0 {
      numbers[index * order + index] = 1
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

  /// Divides every column below the diagonal by its number: L becomes L₁.
  private mutating func divideLowerHalf(by divisors: [Double]) {
    let factors = divisors.map { 1 / $0 }
    for row in 0..<order {
      for column in 0..<row { square[row, column] *= factors[column] }
    }
  }
}
