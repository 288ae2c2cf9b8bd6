public import LinearAlgebra

/// What stands between two Dense layers. All but one act on each unit alone.
public enum Stage<Scalar: BLASScalar>: Equatable, Sendable {
  /// The same function for every unit.
  case activation(Activation)
  /// A scale and a shift of each unit: BatchNormalization, Normalization, Rescaling at inference.
  case affine(Affine<Scalar>)
  /// PReLU: x above zero and `slope · x` below, with a slope for each unit.
  case parametricReLU(slopes: [Scalar])
  /// Brings each sample to mean 0 and variance 1 over its units.
  case layerNormalization(LayerNormalization<Scalar>)

  /// The same stage in another precision.
  public init<Other>(_ other: Stage<Other>) {
    switch other {
    case .activation(let activation): self = .activation(activation)
    case .affine(let affine): self = .affine(Affine(affine))
    case .parametricReLU(let slopes): self = .parametricReLU(slopes: slopes.map { Scalar($0) })
    case .layerNormalization(let normalization):
      self = .layerNormalization(LayerNormalization(normalization))
    }
  }
}

extension Stage {
  /// Replaces the numbers of every unit by what the stage makes of them.
  ///
  /// - Parameter values: samples × units.
  public func apply(to values: inout Matrix<Scalar>) {
    switch self {
    case .activation(let activation) where activation.actsOnRows: activation.applyRows(to: &values)
    case .activation(let activation): activation.apply(to: &values.storage)
    case .affine(let affine): affine.apply(to: &values)
    case .parametricReLU(let slopes): rectify(&values, slopes)
    case .layerNormalization(let normalization): normalization.apply(to: &values)
    }
  }

  /// The same, and multiplies each derivative by this stage's own, element by element.
  ///
  /// What acts on the whole row has no such derivative and is a programmer's error here.
  ///
  /// - Parameters:
  ///   - values: samples × units.
  ///   - derivatives: of the same shape.
  public func apply(
    to values: inout Matrix<Scalar>, scalingDerivatives derivatives: inout Matrix<Scalar>
  ) {
    switch self {
    case .activation(let activation):
      activation.apply(to: &values.storage, scalingDerivatives: &derivatives.storage)
    case .affine(let affine):
      affine.apply(to: &values)
      affine.scaleRows(of: &derivatives)
    case .parametricReLU(let slopes): rectify(&values, slopes, scaling: &derivatives)
    case .layerNormalization: preconditionFailure("a normalization acts on the whole row")
    }
  }

  /// Whether the stage makes each unit depend on the others of the sample, and is no function that
  /// ends a network.
  var couplesUnits: Bool { if case .layerNormalization = self { true } else { false } }

  /// The activation of a new unit, if the stage is one; PReLU gives it the mean of its slopes.
  var activationOfNewUnit: Activation? {
    switch self {
    case .activation(let activation): activation
    case .parametricReLU(let slopes): .leakyReLU(Double(Self.slopeOfNewUnit(slopes)))
    case .affine, .layerNormalization: nil
    }
  }

  /// The slope that a PReLU gives a new unit: the mean, or the one that all units share.
  public static func slopeOfNewUnit(_ slopes: [Scalar]) -> Scalar {
    guard let first = slopes.first, slopes.contains(where: { $0 != first }) else {
      return slopes.first ?? 0
    }
    return Scalar(slopes.reduce(0) { $0 + Double($1) } / Double(slopes.count))
  }

  /// The name of an activation as Keras has it; `nil` for what is none.
  public var activationName: String? {
    switch self {
    case .activation(let activation): activation.name
    case .parametricReLU: "prelu"
    case .affine, .layerNormalization: nil
    }
  }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func rectify<Scalar: BLASScalar>(_ values: inout Matrix<Scalar>, _ slopes: [Scalar]) {
  let width = values.columns
  precondition(width == slopes.count, "\(width) columns for \(slopes.count) slopes")
  for start in stride(from: 0, to: values.rows * width, by: width) {
    for unit in 0..<width where values.storage[start + unit] < 0 {
      values.storage[start + unit] *= slopes[unit]
    }
  }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func rectify<Scalar: BLASScalar>(
  _ values: inout Matrix<Scalar>, _ slopes: [Scalar], scaling derivatives: inout Matrix<Scalar>
) {
  let width = values.columns
  precondition(width == slopes.count, "\(width) columns for \(slopes.count) slopes")
  for start in stride(from: 0, to: values.rows * width, by: width) {
    for unit in 0..<width where !(values.storage[start + unit] > 0) {
      // At the kink itself TensorFlow, which adds two rectifiers, takes 0.
      derivatives.storage[start + unit] *= values.storage[start + unit] == 0 ? 0 : slopes[unit]
      values.storage[start + unit] *= slopes[unit]
    }
  }
}

/// `y = (x − center) · scale + offset`, unit by unit.
///
/// The centre is kept apart from the offset: folded into it, a large mean would cancel in `Float`.
public struct Affine<Scalar: BLASScalar>: Equatable, Sendable {
  /// What is subtracted first; one number per unit.
  public let center: [Scalar]
  /// What the centred value is multiplied by; one number per unit.
  public let scale: [Scalar]
  /// What is added last; one number per unit.
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

  /// The same stage in another precision.
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
