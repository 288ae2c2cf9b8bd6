package import LinearAlgebra

/// The function of a new unit of a layer: the activations that follow the layer, one after the
/// other.
///
///     φ = σ_m ∘ … ∘ σ_1
///
/// A scale and shift between them is the identity for a new unit, whose own entries are chosen so.
package struct UnitFunction: Hashable, Sendable {
  /// The activations, the first to be applied first.
  package let activations: [Activation]
  /// φ(0).
  package let valueAtZero: Double
  /// The slope of φ at 0 from below.
  package let leftSlopeAtZero: Double
  /// The slope of φ at 0 from above.
  package let rightSlopeAtZero: Double

  /// The function of a new unit of the layer that these stages follow.
  package init<Scalar>(stages: [Stage<Scalar>]) {
    activations = stages.compactMap { stage in
      precondition(!stage.couplesUnits, "a normalization has no function of one unit")
      guard let activation = stage.activationOfNewUnit else { return nil }
      precondition(!activation.actsOnRows, "\(activation.name) has no function of one unit")
      return activation
    }
    valueAtZero = activations.reduce(0) { $1.value(at: $0) }
    leftSlopeAtZero = Self.slopeAtZero(of: activations, from: .left)
    rightSlopeAtZero = Self.slopeAtZero(of: activations, from: .right)
  }

  /// Whether φ(−x) = −φ(x) for every x, so that a unit and its negative are the same candidate.
  package var isOdd: Bool { activations.allSatisfy(\.isOdd) }

  /// Whether φ(c x) = c φ(x) for every c > 0, so that a scale of the fan-in can stand in the fan-out.
  package var isHomogeneous: Bool { activations.allSatisfy(\.isHomogeneous) }

  /// The activations' names, the first to be applied first; `linear` if there is none.
  package var name: String {
    activations.isEmpty
      ? Activation.linear.name : activations.map(\.name).joined(separator: " then ")
  }

  /// Replaces each preactivation x by φ(x).
  package func apply<Scalar: BLASScalar>(to values: inout [Scalar]) {
    for activation in activations { activation.apply(to: &values) }
  }

  /// Replaces each preactivation x by φ(x), and multiplies each derivative by φ'(x).
  package func apply<Scalar: BLASScalar>(
    to values: inout [Scalar], scalingDerivatives derivatives: inout [Scalar]
  ) {
    for activation in activations {
      activation.apply(to: &values, scalingDerivatives: &derivatives)
    }
  }

  /// The chain rule from one side: a falling function turns the side for those that follow.
  private static func slopeAtZero(of activations: [Activation], from side: Side) -> Double {
    var (x, side, product) = (0.0, side, 1.0)
    for activation in activations {
      let slope = activation.slope(at: x, from: side)
      // Flat on this side: what follows sees no change, whatever its own slope.
      guard slope != 0 else { return 0 }
      if slope < 0 { side = side == .left ? .right : .left }
      product *= slope
      x = activation.value(at: x)
    }
    return product
  }
}
