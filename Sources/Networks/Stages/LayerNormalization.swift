public import LinearAlgebra

/// Brings every sample to mean 0 and variance 1 over its units, then scales and shifts each unit.
///
///     x̂ = (x − μ) / √(s² + ε)      y = γ x̂ + β      μ = mean of x,  s² = mean of (x − μ)²
///
/// It couples the units of a sample: a change of one moves all others, and a new unit would change
/// what the old ones say. Ba, Kiros & Hinton 2016 (arXiv:1607.06450), with Keras's ε.
public struct LayerNormalization<Scalar: BLASScalar>: Equatable, Sendable {
  /// γ, one number per unit.
  public let scale: [Scalar]
  /// β, one number per unit.
  public let offset: [Scalar]
  /// ε, which is added to the variance.
  public let epsilon: Double

  /// A normalization of as many units as each of the lists has numbers.
  public init(scale: [Scalar], offset: [Scalar], epsilon: Double) {
    precondition(scale.count == offset.count, "\(scale.count) scales, \(offset.count) offsets")
    self.scale = scale
    self.offset = offset
    self.epsilon = epsilon
  }

  /// The normalization `other`, converted to another precision.
  public init<Other>(_ other: LayerNormalization<Other>) {
    self.init(
      scale: other.scale.map { Scalar($0) }, offset: other.offset.map { Scalar($0) },
      epsilon: other.epsilon)
  }

  /// Replaces each row by what it is normalized to.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func apply(to values: inout Matrix<Scalar>) {
    var normalized = NormalizedRows<Scalar>()
    apply(to: &values, keeping: &normalized)
  }

  /// Normalizes each row, and keeps what the derivative needs.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func apply(to values: inout Matrix<Scalar>, keeping normalized: inout NormalizedRows<Scalar>) {
    let width = values.columns
    precondition(width == scale.count, "\(width) columns for a normalization of \(scale.count)")
    normalized.scale = scale
    normalized.inverseDeviations.removeAll(keepingCapacity: true)
    // Sums of Float would lose digits of a mean that is large beside the deviation.
    for start in stride(from: 0, to: values.rows * width, by: width) {
      var sum = 0.0
      for index in start..<start + width { sum += Double(values.storage[index]) }
      let mean = sum / Double(width)
      var squares = 0.0
      for index in start..<start + width {
        let centred = Double(values.storage[index]) - mean
        squares += centred * centred
      }
      let inverse = 1 / (squares / Double(width) + epsilon).squareRoot()
      for index in start..<start + width {
        values.storage[index] = Scalar((Double(values.storage[index]) - mean) * inverse)
      }
      normalized.inverseDeviations.append(Scalar(inverse))
    }
    normalized.values = values
    for start in stride(from: 0, to: values.rows * width, by: width) {
      for unit in 0..<width {
        values.storage[start + unit] = values.storage[start + unit] * scale[unit] + offset[unit]
      }
    }
  }
}
