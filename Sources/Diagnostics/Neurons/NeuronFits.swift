import LinearAlgebra

/// The fit of neurons of given fan-out, beyond that of the weight update δW* alone, from the averages of
/// one part of the samples.
///
///     V = B_l δW* + H̃ ω      H̃ = H − B_l β, β the neurons' overlap with layer l + 1's own inputs
///     E⟨v, V⟩ − ⟨M, δW*⟩ = ⟨E[h̃ vᵀ], ω⟩      E‖V‖² − E‖B_l δW*‖² = ⟨2 E[h̃ bᵀ] δW* + E[h̃ h̃ᵀ] ω, ω⟩
///     E[h̃ vᵀ] = E[h vᵀ] − βᵀ M      E[b h̃ᵀ] = E[b hᵀ] − S β
///
/// Any number of the neurons, the first ones, is then a few small products.
struct NeuronFits: Sendable {
  private let fanOut: Matrix<Double>
  private let moments: SeparatedMoments

  /// - Parameters:
  ///   - neurons: ω, δW* and β.
  ///   - features: the averages around the responses of those neurons.
  ///   - next: the averages around layer l + 1.
  init(of neurons: NewNeurons, features: FeatureMoments, next: UpdateMoments) {
    fanOut = neurons.fanOut
    moments = SeparatedMoments(
      of: features, overlap: neurons.overlap, next: next,
      weightUpdate: neurons.bestWeightUpdate)
  }

  /// The fit of the first `count` neurons.
  func fit(first count: Int) -> UpdateFit {
    let chosen = Array(0..<count)
    let fanOut = fanOut.selectingRows(chosen)
    let own = moments.gram.selectingRows(chosen).selectingColumns(chosen).times(fanOut)
    return UpdateFit(
      slope: moments.asked.selectingRows(chosen).dot(fanOut),
      squaredNorm: 2 * moments.mixed.selectingRows(chosen).dot(fanOut) + own.dot(fanOut))
  }

  /// The fit of the change `H̃ ω` to the residual p of δW*. Its gain is that of `fit(first:)`; its
  /// slope and norm tell the gains at other amplitudes.
  ///
  ///     E⟨p, H̃ ω⟩ = ⟨E[h̃ vᵀ] − E[h̃ bᵀ] δW*, ω⟩
  func residualFit(first count: Int) -> UpdateFit {
    let chosen = Array(0..<count)
    let fanOut = fanOut.selectingRows(chosen)
    let own = moments.gram.selectingRows(chosen).selectingColumns(chosen).times(fanOut)
    return UpdateFit(
      slope: moments.asked.selectingRows(chosen).dot(fanOut)
        - moments.mixed.selectingRows(chosen).dot(fanOut),
      squaredNorm: own.dot(fanOut))
  }
}
