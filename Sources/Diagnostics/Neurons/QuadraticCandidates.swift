import LinearAlgebra
import Networks

extension CandidateNeurons {
  /// The number of directions of the residual that are tried, and the number of squares for each.
  private static let quadraticOutputs = 3
  private static let quadraticDirections = 4
  private static let quadraticRidge = 0.1
  /// From so many inputs on an iteration finds the directions sooner than all of their matrix does.
  private static let wideInputs = 384

  /// Fan-ins whose squared preactivations correlate most with the residual, on a subset.
  ///
  ///     max over α of |E[(αᵀ b)² (w · p)]|  with  αᵀ (C + ρ s̄ I) α = 1
  ///
  /// for the leading directions w of P: with C + ρ s̄ I = L Lᵀ, α = L⁻ᵀ u and u an eigenvector of
  /// `L⁻¹ E[(w · p) (b − E b) (b − E b)ᵀ] L⁻ᵀ`, which is not formed where inputs are many. The ridge keeps
  /// directions of hardly any variance small.
  /// A unit sees a square through its curvature or its kink, so each direction comes with both signs
  /// and with its threshold at the mean and one standard deviation to each side, or at more places where
  /// there are few directions.
  ///
  /// Verbockhaven et al. 2024 (arXiv:2405.19816), section 5, "Correlations and higher orders".
  ///
  /// - Parameters:
  ///   - subset: of the layer's inputs.
  ///   - residuals: P, the residual at layer l + 1, on the same samples.
  ///   - covariance: of the layer's inputs.
  /// - Returns: fan-ins of unit standard deviation, but for their thresholds.
  /// - Throws: `LinearAlgebraError` if the subset holds a number that is not finite.
  static func quadraticFanIns<Scalar: BLASScalar>(
    on subset: LayerSubset<Scalar>, residuals: Matrix<Scalar>, covariance: InputCovariance
  ) throws(LinearAlgebraError) -> [[Double]] {
    guard let factor = covariance.factor(ridge: quadraticRidge) else { return [] }
    let whitened =
      covariance.inputCount < wideInputs ? nil : covariance.whitened(subset.inputs, by: factor)
    // Only where the iteration starts.
    var generator = SeededGenerator(seed: 0)
    var found: [[Double]] = []
    for correlation in try projections(of: residuals) {
      // Both ends of the spectrum: a square may be missing or be too much.
      let vectors: Matrix<Double>
      if let whitened {
        var weights = Matrix<Scalar>(
          rows: correlation.count, columns: 1, storage: correlation.map { Scalar($0) })
        subset.weigh(&weights)
        vectors = try whitened.leadingGramVectors(
          quadraticDirections, weightedBy: weights.storage, using: &generator)
      } else {
        let moment = covariance.centred(
          covariance.centred(weightedMoment(of: subset, correlation)).transposed())
        vectors = try factor.solveFactor(factor.solveFactor(moment).transposed())
          .symmetricEigen(ofLargest: quadraticDirections).vectors
      }
      let directions = factor.solveTransposedFactor(vectors.transposed())
      found += covariance.fanInsOfUnitDeviation(directions).compactMap { $0 }
    }
    let distinct = covariance.distinct(found)
    // Where bounds leave few directions, more of their thresholds take the place of the others.
    let thresholds =
      distinct.count * fineThresholds.count
        <= quadraticOutputs * quadraticDirections * coarseThresholds.count
      ? fineThresholds : coarseThresholds
    return distinct.flatMap {
      withThresholds($0, thresholds, hasBias: $0.count > covariance.inputCount)
    }
  }

  /// Where a unit's kink or bend is put, in standard deviations from the mean.
  private static let coarseThresholds: [Double] = [0, 1, -1]
  private static let fineThresholds: [Double] = [0, 0.5, -0.5, 1, -1, 1.5, -1.5, 2, -2]

  /// Directions in which P has a smaller share than this of what it has in the first are rounding: of
  /// a softmax, the updates of all outputs cancel each other.
  private static let smallestProjection = 3e-5

  /// w · p of each sample, for the leading directions w of P.
  private static func projections<Scalar: BLASScalar>(
    of residuals: Matrix<Scalar>
  ) throws(LinearAlgebraError) -> [[Double]] {
    let leading = try Matrix<Double>(residuals).leadingSingularValues(quadraticOutputs)
    let floor = smallestProjection * (leading.values.first ?? 0)
    let count = leading.values.prefix(leading.left.columns).prefix { $0 > floor }.count
    return (0..<min(quadraticOutputs, count)).map { output in
      leading.left.column(output).map { leading.values[output] * $0 }
    }
  }

  /// `E[(w · p) b bᵀ]`, of the projections w · p, times √w as all residuals of a subset.
  private static func weightedMoment<Scalar: BLASScalar>(
    of subset: LayerSubset<Scalar>, _ projections: [Double]
  ) -> Matrix<Double> {
    let inputs = subset.inputs
    var weighted = inputs
    weighted.multiplyRows(by: projections.map { Scalar($0) })
    subset.weigh(&weighted)
    var sum = ProductSum(leftColumns: inputs.columns, rightColumns: inputs.columns)
    var product: [Scalar] = []
    sum.add(weighted, inputs, rows: 0..<inputs.rows, product: &product)
    return sum.mean(over: subset.totalWeight)
  }

  private static func withThresholds(
    _ fanIn: [Double], _ thresholds: [Double], hasBias: Bool
  ) -> [[Double]] {
    [fanIn, fanIn.map { -$0 }].flatMap { signed -> [[Double]] in
      guard hasBias, let bias = signed.last else { return [signed] }
      return thresholds.map { signed.dropLast() + [bias + $0] }
    }
  }
}
