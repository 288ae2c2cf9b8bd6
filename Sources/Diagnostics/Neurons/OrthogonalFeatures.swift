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
  /// `E[b²]` of each of layer l + 1's inputs, and 1 for its bias.
  private let inputSquares: [Double]
  /// β, (inputs of layer l + 1, + 1) × count.
  let overlap: Matrix<Double>
  /// The samples that everything is fitted on.
  let training: Part
  /// The moments of the held-out samples, if there are any; β and δW* are those of the training
  /// samples.
  let heldOut: Part?

  /// κ: by how much the features and layer l + 1's inputs may cancel each other.
  let cancellation: Double

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
  ///   - cancellation: κ, `Bottleneck.largestCancellation` for neurons that are to be added.
  init?(_ features: FeatureParts, next: NextLayer, cancellation: Double = .infinity) {
    guard let averages = features.training else { return nil }
    self.cancellation = cancellation
    let bottleneck = next.bottleneck
    let whitened = bottleneck.whitening.whitened(averages.inputMoment)
    overlap = bottleneck.whitening.unwhitened(whitened)
    squares = averages.secondMoment.diagonal
    inputSquares = bottleneck.whitening.diagonal
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

  /// Ridges, as shares of E[h²], that are tried one after the other until a fan-out is bounded.
  private static let ridges = [0, 1e-3, 1e-2, 0.1, 1]

  /// The best fan-out of some of the features, `E[h̃ h̃ᵀ]⁻¹ E[h̃ pᵀ]`: for a fixed fan-in layer l + 1 is
  /// linear in ω, and this is exact, whatever the activation.
  ///
  /// Where the features, and layer l + 1's own inputs with them, would have to cancel each other by
  /// more than κ, the smallest ridge that prevents it is taken.
  ///
  /// - Returns: ω, count × outputs; `nil` if the features are not independent, or cancel each other with
  ///   any ridge.
  func fanOut(of columns: [Int]) -> Matrix<Double>? {
    let part = training.selecting(columns)
    guard !columns.isEmpty else { return part.cross }
    for ridge in Self.ridges {
      var gram = part.gram
      for (index, column) in columns.enumerated() { gram[index, index] += ridge * squares[column] }
      guard let fanOut = gram.cholesky()?.solve(part.cross) else { continue }
      if isBounded(fanOut, of: columns) { return fanOut }
    }
    return nil
  }

  /// Whether `‖s ∘ (ω, β ω)‖ ≤ κ √E‖ωᵀ h̃‖²`, s the root mean squares of the features and of layer
  /// l + 1's inputs.
  private func isBounded(_ fanOut: Matrix<Double>, of columns: [Int]) -> Bool {
    guard cancellation.isFinite else { return true }
    let gram = training.selecting(columns).gram
    var parts = 0.0
    for (index, column) in columns.enumerated() {
      parts += squares[column] * fanOut.squaredNorm(ofRows: index..<index + 1)
    }
    let update = overlap.selectingColumns(columns).times(fanOut)
    for row in 0..<update.rows {
      parts += inputSquares[row] * update.squaredNorm(ofRows: row..<row + 1)
    }
    let whole = gram.times(fanOut).dot(fanOut)
    return parts <= cancellation * cancellation * whole
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
