/// A loss of one sample, as Keras defines it; the loss of a network is its mean over the samples.
public enum Loss: Hashable, Sendable {
  case meanSquaredError, meanAbsoluteError, meanAbsolutePercentageError
  case meanSquaredLogarithmicError
  case huber(delta: Double)
  case logCosh
  /// The pinball loss, of which the best answer is the quantile of this share: max(τ e, (τ − 1) e) of
  /// e = target − answer.
  case quantile(Double)
  case binaryCrossentropy(fromLogits: Bool, labelSmoothing: Double)
  case categoricalCrossentropy(fromLogits: Bool, labelSmoothing: Double)
  case sparseCategoricalCrossentropy(fromLogits: Bool)
  case klDivergence, poisson
  case hinge, squaredHinge, categoricalHinge
  case cosineSimilarity
}

extension Loss {
  /// Whether some targets allow a loss below 0.
  package var mayBeNegative: Bool {
    switch self {
    case .poisson, .klDivergence, .cosineSimilarity: true
    default: false
    }
  }
}
