public import Diagnostics

/// How far a network goes along an addition.
public struct Amplitude: Equatable, Sendable {
  /// γ₀, which multiplies the weight update.
  public var weightUpdate: Double
  /// γ, how far the units go.
  public var units: Double
  /// Where γ goes.
  public var form: AmplitudeForm

  /// The whole addition, unless told otherwise.
  public init(weightUpdate: Double = 1, units: Double = 1, form: AmplitudeForm = .fanOut) {
    precondition(form == .fanOut || units >= 0, "√γ of amplitude \(units)")
    self.weightUpdate = weightUpdate
    self.units = units
    self.form = form
  }

  /// What multiplies α.
  var fanInFactor: Double { form == .fanOut ? 1 : units.squareRoot() }
  /// What multiplies ω.
  var fanOutFactor: Double { form == .fanOut ? units : units.squareRoot() }
}
