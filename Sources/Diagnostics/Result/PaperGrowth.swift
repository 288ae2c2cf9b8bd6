import LinearAlgebra

/// The paper's own neurons, as many as are suggested.
public struct PaperGrowth: Sendable {
  /// λ, descending: all of them.
  public let singularValues: [Double]
  /// The standard errors of the first λ, one for each of the paper's neurons, of which there are at
  /// most as many as may be suggested; by linearization, so a rough guide where some λ meet. None
  /// over a single sample.
  public let singularValueStandardErrors: [Double]
  /// Σ λ_k², the paper's gain.
  public let gain: Double
  /// σ'(0) Σ λ_k², the paper's rate at which the loss falls; σ' from the right at a kink.
  public let slope: Double
  /// The rate at which the loss falls along those same neurons, exactly; `nil` if neurons were not
  /// sought.
  public let exactSlope: Double?
}
