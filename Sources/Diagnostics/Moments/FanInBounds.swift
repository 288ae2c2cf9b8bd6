/// Bounds for the fan-in of a new unit, from the fan-ins of the layer's own units.
///
/// Both bounds are in standardized inputs, s the standard deviations of the inputs, so that the unit of
/// an input does not matter:
///
///     ‖s ∘ α‖ / std(αᵀ b) ≤ κ      ‖s ∘ α‖ ≤ η
///
/// The first says how much the inputs cancel each other in the preactivation. It is 1 for inputs that
/// are not correlated. Where it is large, the unit follows the small difference of nearly collinear
/// inputs: a row in which they differ more than in the training samples drives it far out, and a
/// step of training that changes its weights a little changes its answer a lot. The second bounds the
/// norm itself, for units whose scale cannot be moved to the fan-out.
struct FanInBounds: Sendable {
  /// κ, and η; infinite where nothing is bounded.
  private(set) var cancellation = Double.infinity
  private(set) var norm = Double.infinity

  /// No unit may have more cancellation than this, unless the layer's own have.
  static let leastCancellation = 3.0
  /// The bounds of new units, as multiples of the largest cancellation and norm among the layer's
  /// own units.
  private static let ownCancellations = 2.0
  private static let ownNorms = 10.0
  /// A preactivation of less variance, as a share of `‖s ∘ α‖²`, is rounding.
  private static let smallestVariance = 1e-9

  /// No bounds.
  init() {}

  /// Bounds by the layer's own units.
  ///
  /// - Parameters:
  ///   - variances: of the units' preactivations.
  ///   - squaredNorms: `‖s ∘ W‖²` of each unit.
  ///   - isHomogeneous: whether the fan-out can take any scale of the fan-in over.
  init(variances: [Double], squaredNorms: [Double], isHomogeneous: Bool) {
    let own = zip(squaredNorms, variances).compactMap { norm, variance in
      variance > Self.smallestVariance * norm ? (norm / variance).squareRoot() : nil
    }
    cancellation = max(Self.leastCancellation, Self.ownCancellations * (own.max() ?? 0))
    let largest = squaredNorms.max() ?? 0
    if !isHomogeneous, largest > 0 { norm = Self.ownNorms * largest.squareRoot() }
  }

  /// Whether the inputs cancel each other no more than is allowed.
  func allows(variance: Double, squaredNorm: Double) -> Bool {
    variance.isFinite && variance > Self.smallestVariance * squaredNorm
      && (cancellation == .infinity || squaredNorm <= cancellation * cancellation * variance)
  }

  /// The factor that scales a direction to a deviation, or to the largest norm; `nil` for a direction that
  /// is not allowed.
  func scale(to deviation: Double = 1, variance: Double, squaredNorm: Double) -> Double? {
    guard allows(variance: variance, squaredNorm: squaredNorm) else { return nil }
    return min(deviation / variance.squareRoot(), norm / squaredNorm.squareRoot())
  }
}
