public import LinearAlgebra

/// A stage between two Dense layers. All but one act on each unit alone.
public enum Stage<Scalar: BLASScalar>: Equatable, Sendable {
  /// One function for all units.
  case activation(Activation)
  /// A scale and a shift of each unit: BatchNormalization, Normalization, Rescaling at inference.
  case affine(Affine<Scalar>)
  /// PReLU: x above zero and `slope · x` below, with a slope for each unit.
  case parametricReLU(slopes: [Scalar])
  /// Brings each sample to mean 0 and variance 1 over its units.
  case layerNormalization(LayerNormalization<Scalar>)

  /// The stage `other`, converted to another precision.
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

  /// Applies the stage, and multiplies each derivative by the stage's own, element by element.
  ///
  /// A stage that acts on the whole row has no such derivative; it must not be asked for one.
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

  /// Whether the stage is a scale and a shift, and nothing more.
  var isLinear: Bool {
    switch self {
    case .activation(let activation): activation == .linear
    case .affine: true
    case .parametricReLU(let slopes): slopes.allSatisfy { $0 == 1 }
    case .layerNormalization: false
    }
  }

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
