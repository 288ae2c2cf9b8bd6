package import LinearAlgebra

/// How well a layer's weights can follow what back-propagation asks of its preactivations.
package struct Bottleneck: Sendable {
  /// δW*, (inputs + 1) × outputs, for the moments' inputs `(b − r, 1)`.
  package let bestWeightUpdate: Matrix<Double>
  /// D = E‖v‖², in units of (loss per preactivation)².
  package let desiredUpdate: Double
  /// A = E‖[b 1] δW*‖², the part of D that the weights can follow. It is also the exact rate at
  /// which the loss falls along δW*.
  package let bestUpdate: Double
  /// The factored second moment S of the layer's inputs.
  package let whitening: Whitening

  package init(
    bestWeightUpdate: Matrix<Double>, desiredUpdate: Double, bestUpdate: Double,
    whitening: Whitening
  ) {
    (self.bestWeightUpdate, self.desiredUpdate) = (bestWeightUpdate, desiredUpdate)
    (self.bestUpdate, self.whitening) = (bestUpdate, whitening)
  }

  /// Ψ = D − A ≥ 0, the part of D that no change of this layer's weights can follow.
  package var lackOfExpressivity: Double { max(0, desiredUpdate - bestUpdate) }

  /// The share of the desired update that this layer's weights cannot follow.
  ///
  ///     Ψ / D = 1 − A / D
  ///
  /// In 0...1, or `nil` if no sample asks for any update (D = 0).
  package var relativeLack: Double? {
    desiredUpdate > 0 ? min(1, lackOfExpressivity / desiredUpdate) : nil
  }
}

extension Bottleneck {
  /// κ, the largest ratio of the norm of a weight update to that of its effect, in standardized
  /// inputs. A feature of which the inputs explain 98 % needs a ratio of ten.
  static let largestCancellation = 10.0

  /// The bottleneck with a weight update of bounded norm, which follows no direction in which the
  /// inputs nearly cancel. This update is applied together with new neurons.
  ///
  ///     ‖s ∘ δW‖ ≤ κ √E‖[b 1] δW‖²,   s² the diagonal of S
  ///
  /// - Parameter crossMoment: M.
  /// - Returns: this bottleneck where nothing cancels by more.
  func bounded(crossMoment: Matrix<Double>) -> Bottleneck {
    let kept = whitening.keeping(
      eigenvaluesFrom: 1 / (Self.largestCancellation * Self.largestCancellation))
    guard kept.rank < whitening.rank else { return self }
    let whitened = kept.whitened(crossMoment)
    return Bottleneck(
      bestWeightUpdate: kept.unwhitened(whitened), desiredUpdate: desiredUpdate,
      bestUpdate: whitened.squaredNorm, whitening: kept)
  }
}

/// How much of the desired update no change of this layer's weights can follow.
///
///     δW* = S⁻ M        Ψ = D − ⟨M, δW*⟩ = min over δW of ‖V − [B 1] δW‖² / n
///
/// Verbockhaven et al. 2024 (arXiv:2405.19816), Proposition 3.1, transposed.
///
/// D and A nearly cancel where the layer is no bottleneck: the relative error of Ψ is about ε D / Ψ.
///
/// - Parameter moments: the averages around the layer.
/// - Returns: δW* and what it achieves.
/// - Throws: `LinearAlgebraError` if a moment holds a number that is not finite.
package func bottleneck(of moments: LayerMoments) throws(LinearAlgebraError) -> Bottleneck {
  var own = moments
  return try bottleneck(inPlaceOf: &own)
}

/// Like `bottleneck(of:)`, but the factor of S shares the memory of S, whose values do not change.
private func bottleneck(
  inPlaceOf moments: inout LayerMoments
) throws(LinearAlgebraError) -> Bottleneck {
  let whitening = try Whitening(
    inPlaceOf: &moments.secondMoment, rankTolerance: moments.rankTolerance)
  // ⟨M, S⁻ M⟩ = ‖E M‖², a sum of squares: it cannot come out negative.
  let whitened = whitening.whitened(moments.crossMoment)
  let bestUpdate = whitened.squaredNorm
  return Bottleneck(
    bestWeightUpdate: whitening.unwhitened(consume whitened),
    desiredUpdate: moments.desiredUpdate, bestUpdate: bestUpdate, whitening: whitening)
}

extension Moments {
  /// The bottlenecks of all layers, side by side.
  ///
  /// Where S is wide its factor shares its memory, so that the moments are changed, though none of
  /// their values.
  mutating func bottlenecks() async throws -> [Bottleneck] {
    var pairs = layers.map { (moments: $0, bottleneck: Bottleneck?.none) }
    var workspaces: [Void] = layers.map { _ in }
    layers = []
    try await forEachConcurrently(&pairs, workspaces: &workspaces) { pair, _ in
      pair.bottleneck = try bottleneck(inPlaceOf: &pair.moments)
    }
    layers = pairs.map(\.moments)
    return pairs.compactMap(\.bottleneck)
  }
}
