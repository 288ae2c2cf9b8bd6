import LinearAlgebra

/// What neurons close of the lack of the layer after them, on held-out samples.
public struct ClosedLack: Equatable, Sendable {
  /// By how much they reduce Ψ beyond the best weight update, and the standard error of that.
  public let gain: PairedGain
  /// Ψ on the same samples, after the best weight update of the samples it was fitted on.
  public let lack: Double

  /// The share of the lack that the neurons close; 0 where there is no lack.
  public var share: Double { lack > 0 ? gain.mean / lack : 0 }

  /// The standard error of `share`.
  public var shareStandardError: Double { lack > 0 ? gain.standardError / lack : 0 }

  /// Whether the gain is more than noise.
  var isSignificant: Bool { gain.mean > MeasuredGrowth.significance * gain.standardError }
}
