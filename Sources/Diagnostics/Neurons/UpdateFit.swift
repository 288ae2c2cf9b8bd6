import LinearAlgebra

/// How a change V of the next layer's preactivations fits what is desired of them.
package struct UpdateFit: Equatable, Sendable {
  /// `E⟨v, V⟩`: the exact rate at which the loss falls along V.
  package let slope: Double
  /// `E‖V‖²`.
  package let squaredNorm: Double

  /// `E‖v‖² − E‖v − V‖²`, by how much V at full length reduces the lack of expressivity.
  package var gain: Double { 2 * slope - squaredNorm }
}
