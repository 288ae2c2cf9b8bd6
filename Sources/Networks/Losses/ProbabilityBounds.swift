internal import LinearAlgebra

/// The probabilities that Keras clips to, [ε, 1 − ε], each as it is rounded in a precision.
///
/// In `Float`, 1 − ε is 1 − 1.19e-7, so that an output that is sure and wrong costs 15.94, and not
/// the 16.12 of exact arithmetic.
struct ProbabilityBounds: Equatable, Sendable {
  private let lower: Double
  private let upper: Double

  /// The bounds of a model that computes in a precision.
  init<Scalar: BLASScalar>(in precision: Scalar.Type) {
    let epsilon = Scalar(kerasEpsilon)
    (lower, upper) = (Double(epsilon), Double(1 - epsilon))
  }

  /// A number, held between the bounds.
  func clip(_ probability: Double) -> Double {
    probability < lower ? lower : probability > upper ? upper : probability
  }
}
