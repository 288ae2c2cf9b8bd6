public import LinearAlgebra

/// What some samples say of an update of one layer's weights.
public struct UpdateMoments: Sendable {
  /// `S = E[b bᵀ]`, square, of order inputs + 1 (inputs without a bias).
  public internal(set) var secondMoment: SymmetricMatrix
  /// `M = E[b vᵀ]`, (inputs + 1) × outputs.
  public let crossMoment: Matrix<Double>
  /// `D = E‖v‖²`.
  public let desiredUpdate: Double

  /// `E‖v − δWᵀ b‖²`, what an update of the layer's weights leaves over of what is desired.
  func lack(after weightUpdate: Matrix<Double>) -> Double {
    let followed = secondMoment.times(weightUpdate).dot(weightUpdate)
    return max(0, desiredUpdate - 2 * crossMoment.dot(weightUpdate) + followed)
  }

  /// Whether no average is larger; one that is not a number counts as larger.
  func areWithin(_ limit: Double) -> Bool {
    desiredUpdate <= limit && secondMoment.isWithin(limit)
      && crossMoment.storage.allSatisfy { $0.magnitude <= limit }
  }
}
