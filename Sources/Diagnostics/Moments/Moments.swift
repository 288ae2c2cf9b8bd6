package import LinearAlgebra

/// The few small matrices that a pass over the data leaves for each layer; every diagnosis of
/// sections 3.1 and 3.2 of the paper is algebra on them.
package struct Moments: Sendable {
  /// The number of samples the averages are over, without those of weight 0.
  package let sampleCount: Int
  /// (Σ w)² / Σ w², the effective sample size: the number of equally weighted samples whose
  /// averages have the same variance.
  package let effectiveCount: Int
  /// One per Dense layer, from the input on.
  package internal(set) var layers: [LayerMoments]

  /// Whether every element is at most `limit` in magnitude; NaN is not.
  func areWithin(_ limit: Double) -> Bool {
    layers.allSatisfy { $0.updateMoments.areWithin(limit) }
  }
}

extension Matrix {
  /// The weights with `factor · rᵀ · kernel` added to the bias row below the kernel.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package consuming func shiftingBias(by reference: [Double], times factor: Double) -> Matrix {
    var shifts = [Double](repeating: 0, count: columns)
    for (row, number) in reference.enumerated() {
      for column in 0..<columns { shifts[column] += number * Double(self[row, column]) }
    }
    var shifted = consume self
    for (column, shift) in shifts.enumerated() {
      let bias = Double(shifted[reference.count, column])
      shifted[reference.count, column] = Scalar(bias + factor * shift)
    }
    return shifted
  }
}

extension BLASScalar {
  /// Eigenvalues of S, scaled to unit diagonal, below this carry no information: a product of
  /// blocks errs by a part of a unit in the last place of the samples' precision, and sums in double
  /// precision over up to millions of samples by more than one of theirs.
  package static var rankTolerance: Double { max(8 * Double(ulpOfOne), 1e-12) }
}
