import LinearAlgebra

/// The paper's own neurons, as many as are suggested.
package struct PaperGrowth: Sendable {
  /// λ, descending: all of them.
  package let singularValues: [Double]
  /// The standard errors of the first λ, one for each of the paper's neurons, of which there are at
  /// most as many as may be suggested; by linearization, so a rough guide where some λ meet. None
  /// over a single sample.
  package let singularValueStandardErrors: [Double]
  /// Σ λ_k², the paper's gain.
  package let gain: Double
  /// σ'(0) Σ λ_k², the paper's rate at which the loss falls; σ' from the right at a kink.
  package let slope: Double
  /// The rate at which the loss falls along those same neurons, exactly; `nil` if neurons were not
  /// sought.
  package let exactSlope: Double?
  /// About the largest λ that the samples would leave by chance if the residual of layer l + 1 had
  /// nothing to do with the inputs of layer l: smaller ones tell nothing.
  ///
  ///     √(Ψ / n) · (1 + √(r / m))
  ///
  /// the edge of the singular values of a random r × m matrix (Marchenko and Pastur, 1967), r the rank
  /// of the inputs of layer l less what the inputs of layer l + 1 explain of them, and m the outputs of
  /// layer l + 1, in all of which the residual is taken to vary alike.
  package internal(set) var noiseFloor: Double?
}
