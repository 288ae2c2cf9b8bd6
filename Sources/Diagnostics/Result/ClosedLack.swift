import LinearAlgebra

/// The part of the next layer's lack that neurons close, on held-out samples.
public struct ClosedLack: Equatable, Sendable {
  /// By how much they reduce Ψ at their amplitude beyond the best weight update, and the standard error
  /// of that. Which neurons, and how far, is chosen by one half of the held-out samples, and judged by
  /// the other.
  public let gain: PairedGain
  /// γ E⟨p, V⟩, half the rate at which Ψ falls along them, judged in the same way.
  package let slope: PairedGain
  /// γ, the amplitude that leaves least of Ψ on all held-out samples; without unit, as it does not
  /// depend on the scale of the gradients.
  public let amplitude: Double
  /// Ψ on the same samples, after the best weight update of the samples it was fitted on.
  public let lack: Double

  /// The share of the lack that the neurons close; 0 where there is no lack.
  public var share: Double { lack > 0 ? gain.mean / lack : 0 }

  /// The standard error of `share`.
  public var shareStandardError: Double { lack > 0 ? gain.standardError / lack : 0 }

  /// Whether the gain is more than noise: the slope tells, and no step that goes too far can hide it. Where
  /// samples are many, a slope may be clear of noise though hardly anything is gained, and then nobody knows
  /// whether it is: the gain has to be known, too.
  var isSignificant: Bool {
    gain.mean > Self.knownGain * gain.standardError
      && slope.mean > MeasuredGrowth.significance * slope.standardError
  }

  /// How many of its standard errors a gain has to be to be known at all.
  private static let knownGain = 2.0
}
