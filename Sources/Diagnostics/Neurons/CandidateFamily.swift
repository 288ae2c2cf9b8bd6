import Networks

/// The way in which the directions of new neurons were found.
enum CandidateFamily: Hashable, Sendable {
  /// Linear correlation with the residual, `α ∝ (C + ρ s̄ I)⁻¹ N w`, s̄ the mean variance.
  ///
  /// ρ = 0 is the paper's direction, ρ = ∞ that of GradMax.
  case linear(ridge: Double)
  /// The best choice of another family, of the given kind, after some steps of ascent on the exact gain.
  case refined(NeuronKind, ridge: Double, steps: Int)
  /// Correlation of squares with the residual, where linear correlation is exhausted.
  case quadratic
  /// Random directions.
  case random
  /// Random directions with steep slopes, the thresholds spread over where the samples are.
  case steep

  /// The name in a report.
  var kind: NeuronKind {
    switch self {
    case .linear: .linear
    case .refined(let kind, _, _): kind
    case .quadratic: .quadratic
    case .random, .steep: .random
    }
  }
}
