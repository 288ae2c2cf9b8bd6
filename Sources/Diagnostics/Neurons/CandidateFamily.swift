import Networks

/// How directions of new neurons were found.
enum CandidateFamily: Hashable, Sendable {
  /// Linear correlation with what is left over, `α ∝ (C + ρ s̄ I)⁻¹ N w`, s̄ the mean variance.
  ///
  /// ρ = 0 is the paper's direction, ρ = ∞ that of GradMax.
  case linear(ridge: Double)
  /// Another family's best choice after some steps of ascent on the exact gain.
  case refined(ridge: Double, steps: Int)
  /// Correlation of squares with what is left over, where linear correlation is exhausted.
  case quadratic
  /// Random directions.
  case random

  /// How a report calls it.
  var kind: NeuronKind {
    switch self {
    case .linear, .refined: .linear
    case .quadratic: .quadratic
    case .random: .random
    }
  }
}
