import LinearAlgebra
import Networks

extension CandidateNeurons {
  /// How many directions of what is left over are looked at, and how many squares for each.
  private static let quadraticOutputs = 3
  private static let quadraticDirections = 4

  /// Fan-ins whose squared preactivations correlate most with what is left over, on a sketch.
  ///
  ///     max over α of |E[(αᵀ b)² (w · p)]|  with  αᵀ (S + ρ s̄ I) α = 1
  ///
  /// for the leading directions w of P: symmetric eigenproblems. A unit sees a square through its
  /// curvature or its kink, so each direction comes with both signs and with its threshold at the
  /// mean and one standard deviation to each side.
  ///
  /// Verbockhaven et al. 2024 (arXiv:2405.19816), section 5, "Correlations and higher orders".
  ///
  /// - Parameters:
  ///   - sketch: of the layer's inputs.
  ///   - residuals: P, what is left over at layer l + 1, on the same samples.
  ///   - spectrum: of the layer's inputs.
  /// - Returns: fan-ins of unit standard deviation, but for their thresholds.
  /// - Throws: `LinearAlgebraError` if the sketch holds a number that is not finite.
  static func quadraticFanIns<Scalar: BLASScalar>(
    on sketch: LayerSketch<Scalar>, residuals: Matrix<Scalar>, spectrum: InputSpectrum
  ) throws(LinearAlgebraError) -> [[Double]] {
    guard spectrum.varies else { return [] }
    let residuals = Matrix<Double>(residuals)
    let outputs = try residuals.transposedTimes(residuals).symmetricEigen()
    var fanIns: [[Double]] = []
    for output in 0..<min(quadraticOutputs, residuals.columns) {
      let direction = Matrix(
        rows: residuals.columns, columns: 1,
        storage: (0..<residuals.columns).map { outputs.vectors[output, $0] })
      let correlation = residuals.times(direction).storage
      let eigen = try spectrum.whitened(weightedMoment(of: sketch, correlation)).symmetricEigen()
      // Both ends of the spectrum: a square may be missing or be too much.
      let order = eigen.values.indices.sorted {
        eigen.values[$0].magnitude > eigen.values[$1].magnitude
      }
      for place in order.prefix(quadraticDirections) {
        let whitened = (0..<spectrum.inputCount).map { eigen.vectors[place, $0] }
        guard let fanIn = spectrum.fanInOfUnitDeviation(spectrum.unwhitened(whitened)) else {
          continue
        }
        fanIns += withThresholds(fanIn, hasBias: fanIn.count > spectrum.inputCount)
      }
    }
    return fanIns
  }

  /// `E[(w · p) b bᵀ]`, of the projections w · p, times √w as all residuals of a sketch.
  private static func weightedMoment<Scalar: BLASScalar>(
    of sketch: LayerSketch<Scalar>, _ projections: [Double]
  ) -> Matrix<Double> {
    let inputs = sketch.inputs
    var weighted = Matrix<Scalar>(rows: inputs.rows, columns: inputs.columns) {
      Scalar(projections[$0]) * inputs[$0, $1]
    }
    sketch.weigh(&weighted)
    var sum = ProductSum(leftColumns: inputs.columns, rightColumns: inputs.columns)
    var product: [Scalar] = []
    sum.add(weighted, inputs, rows: 0..<inputs.rows, product: &product)
    return sum.mean(over: sketch.totalWeight)
  }

  private static func withThresholds(_ fanIn: [Double], hasBias: Bool) -> [[Double]] {
    [fanIn, fanIn.map { -$0 }].flatMap { signed -> [[Double]] in
      guard hasBias, let bias = signed.last else { return [signed] }
      return [0, 1, -1].map { signed.dropLast() + [bias + $0] }
    }
  }
}
