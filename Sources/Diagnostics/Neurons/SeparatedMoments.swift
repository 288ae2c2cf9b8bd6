import LinearAlgebra

/// Moments of features h̃ after their overlap with layer l + 1's inputs is subtracted.
struct SeparatedMoments: Sendable {
  /// `E[h̃ vᵀ]` and `E[h̃ bᵀ] δW*`, count × outputs.
  let asked: Matrix<Double>
  let mixed: Matrix<Double>
  /// `E[h̃ h̃ᵀ]`.
  let gram: Matrix<Double>

  /// - Parameters:
  ///   - features: the averages around h.
  ///   - overlap: β, (inputs of layer l + 1, + 1) × count; `nil` for none.
  ///   - next: layer l + 1 on the same samples.
  ///   - weightUpdate: δW*.
  init(
    of features: FeatureMoments, overlap: Matrix<Double>?, next: UpdateMoments,
    weightUpdate: Matrix<Double>
  ) {
    guard let overlap else {
      asked = features.crossMoment
      mixed = features.inputMoment.transposedTimes(weightUpdate)
      gram = features.secondMoment
      return
    }
    // E[b h̃ᵀ], which is 0 where β was fitted on the same samples.
    let left = features.inputMoment - next.secondMoment.times(overlap)
    asked = features.crossMoment - overlap.transposedTimes(next.crossMoment)
    mixed = left.transposedTimes(weightUpdate)
    gram =
      features.secondMoment - overlap.transposedTimes(features.inputMoment)
      - left.transposedTimes(overlap)
  }
}
