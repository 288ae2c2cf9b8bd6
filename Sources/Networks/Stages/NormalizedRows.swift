import LinearAlgebra

/// Normalized rows, as the derivative of a normalization needs them.
///
///     ∂y/∂x = diag(γ) (1 − 1/d − x̂ x̂ᵀ/d) / √(s² + ε)
struct NormalizedRows<Scalar: BLASScalar>: Sendable {
  /// x̂, samples × units.
  var values = Matrix<Scalar>(rows: 0, columns: 0)
  /// 1 / √(s² + ε) of each sample.
  var inverseDeviations: [Scalar] = []
  /// γ.
  var scale: [Scalar] = []

  /// Replaces small changes of the rows before by those of the rows behind.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func pushForward(_ changes: inout Matrix<Scalar>) {
    project(&changes)
    multiplyByScale(&changes)
  }

  /// Replaces derivatives by the rows behind by those by the rows before: the transposed map.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func pullBack(_ gradients: inout Matrix<Scalar>) {
    multiplyByScale(&gradients)
    project(&gradients)
  }

  private func multiplyByScale(_ rows: inout Matrix<Scalar>) {
    for start in stride(from: 0, to: rows.storage.count, by: scale.count) {
      for unit in scale.indices { rows.storage[start + unit] *= scale[unit] }
    }
  }

  /// `(1 − 1/d − x̂ x̂ᵀ/d) / √(s² + ε)`, which is symmetric.
  private func project(_ rows: inout Matrix<Scalar>) {
    let width = values.columns
    precondition(
      rows.storage.count == values.storage.count, "\(rows.rows) rows of \(values.rows) samples")
    for (sample, inverse) in inverseDeviations.enumerated() {
      let range = sample * width..<(sample + 1) * width
      var (sum, product): (Scalar, Scalar) = (0, 0)
      for index in range {
        sum += rows.storage[index]
        product += rows.storage[index] * values.storage[index]
      }
      let (mean, share) = (sum / Scalar(width), product / Scalar(width))
      for index in range {
        rows.storage[index] =
          (rows.storage[index] - mean - share * values.storage[index]) * inverse
      }
    }
  }
}
