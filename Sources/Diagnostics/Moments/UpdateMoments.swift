package import LinearAlgebra

/// The moments of some samples that judge an update of one layer's weights.
package struct UpdateMoments: Sendable {
  /// `S = E[b bᵀ]`, square, of order inputs + 1 (inputs without a bias).
  package internal(set) var secondMoment: SymmetricMatrix
  /// `M = E[b vᵀ]`, (inputs + 1) × outputs.
  package let crossMoment: Matrix<Double>
  /// `D = E‖v‖²`.
  package let desiredUpdate: Double

  /// The mean squared residual of the desired update after `weightUpdate`,
  ///
  ///     E‖v − δWᵀ b‖²
  func lack(after weightUpdate: Matrix<Double>) -> Double {
    let followed = secondMoment.times(weightUpdate).dot(weightUpdate)
    return max(0, desiredUpdate - 2 * crossMoment.dot(weightUpdate) + followed)
  }

  /// The lack after a weight update as a share of the desired update; `nil` where nothing is
  /// desired.
  func relativeLack(after weightUpdate: Matrix<Double>) -> Double? {
    desiredUpdate > 0 ? lack(after: weightUpdate) / desiredUpdate : nil
  }

  /// Whether every element is at most `limit` in magnitude; NaN is not.
  func areWithin(_ limit: Double) -> Bool {
    desiredUpdate <= limit && secondMoment.isWithin(limit)
      && crossMoment.storage.allSatisfy { $0.magnitude <= limit }
  }
}
