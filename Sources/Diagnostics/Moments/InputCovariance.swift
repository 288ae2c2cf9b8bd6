import LinearAlgebra
import Networks

/// The covariance of a layer's inputs.
///
///     C = E[(b − E b)(b − E b)ᵀ] = S − E b E bᵀ      without a bias, C = S
///
/// It is formed only where it is factored, with a ridge, and released afterwards: for a wide layer
/// it is as large as S.
struct InputCovariance: Sendable {
  let secondMoment: SymmetricMatrix
  /// E b, zeros without a bias.
  let means: [Double]
  private let hasBias: Bool
  /// The diagonal of C.
  let variances: [Double]
  /// The bounds for the fan-in of new units.
  private(set) var bounds = FanInBounds()
  /// s̄, the mean variance of an input.
  let meanVariance: Double

  /// - Parameter moments: the averages around the layer.
  init(of moments: LayerMoments) {
    let width = moments.reference.count
    let second = moments.secondMoment
    let means = (0..<width).map { moments.hasBias ? second[$0, width] : 0 }
    secondMoment = second
    self.means = means
    hasBias = moments.hasBias
    variances = (0..<width).map { second[$0, $0] - means[$0] * means[$0] }
    meanVariance = variances.reduce(0, +) / Double(max(width, 1))
  }

  /// The covariance of a layer's inputs, with new units kept in the bounds of the layer's own.
  ///
  /// - Parameters:
  ///   - moments: the averages around the layer.
  ///   - weights: W of the layer, (inputs + 1) × units.
  ///   - function: of its units.
  init(of moments: LayerMoments, weights: Matrix<Double>, function: UnitFunction) {
    self.init(of: moments)
    var kernel = weights
    kernel.setRowCount(inputCount)
    bounds = FanInBounds(
      variances: variances(of: kernel), squaredNorms: standardizedSquaredNorms(of: kernel),
      isHomogeneous: function.isHomogeneous)
  }

  /// Whether any input varies.
  var varies: Bool { meanVariance > 0 }

  /// The number of inputs, without the bias.
  var inputCount: Int { means.count }

  /// `E[(b − E b) pᵀ]` from `E[(b, 1) pᵀ]`; inputs × columns.
  func centred(_ cross: Matrix<Double>) -> Matrix<Double> {
    Matrix(rows: means.count, columns: cross.columns) {
      cross[$0, $1] - (hasBias ? means[$0] * cross[means.count, $1] : 0)
    }
  }

  /// `‖s ∘ α‖²` of each direction, s the standard deviations of the inputs.
  func standardizedSquaredNorms(of directions: Matrix<Double>) -> [Double] {
    (0..<directions.columns).map { column in
      (0..<inputCount).reduce(0) {
        $0 + variances[$1] * directions[$1, column] * directions[$1, column]
      }
    }
  }

  /// C with a ridge, factored: `C + ρ s̄ I = L Lᵀ`.
  ///
  /// - Parameter ridge: ρ > 0, without unit, and well above rounding.
  /// - Returns: `nil` for a ridge of ∞, beside which C is nothing, and for inputs that do not vary.
  func factor(ridge: Double) -> Cholesky? {
    guard ridge.isFinite, varies else { return nil }
    var sum = Matrix<Double>(rows: inputCount, columns: inputCount)
    for row in 0..<inputCount {
      for column in row..<inputCount {
        sum[row, column] = secondMoment[row, column] - means[row] * means[column]
      }
      sum[row, row] += ridge * meanVariance
    }
    sum.copyUpperTriangle()
    return (consume sum).cholesky()
  }

  /// Inputs relative to their means, times L⁻ᵀ.
  ///
  /// - Parameters:
  ///   - inputs: [B 1], of which the constant 1 is left out.
  ///   - factor: L, of this covariance with a ridge.
  /// - Returns: samples × inputs.
  func whitened<Scalar: BLASScalar>(
    _ inputs: Matrix<Scalar>, by factor: Cholesky
  ) -> Matrix<Scalar> {
    // One product in single precision takes a third of the time of solving for each sample.
    let inverse = factor.solveFactor(.identity(inputCount))
    let padded = Matrix<Scalar>(rows: inputCount, columns: inputs.columns) {
      $1 < inputCount ? Scalar(inverse[$0, $1]) : 0
    }
    var whitened = Matrix<Scalar>(rows: inputs.rows, columns: inputCount)
    whitened.setProduct(inputs, transposed: padded, firstRows: inputCount)
    let means = Matrix(rows: inputCount, columns: 1, storage: means)
    whitened.subtractFromRows(inverse.times(means).storage.map { Scalar($0) })
    return whitened
  }

