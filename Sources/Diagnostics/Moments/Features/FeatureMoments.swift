package import LinearAlgebra
import Networks

/// Averages over the samples around some features h of layer l.
///
/// For fixed fan-in the next layer is linear in the fan-out, with no approximation, and these
/// averages say everything about it: which fan-out is best, and what it gains.
package struct FeatureMoments: Sendable {
  /// `E[b_l hᵀ]`, (inputs of layer l + 1, + 1) × count.
  package let inputMoment: Matrix<Double>
  /// `E[h hᵀ]`, count × count.
  package let secondMoment: Matrix<Double>
  /// `E[h v_{l+1}ᵀ]`, count × outputs of layer l + 1.
  package let crossMoment: Matrix<Double>

  /// The averages over the rows of explicit matrices, whose weights add up to `total`.
  init<Scalar: BLASScalar>(
    features: Matrix<Scalar>, nextInputs: Matrix<Scalar>, desiredUpdates: Matrix<Scalar>,
    total: Double
  ) {
    var part = FeaturePart(
      inputs: nextInputs.columns, features: features.columns, outputs: desiredUpdates.columns)
    var product: [Scalar] = []
    part.add(
      features, inputs: nextInputs, updates: desiredUpdates, rows: 0..<features.rows,
      product: &product)
    self = part.means(over: total)
  }

  init(
    inputMoment: Matrix<Double>, secondMoment: Matrix<Double>, crossMoment: Matrix<Double>
  ) {
    self.inputMoment = inputMoment
    self.secondMoment = secondMoment
    self.crossMoment = crossMoment
  }
}
