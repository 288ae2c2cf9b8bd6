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
    /// L, of the order of S: a row of zeros has the 1 of the identity.
    case triangular(HalfCholesky)
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

  /// The diagonal of S.
  public var diagonal: [Double] {
    var diagonal = [Double](repeating: 0, count: order)
    for (row, factor) in zip(kept, scale) { diagonal[row] = 1 / (factor * factor) }
    return diagonal
  }

  /// E, `rank × order`; made when asked for, at the cost of a product.
  public var factor: Matrix<Double> { whitened(.identity(order)) }

  /// Factors a symmetric positive semidefinite matrix.
  ///
  /// - Parameters:
  ///   - matrix: S, `order × order`, of which the elements on and above the diagonal count.
  ///   - rankTolerance: eigenvalues of R below this share of the largest count as zero.
  /// - Throws: `LinearAlgebraError` if a number is not finite or the iteration does not converge.
  public init(
    of matrix: consuming Matrix<Double>, rankTolerance: Double
  ) throws(LinearAlgebraError) {
    var symmetric = SymmetricMatrix(consume matrix)
    try self.init(inPlaceOf: &symmetric, rankTolerance: rankTolerance)
  }

  /// Factors a symmetric positive semidefinite matrix in the memory that it has to spare: the factor of
  /// a wide one takes no other.
  ///
  /// - Parameters:
  ///   - matrix: S, which is the same after this.
  ///   - rankTolerance: eigenvalues of R below this share of the largest count as zero.
  /// - Throws: `LinearAlgebraError` if a number is not finite or the iteration does not converge.
  public init(
    inPlaceOf matrix: inout SymmetricMatrix, rankTolerance: Double
  ) throws(LinearAlgebraError) {
    try self.init(
      inPlaceOf: &matrix, rankTolerance: rankTolerance,
      route: matrix.order < Self.wideOrder ? .spectral : .triangularIfPossible)
  }

  init(
    inPlaceOf matrix: inout SymmetricMatrix, rankTolerance: Double, route: Route
  ) throws(LinearAlgebraError) {
    guard matrix.isWithin(.greatestFiniteMagnitude) else {
      throw .notFinite(routine: "whitening")
    }
    let diagonal = matrix.diagonal
    order = matrix.order
    kept = diagonal.indices.filter { diagonal[$0] > 0 }
    scale = kept.map { 1 / diagonal[$0].squareRoot() }
    if route == .triangularIfPossible, !kept.isEmpty {
      var factors = [Double](repeating: 0, count: order)
      for (index, factor) in zip(kept, scale) { factors[index] = factor }
      if let cholesky = matrix.halfCholesky(scaledBy: factors, rankTolerance: rankTolerance) {
        form = .triangular(cholesky)
        return
      }
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

  /// This whitening without the directions of little variance, for inputs of unit second moment.
  ///
  /// A solution then cancels no more than `1 / √least` of its parts: `‖T⁻¹ X‖² ≤ Xᵀ S X / least`.
  /// A wide matrix that was factored as `L Lᵀ` stays as it is.
  ///
  /// - Parameter least: the smallest eigenvalue of R that is kept.
  /// - Returns: a whitening of the directions that are kept.
  public func keeping(eigenvaluesFrom least: Double) -> Whitening {
    guard case .spectral(let factor) = form else { return self }
    // The rows of Q have length 1, so that those of E have length 1 / √λ.
    let rows = (0..<factor.rows).filter { least * factor.squaredNorm(ofRows: $0..<$0 + 1) <= 1 }
    guard rows.count < factor.rows else { return self }
    return Whitening(
      order: order, kept: kept, scale: scale, spectral: factor.selectingRows(rows))
  }

  /// `E M`: what M looks like to inputs of unit second moment; `rank × M.columns`.
  public func whitened(_ matrix: consuming Matrix<Double>) -> Matrix<Double> {
    precondition(matrix.rows == order, "\(matrix.rows) rows for order \(order)")
    switch form {
    case .spectral(let factor):
      var scaled = kept.count == order ? matrix : matrix.selectingRows(kept)
      scaled.multiplyRows(by: scale)
      return factor.times(scaled)
    case .triangular(let cholesky):
      var scaled = consume matrix
      cholesky.whiten(&scaled)
      return kept.count == order ? scaled : scaled.selectingRows(kept)
    }
  }

  /// `Eᵀ U`: weights for the inputs themselves, from weights for whitened inputs.
  public func unwhitened(_ matrix: consuming Matrix<Double>) -> Matrix<Double> {
    precondition(matrix.rows == rank, "\(matrix.rows) rows for rank \(rank)")
    switch form {
    case .spectral(let factor):
      var weights = factor.transposedTimes(matrix)
      weights.multiplyRows(by: scale)
      return weights.spreadingRows(to: kept, of: order)
    case .triangular(let cholesky):
      var weights = matrix.spreadingRows(to: kept, of: order)
      cholesky.unwhiten(&weights)
      return weights
    }
  }

  /// `S⁻ M`, the least-squares solution of `S X = M`; `order × M.columns`.
  public func solve(_ matrix: Matrix<Double>) -> Matrix<Double> { unwhitened(whitened(matrix)) }
}

extension SymmetricMatrix {
  /// Some rows and the same columns, times factors on both sides.
  fileprivate func scaled(_ kept: [Int], by scale: [Double]) -> Matrix<Double> {
    Matrix(rows: kept.count, columns: kept.count) {
      self[kept[$0], kept[$1]] * scale[$0] * scale[$1]
    }
  }
}

extension Matrix where Scalar == Double {
  /// A matrix of `count` rows: the given rows at `places`, and zeros elsewhere.
  fileprivate consuming func spreadingRows(to places: [Int], of count: Int) -> Matrix {
    guard places.count < count else { return self }
    var spread = Matrix(rows: count, columns: columns)
    for (position, place) in places.enumerated() {
      for column in 0..<columns { spread[place, column] = self[position, column] }
    }
    return spread
  }
}
