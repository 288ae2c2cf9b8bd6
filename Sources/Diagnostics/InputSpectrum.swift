import LinearAlgebra
import Networks

/// A layer's inputs less their mean: what they can tell a new unit beyond its bias.
///
/// One eigendecomposition of their covariance serves every ridge.
struct InputSpectrum: Sendable {
  /// The covariance of the inputs; without a bias, their second moment.
  let covariance: Matrix<Double>
  private let means: [Double]
  private let hasBias: Bool
  private let eigen: Eigen
  /// s̄, the mean variance of an input.
  private let meanVariance: Double

  /// - Parameter moments: the averages around the layer.
  /// - Throws: `LinearAlgebraError` if a moment holds a number that is not finite.
  init(of moments: LayerMoments) throws(LinearAlgebraError) {
    let width = moments.reference.count
    hasBias = moments.hasBias
    let means =
      moments.hasBias
      ? (0..<width).map { moments.secondMoment[$0, width] } : [Double](repeating: 0, count: width)
    self.means = means
    covariance = Matrix(rows: width, columns: width) {
      moments.secondMoment[$0, $1] - means[$0] * means[$1]
    }
    eigen = try covariance.symmetricEigen()
    meanVariance = covariance.diagonal.reduce(0, +) / Double(max(width, 1))
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

  /// `(S + ρ s̄ I)⁻¹ M` for a positive ridge ρ, up to a factor; at ρ = ∞ it is M.
  ///
  /// - Parameters:
  ///   - cross: M, inputs × columns.
  ///   - ridge: ρ > 0, without unit.
  /// - Returns: inputs × columns.
  func solve(_ cross: Matrix<Double>, ridge: Double) -> Matrix<Double> {
    // Inputs that do not vary have no spectrum to weigh.
    guard ridge.isFinite, varies else { return cross }
    let rotated = eigen.vectors.times(cross)
    let factors = eigen.values.map { meanVariance / (max($0, 0) + ridge * meanVariance) }
    return eigen.vectors.transposedTimes(
      Matrix(rows: rotated.rows, columns: rotated.columns) { factors[$0] * rotated[$0, $1] })
  }

  /// The leading directions α of `(S + ρ s̄ I)⁻¹ N w`, w of length 1: those of the largest
  /// `wᵀ Nᵀ (S + ρ s̄ I)⁻¹ N w`.
  ///
  ///     S = Qᵀ Λ Q      E = (Λ + ρ s̄ I)^{-1/2} Q N = Σ_k σ_k u_k w_kᵀ      α_k ∝ Qᵀ (Λ + ρ s̄ I)^{-1/2} u_k
  ///
  /// - Parameters:
  ///   - rotated: `Q N`, from `rotated(_:)`.
  ///   - ridge: ρ > 0, without unit; at ρ = ∞ the directions are those of N.
  ///   - limit: at most so many.
  /// - Returns: one direction per column, of any length.
  /// - Throws: `LinearAlgebraError` if a number is not finite.
  func leadingDirections(
    of rotated: Matrix<Double>, ridge: Double, limit: Int
  ) throws(LinearAlgebraError) -> Matrix<Double> {
    // Inputs that do not vary have no spectrum to weigh.
    let factors: [Double] =
      ridge.isFinite && varies
      ? eigen.values.map { 1 / (max($0, 0) / meanVariance + ridge).squareRoot() }
      : eigen.values.map { _ in 1 }
    let scaled = rotated.scalingRows(by: factors)
    return eigen.vectors.transposedTimes(
      try leadingLeftVectors(of: scaled, limit: limit).scalingRows(by: factors))
  }

  /// From this size of the smaller side on the leading vectors cost less than the eigenvectors of a
  /// product.
  private static let wideSide = 512

  /// The left singular vectors of the values that are not rounding, largest first, one per column.
  private func leadingLeftVectors(
    of matrix: Matrix<Double>, limit: Int
  ) throws(LinearAlgebraError) -> Matrix<Double> {
    let smallest = 1e-9  // of the squares, relative to the first
    if min(matrix.rows, matrix.columns) >= Self.wideSide {
      var generator = SeededGenerator(seed: 0)
      let found = try matrix.leadingSingularValues(limit, using: &generator)
      let floor = smallest.squareRoot() * (found.values.first ?? 0)
      let count = found.values.prefix { $0 > floor && $0 > 0 }.prefix(limit).count
      return found.left.selectingColumns(0..<count)
    }
    let isTall = matrix.columns < matrix.rows
    let squares = try (isTall ? matrix.transposedTimes(matrix) : matrix.timesTransposed(matrix))
      .symmetricEigen()
    let floor = smallest * (squares.values.first ?? 0)
    let count = squares.values.prefix { $0 > floor && $0 > 0 }.prefix(limit).count
    let vectors = squares.vectors.selectingRows(Array(0..<count))
    return isTall ? matrix.timesTransposed(vectors) : vectors.transposed()
  }

  /// `Q M`, for inputs without the bias; inputs × columns.
  func rotated(_ cross: Matrix<Double>) -> Matrix<Double> { eigen.vectors.times(cross) }

  /// `E[w x xᵀ]` for inputs x of about unit variance in every direction, with a ridge that keeps
  /// directions of hardly any variance small.
  ///
  ///     x = (Λ + ρ s̄ I)^{-1/2} Q (b − E b)
  ///
  /// - Parameter weighted: `E[w (b, 1) (b, 1)ᵀ]`, w a number for each sample.
  /// - Returns: inputs × inputs.
  func whitened(_ weighted: Matrix<Double>) -> Matrix<Double> {
    let centred = centred(centred(weighted).transposed())
    let factors = whiteningFactors
    let half = rotated(centred).scalingRows(by: factors)
    return rotated(half.transposed()).scalingRows(by: factors)
  }

  /// The direction for inputs as they are, from one for `whitened` inputs.
  func unwhitened(_ direction: [Double]) -> [Double] {
    let scaled = zip(direction, whiteningFactors).map { $0 * $1 }
    return eigen.vectors.transposedTimes(
      Matrix(rows: scaled.count, columns: 1, storage: scaled)
    ).storage
  }

  private var whiteningFactors: [Double] {
    eigen.values.map { 1 / (max($0, 0) + 0.1 * meanVariance + .leastNormalMagnitude).squareRoot() }
  }

  /// The fan-in along a direction whose preactivation has mean 0 and standard deviation 1.
  ///
  /// - Parameter direction: one number per input.
  /// - Returns: with the bias as the last number, if the layer has one; `nil` where the
  ///   preactivation does not vary.
  func fanInOfUnitDeviation(_ direction: [Double]) -> [Double]? {
    let column = Matrix(rows: direction.count, columns: 1, storage: direction)
    let variance = covariance.times(column).dot(column)
    let size = zip(direction, covariance.diagonal).reduce(0) { $0 + $1.0 * $1.0 * $1.1 }
    guard variance > 1e-9 * size, variance.isFinite else { return nil }
    let unit = direction.map { $0 / variance.squareRoot() }
    guard hasBias else { return unit }
    return unit + [-zip(unit, means).reduce(0) { $0 + $1.0 * $1.1 }]
  }
}

extension Matrix where Scalar == Double {
  /// Each row times its factor.
  fileprivate func scalingRows(by factors: [Double]) -> Matrix {
    Matrix(rows: rows, columns: columns) { factors[$0] * self[$0, $1] }
  }
}
