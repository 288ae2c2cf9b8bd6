/// The lack of expressivity of a layer and all layers before it: the part of the desired update
/// that no change of any of their weights can follow.
///
///     Ψ = min over δθ of E‖v − J δθ‖²,      J = ∂a / ∂θ
///
/// Verbockhaven et al. 2024 (arXiv:2405.19816), Definition 3.1 and equation 2: v is the desired
/// update of the layer's preactivations a, and θ all weights and biases up to them. For the last
/// layer it is the lack of expressivity of the whole network.
public struct NetworkLack: Equatable, Sendable {
  /// D = E‖v‖², in units of (loss per preactivation)².
  public let desiredUpdate: Double
  /// Ψ, the mean square of `v − J δθ` over the samples for the δθ that was found: the true lack, or
  /// a little more.
  public let lackOfExpressivity: Double
  /// The number of iterations, each a pass over the samples.
  public let iterations: Int
  /// An estimate of by how much Ψ / D may be above that of the true lack; in 0...1.
  ///
  /// It extrapolates the progress of the last iterations and adds the effect of rounding. It is an
  /// estimate, not a bound: the true value may be lower still, but seldom by twice as much.
  public let relativeLackError: Double

  /// A = D − Ψ: of the best δθ, E‖J δθ‖².
  public var bestUpdate: Double { desiredUpdate - lackOfExpressivity }

  /// Ψ / D in 0...1, or `nil` if no sample asks for any update (D = 0).
  public var relativeLack: Double? {
    desiredUpdate > 0 ? min(1, lackOfExpressivity / desiredUpdate) : nil
  }
}
