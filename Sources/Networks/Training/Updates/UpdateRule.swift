/// How a gradient g becomes a step of a weight w, as Keras 3 defines it; η is the learning rate.
package enum UpdateRule: Equatable, Sendable {
  /// Stochastic gradient descent.
  ///
  ///     w ← w − η g
  ///     with momentum μ:   m ← μ m − η g,   w ← w + m,   for Nesterov's w ← w + μ m − η g
  case sgd(momentum: Double = 0, nesterov: Bool = false)
  /// Adam; with a weight decay it is AdamW.
  ///
  ///     m ← m + (1 − β₁)(g − m)     v ← v + (1 − β₂)(g² − v)
  ///     w ← w − η √(1 − β₂ᵗ) / (1 − β₁ᵗ) · m / (√v + ε)
  ///
  /// AMSGrad takes the largest v so far in its place. Kingma & Ba 2015 (arXiv:1412.6980), at the
  /// end of section 2.
  case adam(
    beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-7, amsgrad: Bool = false)
  /// RMSprop, whose ε stands below the root.
  ///
  ///     v ← ρ v + (1 − ρ) g²     s = η g / √(v + ε)     w ← w − s
  ///     with momentum μ:   m ← μ m + s,   w ← w − m
  ///
  /// Centred, a mean of the gradients is kept as well and its square taken from v.
  case rmsprop(
    rho: Double = 0.9, momentum: Double = 0, epsilon: Double = 1e-7, centered: Bool = false)
  /// Adagrad.
  ///
  ///     v ← v + g²     w ← w − η g / √(v + ε)     v starts at `initialAccumulator`
  case adagrad(initialAccumulator: Double = 0.1, epsilon: Double = 1e-7)

  /// The learning rate Keras takes if it is told none.
  package var usualLearningRate: Double {
    if case .sgd = self { 0.01 } else { 0.001 }
  }
}
