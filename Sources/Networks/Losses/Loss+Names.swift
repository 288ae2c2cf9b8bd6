extension Loss {
  /// Keras's canonical name, without parameters.
  public var name: String {
    switch self {
    case .meanSquaredError: "mean_squared_error"
    case .meanAbsoluteError: "mean_absolute_error"
    case .meanAbsolutePercentageError: "mean_absolute_percentage_error"
    case .meanSquaredLogarithmicError: "mean_squared_logarithmic_error"
    case .huber: "huber"
    case .logCosh: "log_cosh"
    case .quantile: "quantile"
    case .binaryCrossentropy: "binary_crossentropy"
    case .categoricalCrossentropy: "categorical_crossentropy"
    case .sparseCategoricalCrossentropy: "sparse_categorical_crossentropy"
    case .klDivergence: "kl_divergence"
    case .poisson: "poisson"
    case .hinge: "hinge"
    case .squaredHinge: "squared_hinge"
    case .categoricalHinge: "categorical_hinge"
    case .cosineSimilarity: "cosine_similarity"
    }
  }

  /// The loss of any name Keras accepts: canonical, class name or abbreviation, each as Keras
  /// spells it.
  ///
  /// Parameters have Keras's defaults: δ = 1, no label smoothing, probabilities and not logits. The
  /// quantile loss, which Keras has not, is that of the median.
  public init?(named name: String) {
    guard let entry = Self.table.first(where: { $0.loss.name == name || $0.aliases.contains(name) })
    else { return nil }
    self = entry.loss
  }

  /// The name, and behind a colon the parameter where the name alone would say another one.
  package var nameWithParameter: String {
    switch self {
    case .huber(let delta) where delta != 1: "\(name):\(delta)"
    case .quantile(let share): "\(name):\(share)"
    default: name
    }
  }

  /// The canonical names, for messages that list them.
  public static var allNames: [String] { table.map(\.loss.name) }

  private static let table: [(loss: Loss, aliases: Set<String>)] = [
    (.meanSquaredError, ["mse", "MSE", "MeanSquaredError"]),
    (.meanAbsoluteError, ["mae", "MAE", "MeanAbsoluteError"]),
    (.meanAbsolutePercentageError, ["mape", "MAPE", "MeanAbsolutePercentageError"]),
    (.meanSquaredLogarithmicError, ["msle", "MSLE", "MeanSquaredLogarithmicError"]),
    (.huber(delta: 1), ["Huber", "huber_loss"]),
    (.logCosh, ["logcosh", "LogCosh"]),
    (.quantile(0.5), ["pinball", "quantile_loss", "pinball_loss", "QuantileLoss", "PinballLoss"]),
    (
      .binaryCrossentropy(fromLogits: false, labelSmoothing: 0),
      ["bce", "BCE", "BinaryCrossentropy"]
    ),
    (
      .categoricalCrossentropy(fromLogits: false, labelSmoothing: 0), ["CategoricalCrossentropy"]
    ),
    (.sparseCategoricalCrossentropy(fromLogits: false), ["SparseCategoricalCrossentropy"]),
    (.klDivergence, ["kld", "KLD", "kullback_leibler_divergence", "KLDivergence"]),
    (.poisson, ["Poisson"]),
    (.hinge, ["Hinge"]),
    (.squaredHinge, ["SquaredHinge"]),
    (.categoricalHinge, ["CategoricalHinge"]),
    (.cosineSimilarity, ["CosineSimilarity"]),
  ]
}