  /// The leading directions α of `(C + ρ s̄ I)⁻¹ N w`, w of length 1: those of the largest
  /// `wᵀ Nᵀ (C + ρ s̄ I)⁻¹ N w`.
  ///
  ///     C + ρ s̄ I = L Lᵀ      L⁻¹ N = Σ_k σ_k u_k w_kᵀ      α_k ∝ L⁻ᵀ u_k
  ///
  /// - Parameters:
  ///   - cross: N for centred inputs, inputs × columns.
  ///   - ridge: ρ > 0, without unit; at ρ = ∞ the directions are those of N.
  ///   - limit: the largest number of directions.
  /// - Returns: one direction per column, of any length.
  /// - Throws: `LinearAlgebraError` if a number is not finite.
  func leadingDirections(
    of cross: Matrix<Double>, ridge: Double, limit: Int
  ) throws(LinearAlgebraError) -> Matrix<Double> {
    guard let factor = factor(ridge: ridge) else { return try cross.leadingLeftVectors(limit) }
    return factor.solveTransposedFactor(
      try factor.solveFactor(cross).leadingLeftVectors(limit))
  }

  /// The variances of the preactivations along the given directions, one for each column.
  func variances(of directions: Matrix<Double>) -> [Double] {
    var weights = directions
    // The constant 1 of a bias has no part in it, and its weight would add to the mean.
    weights.setRowCount(inputCount)
    weights.setRowCount(secondMoment.order)
    let products = secondMoment.times(weights)
    return (0..<directions.columns).map { column in
      var (square, mean) = (0.0, 0.0)
      for row in 0..<inputCount {
        square += directions[row, column] * products[row, column]
        mean += directions[row, column] * means[row]
      }
      return square - mean * mean
    }
  }

  /// The fan-ins along some directions whose preactivations have mean 0 and standard deviation 1, or
  /// less where the bounds of new units ask for it.
  ///
  /// Directions along which inputs cancel each other more than the bounds allow are turned towards
  /// those of more variance first.
  ///
  /// - Parameters:
  ///   - directions: inputs × count, one direction per column.
  ///   - variances: how much the preactivations along them vary, if that is known.
  /// - Returns: one for each direction, with the bias as the last number if the layer has one; `nil`
  ///   where the preactivation does not vary.
  func fanInsOfUnitDeviation(
    _ directions: Matrix<Double>, variances: [Double]? = nil
  ) -> [[Double]?] {
    let (directions, variances) = bounded(
      directions, variances: variances ?? self.variances(of: directions))
    let squaredNorms = standardizedSquaredNorms(of: directions)
    return (0..<directions.columns).map { column in
      guard
        let scale = bounds.scale(variance: variances[column], squaredNorm: squaredNorms[column])
      else { return nil }
      let unit = directions.column(column).map { scale * $0 }
      guard hasBias else { return unit }
      return unit + [-zip(unit, means).reduce(0) { $0 + $1.0 * $1.1 }]
    }
  }
}

extension Matrix where Scalar == Double {
  /// If the smaller side is at least this large, finding the leading vectors alone costs less than
  /// all eigenvectors of a product.
  private static var wideSide: Int { 512 }

  /// The left singular vectors of the values that are not rounding, largest first, one per column.
  fileprivate func leadingLeftVectors(_ limit: Int) throws(LinearAlgebraError) -> Matrix {
    let found = try leadingSingularValues(limit)
    let smallest = 1e-9  // of the squares, relative to the first
    let floor = smallest.squareRoot() * (found.values.first ?? 0)
    let count = found.values.prefix { $0 > floor && $0 > 0 }.prefix(limit).count
    return found.left.selectingColumns(0..<count)
  }

  /// The leading singular values and vectors, by the way that costs least.
  func leadingSingularValues(_ limit: Int) throws(LinearAlgebraError) -> SingularValues {
    guard Swift.min(rows, columns) >= Self.wideSide else {
      return try singularValuesFromSquares(vectors: limit)
    }
    // Only where the iteration starts: the result depends on it by rounding alone.
    var generator = SeededGenerator(seed: 0)
    return try leadingSingularValues(limit, using: &generator)
  }
}
