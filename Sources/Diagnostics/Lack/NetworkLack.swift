/// The lack of expressivity of a layer and all layers before it: the part of the desired update
/// that no change of any of their weights can follow.
///
///     Ψ = min over δθ of E‖v − J δθ‖²,      J = ∂a / ∂θ
///
/// Verbockhaven et al. 2024 (arXiv:2405.19816), Definition 3.1 and equation 2: v is the desired
/// update of the layer's preactivations a, and θ all weights and biases up to them. For the last
/// layer it is the lack of expressivity of the whole network.
package struct NetworkLack: Equatable, Sendable {
  /// D = E‖v‖², in units of (loss per preactivation)².
  package let desiredUpdate: Double
  /// Ψ, the mean square of `v − J δθ` over the samples for the δθ that was found: the true lack, or
  /// a little more.
  package let lackOfExpressivity: Double
  /// The number of iterations, each a pass over the samples.
  package let iterations: Int
  /// An estimate of by how much Ψ / D may be above that of the true lack; in 0...1.
  ///
  /// It extrapolates the progress of the last iterations and adds the effect of rounding. It is an
  /// estimate, not a bound: the true value may be lower still, but seldom by twice as much.
  package let relativeLackError: Double

  /// The lack after the δθ that was found, on held-out samples, as a share of what they ask; above
  /// 1 they ask for more than before. `nil` where none are held out.
  ///
  ///     E‖v − J δθ‖² / E‖v‖², both over the held-out samples
  ///
  /// For a network trained on all samples to the end, δθ is the Gauss–Newton step to the network
  /// trained without the held-out ones. For a linear network and the squared error this is then the
  /// cross-validated loss, as a multiple of the loss.
  package var heldOutRelativeLack: Double? {
    heldOut.flatMap { part in
      let share = part.left / part.asked
      return part.asked > 0 && share.isFinite ? share : nil
    }
  }

  /// E‖v − J δθ‖² and E‖v‖² over the held-out samples, if there are any.
  var heldOut: HeldOut?

  /// What δθ leaves of what some samples ask.
  struct HeldOut: Equatable, Sendable {
    var left: Double
    var asked: Double
  }

  /// A = D − Ψ: of the best δθ, E‖J δθ‖².
  package var bestUpdate: Double { desiredUpdate - lackOfExpressivity }

  /// Ψ / D in 0...1, or `nil` if no sample asks for any update (D = 0).
  package var relativeLack: Double? {
    desiredUpdate > 0 ? min(1, lackOfExpressivity / desiredUpdate) : nil
  }
}
