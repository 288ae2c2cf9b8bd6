import LinearAlgebra

/// The mean of a difference of losses, sample by sample, and how sure it is.
public struct PairedGain: Equatable, Sendable, Codable {
  /// The mean.
  public let mean: Double
  /// Its standard error over samples.
  public let standardError: Double
}
