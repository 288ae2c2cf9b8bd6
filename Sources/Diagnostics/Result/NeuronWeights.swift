public import LinearAlgebra

/// Neurons as a network takes them: amplitudes multiplied out, for raw inputs `[B 1]`.
public struct NeuronWeights: Equatable, Sendable {
  /// α, one neuron per column: (inputs + 1) × count; without a bias, inputs × count.
  public let fanIn: Matrix<Double>
  /// ω, one neuron per row: count × outputs of layer l + 1.
  public let fanOut: Matrix<Double>
  /// What is added to layer l + 1's weights, of their shape, besides the neurons' rows; φ(0) ω is
  /// still to be taken from its bias.
  public let weightUpdate: Matrix<Double>

  /// Neurons of the given weights.
  public init(fanIn: Matrix<Double>, fanOut: Matrix<Double>, weightUpdate: Matrix<Double>) {
    self.fanIn = fanIn
    self.fanOut = fanOut
    self.weightUpdate = weightUpdate
  }

  /// The same units with fan-in and fan-out of equal norm, which is the same function where
  /// φ(c x) = c φ(x).
  ///
  ///     (α, ω) → (c α, ω / c)      c² = ‖ω‖ / ‖α‖, rounded down to a power of two
  ///
  /// Gradient descent keeps the difference of the two squared norms, so that units of a trained layer
  /// are nearly balanced, too (Du et al. 2018, arXiv:1806.00900).
  var balanced: NeuronWeights {
    var (fanIn, fanOut) = (fanIn, fanOut)
    for unit in 0..<fanOut.rows {
      let inward = (0..<fanIn.rows).reduce(0) { $0 + fanIn[$1, unit] * fanIn[$1, unit] }
      let outward = fanOut.squaredNorm(ofRows: unit..<unit + 1)
      guard inward > 0, outward > 0 else { continue }
      // A power of two: the function then stays the same to the last bit.
      let ratio = (outward / inward).squareRoot().squareRoot()
      let factor = Double(sign: .plus, exponent: ratio.exponent, significand: 1)
      for row in 0..<fanIn.rows { fanIn[row, unit] *= factor }
      for column in 0..<fanOut.columns { fanOut[unit, column] /= factor }
    }
    return NeuronWeights(fanIn: fanIn, fanOut: fanOut, weightUpdate: weightUpdate)
  }
}
