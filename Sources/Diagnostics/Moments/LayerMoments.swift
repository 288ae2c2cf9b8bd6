package import LinearAlgebra

/// Averages over the samples around one layer, in double precision.
///
/// The layer's input b is taken relative to a fixed reference point near its mean: `b − r`, then the
/// constant 1. With a bias this spans the same functions, and it keeps an input such as a year, a
/// large number that varies little, from losing its variation to rounding. Without a bias r = 0.
/// `weightsForRawInputs` carries a solution back.
package struct LayerMoments: Sendable {
  /// r, one number per input; zeros if the layer has no bias.
  package let reference: [Double]
  /// Whether the last row and column of the moments belong to the constant 1.
  package let hasBias: Bool
  /// `S = E[b bᵀ]`, square, of order inputs + 1 (inputs without a bias).
  package internal(set) var secondMoment: SymmetricMatrix
  /// `M = E[b vᵀ]`, (inputs + 1) × outputs, v the layer's own desired update.
  package let crossMoment: Matrix<Double>
  /// `D = E‖v‖²`, in units of (loss per preactivation)².
  package let desiredUpdate: Double
  /// The moments with the layer after this one; `nil` for the last layer.
  package let next: NextMoments?
  /// Eigenvalues of S, scaled to unit diagonal, below this share of the largest are rounding.
  package let rankTolerance: Double

  /// Averages that involve the layer after this one.
  package struct NextMoments: Sendable {
    /// `C = E[b_{l−1} b_lᵀ]`, (inputs + 1) × (inputs of the next layer + 1).
    package let successiveMoment: Matrix<Double>
    /// `E[b_{l−1} v_{l+1}ᵀ]`, (inputs + 1) × outputs of the next layer.
    package let crossMoment: Matrix<Double>

    package init(successiveMoment: Matrix<Double>, crossMoment: Matrix<Double>) {
      (self.successiveMoment, self.crossMoment) = (successiveMoment, crossMoment)
    }
  }

  package init(
    reference: [Double], hasBias: Bool, secondMoment: SymmetricMatrix, crossMoment: Matrix<Double>,
    desiredUpdate: Double, next: NextMoments?, rankTolerance: Double
  ) {
    (self.reference, self.hasBias, self.secondMoment) = (reference, hasBias, secondMoment)
    (self.crossMoment, self.desiredUpdate) = (crossMoment, desiredUpdate)
    (self.next, self.rankTolerance) = (next, rankTolerance)
  }

  /// Carries weights for `(b − r, 1)` over to `(b, 1)`: the bias row loses `rᵀ · kernel`.
  ///
  /// - Parameter weights: (inputs + 1) × any number of columns.
  /// - Returns: weights of the same shape that give the same preactivations.
  package func weightsForRawInputs(_ weights: consuming Matrix<Double>) -> Matrix<Double> {
    hasBias ? weights.shiftingBias(by: reference, times: -1) : weights
  }

  /// Carries weights for `(b, 1)` over to `(b − r, 1)`: the bias row gains `rᵀ · kernel`.
  func weightsForRelativeInputs<Scalar: BLASScalar>(_ weights: Matrix<Scalar>) -> Matrix<Scalar> {
    hasBias ? weights.shiftingBias(by: reference, times: 1) : weights
  }

  /// The moments that judge an update of this layer's weights.
  package var updateMoments: UpdateMoments {
    UpdateMoments(
      secondMoment: secondMoment, crossMoment: crossMoment, desiredUpdate: desiredUpdate)
  }

  /// These moments with another rank tolerance.
  func replacingRankTolerance(by tolerance: Double) -> LayerMoments {
    LayerMoments(
      reference: reference, hasBias: hasBias, secondMoment: secondMoment, crossMoment: crossMoment,
      desiredUpdate: desiredUpdate, next: next, rankTolerance: tolerance)
  }

  /// How much each input varies over the samples: `E b² − (E b)²`, without a bias `E b²`, as the
  /// moments then have no mean.
  package var inputVariances: [Double] {
    let count = secondMoment.order
    return reference.indices.map { input in
      let mean = hasBias ? secondMoment[input, count - 1] : 0
      return max(0, secondMoment[input, input] - mean * mean)
    }
  }

  /// The inputs that are the same in every sample.
  package var constantInputs: [Int] {
    let count = secondMoment.order
    return reference.indices.filter { input in
      let meanSquare = secondMoment[input, input]
      guard hasBias else { return meanSquare == 0 }
      let mean = secondMoment[input, count - 1]
      return meanSquare - mean * mean <= 1e-14 * meanSquare
    }
  }
}
