/// A BatchNormalization in training; at inference it is a scale and shift.
///
///     x̂ = (x − μ) / √(σ² + ε)      y = γ x̂ + β
///
/// μ and σ² are those of the batch, and the moving averages follow them:
/// `moving ← momentum · moving + (1 − momentum) · batch`. The moving mean and β are in the network's
/// `Affine`, γ follows from its scale.
public struct BatchNormalization: Equatable, Sendable {
  /// How much of a moving average a step keeps.
  public var momentum: Double
  /// ε.
  public var epsilon: Double
  /// The moving variance of each channel in the file; units that were added since have none here.
  public var variances: [Double]
  /// Whether γ is trained; without, it is 1.
  public var hasGamma: Bool
  /// Whether β is trained; without, it is 0.
  public var hasBeta: Bool
  /// The number of channels; the units of a sample are its multiple, and unit j has channel
  /// `j % channels`. `nil` for a channel for each unit.
  public var channels: Int?

  /// Keras's defaults, but for the variances.
  public init(
    momentum: Double = 0.99, epsilon: Double = 1e-3, variances: [Double], hasGamma: Bool = true,
    hasBeta: Bool = true, channels: Int? = nil
  ) {
    self.momentum = momentum
    self.epsilon = epsilon
    self.variances = variances
    self.hasGamma = hasGamma
    self.hasBeta = hasBeta
    self.channels = channels
  }
}
