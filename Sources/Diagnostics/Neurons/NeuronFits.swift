import LinearAlgebra

/// How a change V of the next layer's preactivations fits what is desired of them.
public struct UpdateFit: Equatable, Sendable {
  /// `E⟨v, V⟩`: the exact rate at which the loss falls along V.
  public let slope: Double
  /// `E‖V‖²`.
  public let squaredNorm: Double

  /// `E‖v‖² − E‖v − V‖²`, by how much V at full length reduces the lack of expressivity.
  public var gain: Double { 2 * slope - squaredNorm }
}

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

  /// That of the first so many neurons.
  func fit(first count: Int) -> UpdateFit {
    let chosen = Array(0..<count)
    let fanOut = fanOut.selectingRows(chosen)
    let own = moments.gram.selectingRows(chosen).selectingColumns(chosen).times(fanOut)
    return UpdateFit(
      slope: moments.asked.selectingRows(chosen).dot(fanOut),
      squaredNorm: 2 * moments.mixed.selectingRows(chosen).dot(fanOut) + own.dot(fanOut))
  }
}

/// Averages around features h̃ from which a given overlap with layer l + 1's inputs is taken off.
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
