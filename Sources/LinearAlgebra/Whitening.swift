/// A positive semidefinite matrix S, factored so that its inverse acts on what S can reach.
///
///     S = T⁻¹ R T⁻¹, R of unit diagonal      E S Eᵀ = I,  S⁻ = Eᵀ E
///     narrow:  R = Qᵀ Λ Q,  E = Λ^{-1/2} Q T      wide:  R = L Lᵀ,  E = L⁻¹ T
///
/// Rows of zeros are left out, and S is scaled to unit diagonal (T = diag(S)^{-1/2}) before the
/// small eigenvalues are cut, relative to the largest: neither the unit of an input nor that of the
/// whole matrix changes which directions count as zero.
///
/// A wide R of which no eigenvalue would be cut is factored as `L Lᵀ`, at a small part of the cost of
/// its eigenvalues. The two E differ by a rotation, which no solution sees.
///
/// `S⁻` is a generalized inverse, equal to the pseudo-inverse when S has full rank. For M in the
/// range of S the fitted values `S S⁻ M = M` and the quadratic form `Mᵀ S⁻ M` are those of the
/// pseudo-inverse in any case; only the part of the solution that S cannot see differs.
public struct Whitening: Sendable {
  /// The order of S.
  public let order: Int
  /// The rows of S that are not zero, and the diagonal of T for them.
  private let kept: [Int]
  private let scale: [Double]
  private let form: Form

  private enum Form {
    /// `Λ^{-1/2} Q`, rank × kept.
    case spectral(Matrix<Double>)
    /// L, kept × kept.
    case triangular(Cholesky)
  }

  /// How R is factored.
  enum Route {
    /// By its eigenvalues, whatever they are.
    case spectral
    /// By Cholesky where it is well conditioned, otherwise by its eigenvalues.
    case triangularIfPossible
  }

  /// From this order on `triangularIfPossible`, a seventh of the cost of the eigenvalues; below, they
  /// cost next to nothing.
  static let wideOrder = 512

  /// The number of directions in which S is not zero.
  public var rank: Int {
    switch form {
    case .spectral(let factor): factor.rows
    case .triangular: kept.count
    }
  }

  /// Whether R was factored as `L Lᵀ`.
  var isTriangular: Bool {
    if case .triangular = form { true } else { false }
  }

  /// E, `rank × order`; made when asked for, at the cost of a product.
  public var factor: Matrix<Double> { whitened(.identity(order)) }

  /// Factors a symmetric positive semidefinite matrix.
  ///
  /// - Parameters:
  ///   - matrix: S, `order × order`.
  ///   - rankTolerance: eigenvalues of R below this share of the largest count as zero.
  /// - Throws: `LinearAlgebraError` if a number is not finite or the iteration does not converge.
  public init(
    of matrix: Matrix<Double>, rankTolerance: Double
  ) throws(LinearAlgebraError) {
    try self.init(
      of: matrix, rankTolerance: rankTolerance,
      route: matrix.rows < Self.wideOrder ? .spectral : .triangularIfPossible)
  }

  init(
    of matrix: Matrix<Double>, rankTolerance: Double, route: Route
  ) throws(LinearAlgebraError) {
    try matrix.checkFinite("whitening")
    let diagonal = matrix.diagonal
    let kept = diagonal.indices.filter { diagonal[$0] > 0 }
    let scale = kept.map { 1 / diagonal[$0].squareRoot() }
    order = matrix.rows
    self.kept = kept
    self.scale = scale
    if route == .triangularIfPossible,
      let cholesky = matrix.scaled(kept, by: scale).takeWellConditionedCholesky(
        rankTolerance: rankTolerance)
    {
      form = .triangular(cholesky)
      return
    }
    let eigen = try matrix.scaled(kept, by: scale).symmetricEigen()
    let cut = rankTolerance * (eigen.values.first ?? 0)
    let values = eigen.values.prefix { $0 > cut }
    form = .spectral(
      Matrix(rows: values.count, columns: kept.count) {
        eigen.vectors[$0, $1] / values[$0].squareRoot()
      })
  }

  /// A factor found in another way: `Λ^{-1/2} Q`, rank × kept.
  init(order: Int, kept: [Int], scale: [Double], spectral factor: Matrix<Double>) {
    self.order = order
    self.kept = kept
    self.scale = scale
    form = .spectral(factor)
  }

  /// `E M`: what M looks like to inputs of unit second moment; `rank × M.columns`.
  public func whitened(_ matrix: consuming Matrix<Double>) -> Matrix<Double> {
    precondition(matrix.rows == order, "\(matrix.rows) rows for order \(order)")
    var scaled = kept.count == order ? matrix : matrix.selectingRows(kept)
    scaled.scaleRows(by: scale)
    switch form {
    case .spectral(let factor): return factor.times(scaled)
    case .triangular(let cholesky): return cholesky.solveFactor(consume scaled)
    }
  }

  /// `Eᵀ U`: weights for the inputs themselves, from weights for whitened inputs.
  public func unwhitened(_ matrix: consuming Matrix<Double>) -> Matrix<Double> {
    precondition(matrix.rows == rank, "\(matrix.rows) rows for rank \(rank)")
    var scaled: Matrix<Double>
    switch form {
    case .spectral(let factor): scaled = factor.transposedTimes(matrix)
    case .triangular(let cholesky): scaled = cholesky.solveTransposedFactor(consume matrix)
    }
    scaled.scaleRows(by: scale)
    guard kept.count < order else { return scaled }
    var unwhitened = Matrix<Double>(rows: order, columns: scaled.columns)
    for (position, index) in kept.enumerated() {
      for column in 0..<scaled.columns { unwhitened[index, column] = scaled[position, column] }
    }
    return unwhitened
  }

  /// `S⁻ M`, the least-squares solution of `S X = M`; `order × M.columns`.
  public func solve(_ matrix: Matrix<Double>) -> Matrix<Double> { unwhitened(whitened(matrix)) }

  /// `S⁻` itself.
  public var generalizedInverse: Matrix<Double> { solve(.identity(order)) }
}

extension Matrix where Scalar == Double {
  /// How far above the cut the estimated condition must be, since it may be too large.
  private static var conditionMargin: Double { 10 }

  /// Multiplies each row by its factor.
  fileprivate mutating func scaleRows(by factors: [Double]) {
    let width = columns
    for (row, factor) in factors.enumerated() {
      for place in (row * width)..<((row + 1) * width) { storage[place] *= factor }
    }
  }

  /// Some rows and the same columns, times factors on both sides.
  fileprivate func scaled(_ kept: [Int], by scale: [Double]) -> Matrix {
    Matrix(rows: kept.count, columns: kept.count) {
      self[kept[$0], kept[$1]] * scale[$0] * scale[$1]
    }
  }

  /// The Cholesky factor in the memory of the matrix, if no eigenvalue is as small as `rankTolerance`
  /// times the largest.
  fileprivate consuming func takeWellConditionedCholesky(rankTolerance: Double) -> Cholesky? {
    let order = rows
    var norm = 0.0
    for row in 0..<order {
      norm = Swift.max(
        norm, storage[(row * order)..<((row + 1) * order)].reduce(0) { $0 + $1.magnitude })
    }
    var matrix = consume self
    guard let cholesky = matrix.takeCholesky() else { return nil }
    let condition = cholesky.reciprocalCondition(norm: norm)
    return condition > Self.conditionMargin * rankTolerance ? cholesky : nil
  }
}
