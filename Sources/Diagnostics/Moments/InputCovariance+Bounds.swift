import LinearAlgebra

extension InputCovariance {
  /// Ridges, as shares of each input's variance, that turn a direction away from where inputs cancel.
  private static var boundingRidges: [Double] { [1e-3, 1e-2, 0.1, 1, 10] }

  /// The directions, each turned as little as it takes to keep the bounds of new units.
  ///
  ///     α ← (C + ρ diag C)⁻¹ C α      the smallest ρ for which ‖s ∘ α‖ ≤ κ std(αᵀ b)
  ///
  /// That is the ridge regression of the preactivation αᵀ b on the inputs.
  ///
  /// - Parameters:
  ///   - directions: inputs × count, one per column, with a row for the bias or without.
  ///   - variances: of the preactivations along them.
  /// - Returns: the directions and their variances; those for which no ridge is enough as they were.
  func bounded(
    _ directions: Matrix<Double>, variances: [Double]
  ) -> (directions: Matrix<Double>, variances: [Double]) {
    guard bounds.cancellation.isFinite, varies else { return (directions, variances) }
    let norms = standardizedSquaredNorms(of: directions)
    var open = norms.indices.filter {
      !bounds.allows(variance: variances[$0], squaredNorm: norms[$0])
    }
    var (result, resultVariances) = (directions, variances)
    for ridge in Self.boundingRidges where !open.isEmpty {
      guard let factor = factor(relativeRidge: ridge) else { continue }
      var chosen = directions.selectingColumns(open)
      chosen.setRowCount(inputCount)
      let turned = factor.solve(covarianceProduct(chosen))
      let (turnedVariances, turnedNorms) = (
        self.variances(of: turned), standardizedSquaredNorms(of: turned)
      )
      var left: [Int] = []
      for (place, column) in open.enumerated() {
        guard
          bounds.allows(variance: turnedVariances[place], squaredNorm: turnedNorms[place])
        else {
          left.append(column)
          continue
        }
        for row in 0..<inputCount { result[row, column] = turned[row, place] }
        resultVariances[column] = turnedVariances[place]
      }
      open = left
    }
    return (result, resultVariances)
  }

  /// `C α` of each direction, inputs × count.
  private func covarianceProduct(_ directions: Matrix<Double>) -> Matrix<Double> {
    var padded = directions
    padded.setRowCount(secondMoment.order)
    var product = secondMoment.times(padded)
    product.setRowCount(inputCount)
    for column in 0..<product.columns {
      let mean = (0..<inputCount).reduce(0) { $0 + means[$1] * directions[$1, column] }
      for row in 0..<inputCount { product[row, column] -= means[row] * mean }
    }
    return product
  }

  /// `C + ρ diag C = L Lᵀ`; an input that does not vary gets a 1 on the diagonal.
  private func factor(relativeRidge ridge: Double) -> Cholesky? {
    var sum = Matrix<Double>(rows: inputCount, columns: inputCount)
    for row in 0..<inputCount {
      for column in row..<inputCount {
        sum[row, column] = secondMoment[row, column] - means[row] * means[column]
      }
      sum[row, row] = variances[row] > 0 ? sum[row, row] + ridge * variances[row] : 1
    }
    sum.copyUpperTriangle()
    return (consume sum).cholesky()
  }

  /// Fan-ins without those whose preactivation is nearly that of an earlier one, up to its sign.
  func distinct(_ fanIns: [[Double]]) -> [[Double]] {
    guard !fanIns.isEmpty else { return [] }
    let columns = Matrix<Double>(rows: inputCount, columns: fanIns.count) { fanIns[$1][$0] }
    let products = covarianceProduct(columns)
    func covariance(_ first: Int, _ second: Int) -> Double {
      (0..<inputCount).reduce(0) { $0 + columns[$1, first] * products[$1, second] }
    }
    var chosen: [Int] = []
    for index in fanIns.indices {
      let isNew = chosen.allSatisfy {
        let product = covariance($0, index)
        return product * product
          < Self.sameness * covariance($0, $0) * covariance(index, index)
      }
      if isNew { chosen.append(index) }
    }
    return chosen.map { fanIns[$0] }
  }

  /// Two preactivations of a larger squared correlation are the same.
  private static var sameness: Double { 0.98 }
}
