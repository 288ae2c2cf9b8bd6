/// The factors of new neurons that the amplitude γ multiplies.
public enum AmplitudeForm: Hashable, Sendable {
  /// ω alone: the neurons answer as they were judged, and the next layer is linear in γ.
  case fanOut
  /// √γ on α and on ω each, γ ≥ 0: the paper's form, whose neurons stay close to linear for small γ
  /// (Verbockhaven et al. 2024, arXiv:2405.19816, section 3.3).
  case bothSides
}

extension AmplitudeForm {
  /// The factors of α and of ω at an amplitude.
  ///
  /// - Parameter amplitude: γ; not negative for `bothSides`.
  /// - Returns: 1 and γ for `fanOut`, √γ and √γ for `bothSides`.
  package func factors(_ amplitude: Double) -> (fanIn: Double, fanOut: Double) {
    guard self == .bothSides else { return (1, amplitude) }
    precondition(amplitude >= 0, "√γ of amplitude \(amplitude)")
    return (amplitude.squareRoot(), amplitude.squareRoot())
  }
}
