import LinearAlgebra

/// Features made orthogonal to layer l + 1's inputs: the residuals of regressing h on b_l.
///
///     h̃ = h − βᵀ b_l      β = S_l⁻ E[b_l hᵀ]      p = v_{l+1} − δW*ᵀ b_l
///
/// A fan-out ω for some of them, with `δW = δW* − β ω` for the inputs, changes the preactivations of
/// layer l + 1 by `δW*ᵀ b_l + ωᵀ h̃`. So the reduction of Ψ beyond that of δW* alone is
/// `2 ⟨ω, E[h̃ pᵀ]⟩ − ⟨ω, E[h̃ h̃ᵀ] ω⟩`: every choice among the features is algebra of their number.
struct OrthogonalFeatures: Sendable {
  /// `E[h²]` of each feature as it was.
  let squares: [Double]
  /// β, (inputs of layer l + 1, + 1) × count.
  let overlap: Matrix<Double>
  /// The samples that everything is fitted on.
  let training: Part
  /// The moments of the held-out samples, if there are any; β and δW* are those of the training
  /// samples.
  let heldOut: Part?

  /// The averages over one part of the samples.
  struct Part: Sendable {
    /// `E[h̃ h̃ᵀ]`, count × count.
    let gram: Matrix<Double>
    /// `E[h̃ pᵀ]`, count × outputs of layer l + 1.
    let cross: Matrix<Double>
  }

  /// - Parameters:
  ///   - features: the averages around the features; there must be training samples.
  ///   - next: layer l + 1 on the same samples.
  init?(_ features: FeatureParts, next: NextLayer) {
    guard let averages = features.training else { return nil }
    let bottleneck = next.bottleneck
    let whitened = bottleneck.whitening.whitened(averages.inputMoment)
    overlap = bottleneck.whitening.unwhitened(whitened)
    squares = averages.secondMoment.diagonal
    training = Part(
      gram: averages.secondMoment - whitened.transposedTimes(whitened),
      cross: averages.crossMoment
        - averages.inputMoment.transposedTimes(bottleneck.bestWeightUpdate))
    guard let other = features.heldOut, let moments = next.heldOut else {
      heldOut = nil
      return
    }
    let separated = SeparatedMoments(
      of: other, overlap: overlap, next: moments, weightUpdate: bottleneck.bestWeightUpdate)
    heldOut = Part(gram: separated.gram, cross: separated.asked - separated.mixed)
  }

  /// The best fan-out of some of the features, `E[h̃ h̃ᵀ]⁻¹ E[h̃ pᵀ]`: for a fixed fan-in layer l + 1 is
  /// linear in ω, and this is exact, whatever the activation.
  ///
  /// - Returns: ω, count × outputs; `nil` if the features are not independent.
  func fanOut(of columns: [Int]) -> Matrix<Double>? {
    let part = training.selecting(columns)
    return columns.isEmpty ? part.cross : part.gram.cholesky()?.solve(part.cross)
  }
}

extension OrthogonalFeatures.Part {
  /// How the change `ωᵀ h̃` fits p.
  func fit(of fanOut: Matrix<Double>, columns: [Int]) -> UpdateFit {
    let part = selecting(columns)
    return UpdateFit(
      slope: part.cross.dot(fanOut), squaredNorm: part.gram.times(fanOut).dot(fanOut))
  }

  fileprivate func selecting(_ columns: [Int]) -> Self {
    Self(
      gram: Matrix(rows: columns.count, columns: columns.count) { gram[columns[$0], columns[$1]] },
      cross: cross.selectingRows(columns))
  }
}
