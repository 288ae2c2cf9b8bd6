package import LinearAlgebra
import Networks

/// Neurons for a hidden layer l, judged by the next layer's preactivations.
package struct NewNeurons: Sendable {
  /// α, one neuron per column: (inputs + 1) × count, for the moments' inputs `(b − r, 1)`.
  package let fanIn: Matrix<Double>
  /// ω, one neuron per row: count × outputs of layer l + 1.
  package let fanOut: Matrix<Double>
  /// δW* of layer l + 1, (units of l + 1) × outputs, for the moments' inputs.
  package let bestWeightUpdate: Matrix<Double>
  /// β, the regression of each neuron on layer l + 1's own inputs, one neuron per column: (units +
  /// 1) × count; `nil` where the solver leaves the weight update as it is.
  package let overlap: Matrix<Double>?
  /// λ, descending, also those of neurons that are not among the `count`: all of them, or around wide
  /// layers only as many as neurons were asked for.
  package let singularValues: [Double]

  /// From this width of both layers on the leading λ cost less than all of them, whatever they are:
  /// half at 1024 where they hardly fall off, a sixth where they do.
  static let wideWidth = 1024
  /// From this width on a decomposition costs enough to be worth avoiding.
  static let squaresWidth = 128

  /// The number of neurons.
  package var count: Int { fanIn.columns }

  /// The change of layer l + 1's weights that goes with the neurons: δW* less the part that the
  /// neurons bring in of the inputs that are there already.
  package var weightUpdate: Matrix<Double> { weightUpdate(share: 1, neuronShare: 1) }

  /// The weight update beside γ₀ times δW* and γ times the neurons.
  func weightUpdate(share: Double, neuronShare: Double) -> Matrix<Double> {
    guard let overlap else { return share * bestWeightUpdate }
    var update = overlap.times(fanOut)
    for place in update.storage.indices {
      update.storage[place] =
        share * bestWeightUpdate.storage[place] - neuronShare * update.storage[place]
    }
    return update
  }

  /// The first neurons alone.
  package func prefix(_ count: Int) -> NewNeurons {
    NewNeurons(
      fanIn: fanIn.selectingColumns(0..<count), fanOut: fanOut.selectingRows(Array(0..<count)),
      bestWeightUpdate: bestWeightUpdate, overlap: overlap?.selectingColumns(0..<count),
      singularValues: singularValues)
  }
}

/// The paper's neurons: the best linear ones for the residual of the next layer's own weights.
///
///     P = V_{l+1} − [B_l 1] δW*_{l+1}      N = E[b_{l−1} pᵀ] = E[b_{l−1} v_{l+1}ᵀ] − C δW*_{l+1}
///     E N = Σ_k λ_k u_k w_kᵀ               α_k = √λ_k Eᵀ u_k       ω_k = √λ_k w_k
///
/// with `E S Eᵀ = I`, S the second moment of b_{l−1}. Then the linearized neurons close
///
///     E‖p − Σ_{k≤K} ω_k α_kᵀ b‖² = E‖p‖² − Σ_{k≤K} λ_k².
///
/// Verbockhaven et al. 2024 (arXiv:2405.19816), Proposition 3.2 and equation 10. The proposition
/// prints α and ω without √λ_k, with which its own equation 10 does not hold.
///
/// - Parameters:
///   - moments: the averages around layer l.
///   - layer: the factored second moment of layer l's inputs.
///   - next: the bottleneck at layer l + 1.
///   - limit: the largest number of neurons.
/// - Returns: the neurons, and δW* of layer l + 1 as the update beside them; `nil` for the last layer.
/// - Throws: `LinearAlgebraError` if a moment holds a number that is not finite.
package func sequentialNeurons(
  of moments: LayerMoments, layer: Whitening, next: Bottleneck, limit: Int
) throws(LinearAlgebraError) -> NewNeurons? {
  try sequentialNeurons(
    of: moments, layer: layer, next: next, limit: limit, wideWidth: NewNeurons.wideWidth)
}

/// Like `sequentialNeurons(of:layer:next:limit:)`, with the width from which on only the leading λ
/// are computed.
func sequentialNeurons(
  of moments: LayerMoments, layer: Whitening, next: Bottleneck, limit: Int, wideWidth: Int
) throws(LinearAlgebraError) -> NewNeurons? {
  guard let residual = residualCrossMoment(of: moments, next: next) else { return nil }
  return try sequentialNeurons(
    of: moments, residualCrossMoment: residual, layer: layer, next: next, limit: limit,
    wideWidth: wideWidth)
}

/// Like `sequentialNeurons(of:layer:next:limit:)`, from a known N.
func sequentialNeurons(
  of moments: LayerMoments, residualCrossMoment: Matrix<Double>, layer: Whitening,
  next: Bottleneck, limit: Int, wideWidth: Int = NewNeurons.wideWidth
) throws(LinearAlgebraError) -> NewNeurons {
  try linearNeurons(
    whitened: layer.whitened(residualCrossMoment), unwhitening: layer.unwhitened, next: next,
    rankTolerance: moments.rankTolerance, limit: limit, wideWidth: wideWidth)
}

