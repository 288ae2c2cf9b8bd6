public import LinearAlgebra

/// `y = (x − center) · scale + offset`, unit by unit.
///
/// The centre is kept apart from the offset: folded into it, a large mean would cancel in `Float`.
public struct Affine<Scalar: BLASScalar>: Equatable, Sendable {
  /// The number subtracted first, one for each unit.
  public let center: [Scalar]
  /// The factor of the centred value, one for each unit.
  public let scale: [Scalar]
  /// The number added last, one for each unit.
  public let offset: [Scalar]

  /// A stage for as many units as each of the lists has numbers.
  public init(center: [Scalar], scale: [Scalar], offset: [Scalar]) {
    precondition(
      center.count == scale.count && scale.count == offset.count,
      "\(center.count) centres, \(scale.count) scales, \(offset.count) offsets")
    self.center = center
    self.scale = scale
    self.offset = offset
  }

  /// The stage `other`, converted to another precision.
  public init<Other>(_ other: Affine<Other>) {
    self.init(
      center: other.center.map { Scalar($0) }, scale: other.scale.map { Scalar($0) },
      offset: other.offset.map { Scalar($0) })
  }

  /// Replaces each number x of a unit by `(x − center) · scale + offset`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func apply(to values: inout Matrix<Scalar>) {
    let width = values.columns
    precondition(width == scale.count, "\(width) columns for an affine stage of \(scale.count)")
    for start in stride(from: 0, to: values.rows * width, by: width) {
      for unit in 0..<width {
        let centred = values.storage[start + unit] - center[unit]
        values.storage[start + unit] = centred * scale[unit] + offset[unit]
      }
    }
  }

  /// Multiplies each number of a unit by that unit's scale.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func scaleRows(of derivatives: inout Matrix<Scalar>) {
    let width = derivatives.columns
    precondition(width == scale.count, "\(width) columns for an affine stage of \(scale.count)")
    for start in stride(from: 0, to: derivatives.rows * width, by: width) {
      for unit in 0..<width { derivatives.storage[start + unit] *= scale[unit] }
    }
  }
}
