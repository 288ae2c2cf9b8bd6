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