/// The best linear neurons together with the best update of the next layer's weights.
///
///     S̃ = S − C S_l⁻ Cᵀ      δW = δW*_{l+1} − S_l⁻ Cᵀ Σ_k α_k ω_kᵀ
///
/// The inputs enter with what the next layer's own inputs already say removed (a Schur complement).
/// To first order the loss then falls by exactly `A_{l+1} + Σ λ̃_k²`, the optimum of the paper's
/// equation 4, which its two steps do not reach. On layers close to linear the directions need large
/// weights, and a finite step may gain less than with `sequentialNeurons`.
///
/// - Parameters: as in `sequentialNeurons(of:layer:next:limit:)`.
/// - Returns: the neurons with the joint update; `nil` for the last layer.
/// - Throws: `LinearAlgebraError` if a moment holds a number that is not finite.
package func jointNeurons(
  of moments: LayerMoments, layer: Whitening, next: Bottleneck, limit: Int
) throws(LinearAlgebraError) -> NewNeurons? {
  guard let successive = moments.next?.successiveMoment,
    let residualCrossMoment = residualCrossMoment(of: moments, next: next)
  else { return nil }
  // In whitened inputs S̃ is I − K Kᵀ, K of singular values in 0...1: what is cut is what the next
  // layer's inputs explain to within rounding, relative to S and not to S̃ itself.
  let explained = next.whitening.whitened(layer.whitened(successive).transposed())
  let unexplained = Matrix<Double>.identity(layer.rank) - explained.transposedTimes(explained)
  let eigen = try unexplained.symmetricEigen()
  let kept = eigen.values.prefix { $0 > max(moments.rankTolerance, 1e-10) }
  let factor = Matrix<Double>(rows: kept.count, columns: layer.rank) {
    eigen.vectors[$0, $1] / kept[$0].squareRoot()
  }
  let neurons = try linearNeurons(
    whitened: factor.times(layer.whitened(residualCrossMoment)),
    unwhitening: { layer.unwhitened(factor.transposedTimes($0)) }, next: next,
    rankTolerance: moments.rankTolerance, limit: limit, wideWidth: NewNeurons.wideWidth)
  return NewNeurons(
    fanIn: neurons.fanIn, fanOut: neurons.fanOut, bestWeightUpdate: next.bestWeightUpdate,
    overlap: next.whitening.solve(successive.transposedTimes(neurons.fanIn)),
    singularValues: neurons.singularValues)
}

/// `N = E[b_{l−1} pᵀ] = E[b_{l−1} v_{l+1}ᵀ] − C δW*_{l+1}`, (inputs + 1) × outputs of layer l + 1;
/// `nil` for the last layer.
func residualCrossMoment(of moments: LayerMoments, next: Bottleneck) -> Matrix<Double>? {
  moments.next.map {
    var residual = $0.successiveMoment.times(next.bestWeightUpdate)
    residual.subtract(from: $0.crossMoment)
    return residual
  }
}

/// The neurons of the leading singular directions of `E N`.
///
/// N carries the rounding of the next layer's moments, a share `rankTolerance` of √D, and E enlarges
/// it by at most 1 / √rankTolerance: a λ below the product is rounding and no neuron.
///
/// - Parameters:
///   - whitened: `E N`, rank × outputs of layer l + 1.
///   - unwhitening: multiplies by `Eᵀ`.
///   - next: the bottleneck at layer l + 1.
///   - rankTolerance: as in the moments.
///   - limit: the largest number of neurons.
///   - wideWidth: from this width of both layers on only the leading λ are computed.
/// - Returns: the neurons, without an overlap.
/// - Throws: `LinearAlgebraError` if a moment holds a number that is not finite.
package func linearNeurons(
  whitened: Matrix<Double>, unwhitening: (Matrix<Double>) -> Matrix<Double>, next: Bottleneck,
  rankTolerance: Double, limit: Int, wideWidth: Int
) throws(LinearAlgebraError) -> NewNeurons {
  let decomposition = try decomposition(
    of: whitened, rankTolerance: rankTolerance, limit: limit, wideWidth: wideWidth)
  let values = decomposition.values
  let floor = (rankTolerance * next.desiredUpdate).squareRoot()
  let count = values.prefix { $0 > floor }.prefix(limit).count
  let roots = values.prefix(count).map { $0.squareRoot() }
  let directions = unwhitening(decomposition.left.selectingColumns(0..<count))
  return NewNeurons(
    fanIn: Matrix(rows: directions.rows, columns: count) { directions[$0, $1] * roots[$1] },
    fanOut: Matrix(rows: count, columns: whitened.columns) {
      decomposition.right[$0, $1] * roots[$0]
    }, bestWeightUpdate: next.bestWeightUpdate, overlap: nil, singularValues: values)
}

/// The singular values of `E N`, all of them or, around wide layers, the leading ones, with at least
/// `limit` singular vectors where that many λ are above rounding.
private func decomposition(
  of whitened: Matrix<Double>, rankTolerance: Double, limit: Int, wideWidth: Int
) throws(LinearAlgebraError) -> SingularValues {
  let width = min(whitened.rows, whitened.columns)
  if width >= wideWidth { return try leadingDirections(of: whitened, limit: limit) }
  // Of samples in single precision, a λ that squares do not show is rounding.
  return width >= NewNeurons.squaresWidth && rankTolerance >= 1e-7
    ? try whitened.singularValuesFromSquares(vectors: limit) : try whitened.singularValues()
}

/// The leading singular values of `E N` and their vectors: `N Nᵀ α = λ² S α`, Proposition 3.3.
///
/// With S = E⁻¹ E⁻ᵀ and u = E⁻ᵀ α that is `(E N) (E N)ᵀ u = λ² u`, and ω = Nᵀ α = (E N)ᵀ u. (The paper
/// prints N α.)
private func leadingDirections(
  of whitened: Matrix<Double>, limit: Int
) throws(LinearAlgebraError) -> SingularValues {
  // Only where the iteration starts: the result depends on it by rounding alone.
  var generator = SeededGenerator(seed: 0)
  return try whitened.leadingSingularValues(limit, using: &generator).prefix(limit)
}
