package import LinearAlgebra
package import Networks

/// How sharply the loss bends around a network's weights θ, and which steps of gradient descent that
/// allows.
///
///     λ = the largest eigenvalue of the Gauss–Newton matrix  E[Jᵀ H J],   J = ∂a_L / ∂θ,  H = ∂²ℓ / ∂a_L²
///
/// Along that direction a step of gradient descent overshoots by more than it came with, and the next by
/// more still, when its learning rate is above 2 / λ.
package struct Sharpness: Equatable, Sendable {
  /// λ, in units of the loss per squared weight.
  package let largestEigenvalue: Double

  /// `H J δθ` of the samples it was measured on, δθ along the sharpest direction, to find that of a similar
  /// network sooner; none where nothing was measured.
  let outputs: [Matrix<Float>]

  /// A known sharpness.
  package init(largestEigenvalue: Double) {
    self.init(largestEigenvalue: largestEigenvalue, outputs: [])
  }

  init(largestEigenvalue: Double, outputs: [Matrix<Float>]) {
    (self.largestEigenvalue, self.outputs) = (largestEigenvalue, outputs)
  }

  /// The learning rate up to which plain gradient descent is stable, `2 / λ`; `nil` where the loss does
  /// not bend at all.
  package var largestStableLearningRate: Double? {
    largestEigenvalue > 0 ? 2 / largestEigenvalue : nil
  }

  /// Whether plain gradient descent is stable with a learning rate.
  package func isStable(learningRate: Double) -> Bool { learningRate * largestEigenvalue < 2 }
}

/// Measures the sharpness of the loss around a network, on a subset of the training samples.
///
/// - Parameters:
///   - network: as it is trained; a normalization counts as the scale and shift that it is now.
///   - objective: the loss, without penalties.
///   - split: the samples; at most about two thousand of its training part are used.
///   - workers: the number of cores to use; the result does not depend on it.
///   - known: the sharpness of a similar network on the same samples, to begin near it.
/// - Returns: the sharpness; `nil` without training samples, and where the numbers leave the range of the
///   network's precision.
/// - Throws: what the source of the samples throws, `DiagnosticsError` for a loss that is not finite, and
///   `CancellationError`.
package func sharpness<Scalar: BLASScalar>(
  of network: Network<Scalar>, objective: Objective<Scalar>, split: SampleSplit, workers: Int,
  near known: Sharpness? = nil
) async throws -> Sharpness? {
  let map = try await GaussNewton(network, objective: objective, split: split, workers: workers)
  do {
    return try await map?.sharpness(near: known)
  } catch is LinearAlgebraError {
    return nil
  }
}
