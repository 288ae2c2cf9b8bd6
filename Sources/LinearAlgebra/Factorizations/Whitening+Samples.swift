extension Whitening {
  /// Factors `S = Bᵀ B / n` from fewer samples than inputs, without forming it.
  ///
  ///     B T / √n = Z Λ^{1/2} Q      K = B T² Bᵀ / n = Z Λ Zᵀ      E = Λ^{-1/2} Q T = Λ⁻¹ Zᵀ B T² / √n
  ///
  /// K is n × n and has the eigenvalues of R that are not zero: 100 samples of 785 inputs take a
  /// hundredth of the time that the eigenvalues of R would. The factor is the same, whatever the route.
  ///
  /// - Parameters:
  ///   - samples: B, n × order; all numbers finite.
  ///   - rankTolerance: eigenvalues of R below this share of the largest count as zero.
  /// - Throws: `LinearAlgebraError` if a number is not finite or the iteration does not converge.
  public init(
    ofSamples samples: Matrix<Double>, rankTolerance: Double
  ) throws(LinearAlgebraError) {
    let count = Double(Swift.max(samples.rows, 1))
    var squares = [Double](repeating: 0, count: samples.columns)
    for row in 0..<samples.rows {
      for column in squares.indices {
        squares[column] += samples[row, column] * samples[row, column]
      }
    }
    let kept = squares.indices.filter { squares[$0] > 0 }
    let scale = kept.map { (count / squares[$0]).squareRoot() }
    let scaled = Matrix<Double>(rows: samples.rows, columns: kept.count) {
      samples[$0, kept[$1]] * scale[$1] / count.squareRoot()
    }
    let eigen = try scaled.timesTransposed(scaled).symmetricEigen()
    let cut = rankTolerance * (eigen.values.first ?? 0)
    let rank = eigen.values.prefix { $0 > cut }.count
    // Rows of the eigenvectors are Zᵀ.
    let directions = eigen.vectors.selectingRows(Array(0..<rank)).times(scaled)
    self.init(
      order: samples.columns, kept: kept, scale: scale,
      spectral: Matrix(rows: rank, columns: kept.count) {
        directions[$0, $1] / eigen.values[$0]
      })
  }
}
