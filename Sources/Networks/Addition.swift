public import LinearAlgebra

/// New units for a hidden layer l, and what changes in the next layer's weights beside them.
///
///     A_l' = [B 1] [W_l α]      A_{l+1}' = A_{l+1} + [B_l 1] δW + (φ([B 1] α) − φ(0)) ω
///
/// A diagnosis finds additions, and so does every other method of growth; `Network.grown(by:amplitudes:form:)`
/// of the module Growth applies one.
public struct Addition: Equatable, Sendable {
  /// The hidden layer l; layers count from 0.
  public let layer: Int
  /// α, one unit per column, for the layer's inputs as they are, `[B 1]`: (inputs + 1) × count;
  /// without a bias, inputs × count.
  public let fanIn: Matrix<Double>
  /// ω, one unit per row: count × outputs of layer l + 1.
  public let fanOut: Matrix<Double>
  /// δW, of the shape of layer l + 1's weights; `nil` for none.
  public let weightUpdate: Matrix<Double>?
  /// The unit of layer l that each of the units repeats, or `nil` where they are new.
  ///
  /// A scale and shift between the layers lets a new unit pass unchanged, and the next layer's bias
  /// takes its φ(0) away. Of a copy it does what it does to the original, and the bias stays: what
  /// the copy says, δW has taken from the original.
  public let copiedUnits: [Int]?

  /// The number of units.
  public var count: Int { fanIn.columns }

  /// Units of the given weights.
  public init(
    layer: Int, fanIn: Matrix<Double>, fanOut: Matrix<Double>,
    weightUpdate: Matrix<Double>? = nil, copiedUnits: [Int]? = nil
  ) {
    precondition(
      fanIn.columns == fanOut.rows, "fan-in of \(fanIn.columns) units, fan-out of \(fanOut.rows)")
    precondition(
      copiedUnits.map { $0.count == fanIn.columns } ?? true, "not one original for each unit")
    self.layer = layer
    self.fanIn = fanIn
    self.fanOut = fanOut
    self.weightUpdate = weightUpdate
    self.copiedUnits = copiedUnits
  }

  /// The addition with fan-in and fan-out of equal norm: of the same function where φ(c x) = c φ(x).
  ///
  ///     (α, ω) → (c α, ω / c)      c² = ‖ω‖ / ‖α‖, rounded down to a power of two
  ///
  /// Gradient descent keeps the difference of the two squared norms, so the units of a trained layer are
  /// nearly balanced too (Du et al. 2018, arXiv:1806.00900).
  package var balanced: Addition {
    var (fanIn, fanOut) = (fanIn, fanOut)
    for unit in 0..<count {
      let inward = (0..<fanIn.rows).reduce(0) { $0 + fanIn[$1, unit] * fanIn[$1, unit] }
      let outward = fanOut.squaredNorm(ofRows: unit..<unit + 1)
      guard inward > 0, outward > 0 else { continue }
      // A power of two: the function then stays the same to the last bit.
      let ratio = (outward / inward).squareRoot().squareRoot()
      let factor = Double(sign: .plus, exponent: ratio.exponent, significand: 1)
      for row in 0..<fanIn.rows { fanIn[row, unit] *= factor }
      for column in 0..<fanOut.columns { fanOut[unit, column] /= factor }
    }
    return Addition(
      layer: layer, fanIn: fanIn, fanOut: fanOut, weightUpdate: weightUpdate,
      copiedUnits: copiedUnits)
  }
}
