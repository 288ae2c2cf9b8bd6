import LinearAlgebra
import Networks
import TestSupport
import Testing

@Suite struct LossTests {
  /// Every loss, with and without its parameters.
  static let all: [Loss] = [
    .meanSquaredError, .meanAbsoluteError, .meanAbsolutePercentageError,
    .meanSquaredLogarithmicError, .huber(delta: 1), .huber(delta: 0.375), .logCosh,
    .quantile(0.9), .quantile(0.25),
    .binaryCrossentropy(fromLogits: false, labelSmoothing: 0),
    .binaryCrossentropy(fromLogits: false, labelSmoothing: 0.1),
    .binaryCrossentropy(fromLogits: true, labelSmoothing: 0.2),
    .categoricalCrossentropy(fromLogits: false, labelSmoothing: 0),
    .categoricalCrossentropy(fromLogits: false, labelSmoothing: 0.1),
    .categoricalCrossentropy(fromLogits: true, labelSmoothing: 0.2),
    .sparseCategoricalCrossentropy(fromLogits: false),
    .sparseCategoricalCrossentropy(fromLogits: true),
    .klDivergence, .poisson, .hinge, .squaredHinge, .categoricalHinge, .cosineSimilarity,
  ]

  @Test("Values and gradients are Keras's", arguments: try KerasReference.losses().keras3.cases)
  func agreesWithKeras3(reference: KerasReference.Losses.Case) throws {
    try expectAgreement(with: reference)
  }

  @Test("Values and gradients are Keras 2's", arguments: try KerasReference.losses().keras2.cases)
  func agreesWithKeras2(reference: KerasReference.Losses.Case) throws {
    // Keras 2 keeps log 0 away by an ε inside the logarithm too, not by clipping alone.
    let isUnfusedBinary = reference.loss == "binary_crossentropy" && reference.isUnfused
    try expectAgreement(with: reference, tolerance: isUnfusedBinary ? 5e-6 : 1e-10)
  }

  /// Through the objective, so that a cross-entropy is fused as in Keras.
  private func expectAgreement(
    with reference: KerasReference.Losses.Case, tolerance: Double = 1e-10
  ) throws {
    let loss = try #require(Loss(reference))
    #expect(Loss(named: reference.className)?.name == reference.loss)
    let activation = try #require(
      Activation(kerasName: reference.activation, kerasMajorVersion: 3))
    let preactivations = matrix(reference.preactivations)
    let objective = try Objective(
      loss: loss, outputStages: [Stage<Double>.activation(activation)],
      outputs: preactivations.columns)
    var losses: [Double] = []
    var updates = Matrix<Double>(rows: 0, columns: preactivations.columns)
    objective.evaluate(
      preactivations: preactivations, targets: reference.targets.targets, losses: &losses,
      desiredUpdates: &updates)
    // Keras holds log 2 as Float.
    let valueTolerance = loss == .logCosh ? 1e-8 : tolerance
    expectEach(losses, reference.values, tolerance: valueTolerance, "value")
    expectEach(
      updates.storage, reference.gradients.flatMap { $0 }.map { -$0 }, tolerance: tolerance,
      "update")
    expectEach(
      objective.predictions(preactivations: preactivations).storage,
      reference.predictions.flatMap { $0 }, tolerance: 1e-12, "prediction")
  }

  @Test("Labels of 0 and 1 become −1 and 1 for the hinge losses, others stay")
  func hingeLabels() {
    let predictions = Matrix<Double>(rows: 2, columns: 2, storage: [0.5, 0.5, -3, 0.25])
    func losses(_ loss: Loss, _ labels: [Double]) -> [Double] {
      var losses: [Double] = []
      let targets = Targets.values(Matrix<Double>(rows: 2, columns: 2, storage: labels))
      loss.evaluate(predictions: predictions, targets: targets, losses: &losses)
      return losses
    }
    #expect(losses(.hinge, [1, 0, 0, 1]) == [1, 0.375])
    #expect(losses(.hinge, [1, -1, -1, 1]) == [1, 0.375])
    #expect(losses(.hinge, [1, 0, -1, 1]) == [0.75, 0.375])
    #expect(losses(.squaredHinge, [1, 0, 0, 1]) == [1.25, 0.28125])
  }

  @Test("The quantile loss is that of the formula, and of scikit-learn's mean_pinball_loss")
  func quantile() {
    // sklearn.metrics.mean_pinball_loss([1, 2, 3, -1], [0.5, 2.5, 3, 1], alpha=0.9), row by row and as a mean.
    let predictions = Matrix<Double>(rows: 4, columns: 1, storage: [0.5, 2.5, 3, 1])
    let targets = Targets.values(Matrix<Double>(rows: 4, columns: 1, storage: [1, 2, 3, -1]))
    var losses: [Double] = []
    var gradients = Matrix<Double>(rows: 0, columns: 1)
    Loss.quantile(0.9).evaluate(
      predictions: predictions, targets: targets, losses: &losses, gradients: &gradients)
    expectEach(losses, [0.45, 0.05, 0, 0.2], tolerance: 1e-15)
    expectEach([losses.reduce(0, +) / 4], [0.175], tolerance: 1e-15)
    expectEach(gradients.storage, [-0.9, 0.1, 0, 0.1], tolerance: 1e-15)
    var absolute: [Double] = []
    Loss.meanAbsoluteError.evaluate(predictions: predictions, targets: targets, losses: &absolute)
    Loss.quantile(0.5).evaluate(predictions: predictions, targets: targets, losses: &losses)
    #expect(losses == absolute.map { $0 / 2 })
  }

  @Test("A loss of nothing but rounding keeps its digits, also of Float")
  func smallLosses() {
    var losses: [Double] = []
    let logits = Matrix<Float>(rows: 1, columns: 3, storage: [0, 40, 0])
    Loss.sparseCategoricalCrossentropy(fromLogits: true)
      .evaluate(predictions: logits, targets: .labels([1]), losses: &losses)
    #expect(abs(losses[0] / 8.496709e-18 - 1) < 1e-6)
    Loss.binaryCrossentropy(fromLogits: true, labelSmoothing: 0).evaluate(
      predictions: Matrix<Float>(rows: 1, columns: 1, storage: [40]),
      targets: .values(Matrix(rows: 1, columns: 1, storage: [1])), losses: &losses)
    #expect(abs(losses[0] / 4.248354e-18 - 1) < 1e-6)
  }

  @Test("A zero prediction has no direction, and a finite gradient")
  func zeroVector() {
    var losses: [Double] = []
    var gradients = Matrix<Double>(rows: 0, columns: 2)
    let targets = Targets.values(Matrix<Double>(rows: 2, columns: 2, storage: [3, 4, 0, 0]))
    Loss.cosineSimilarity.evaluate(
      predictions: Matrix(rows: 2, columns: 2, storage: [0, 0, 1, 1]), targets: targets,
      losses: &losses, gradients: &gradients)
    #expect(losses == [0, 0])
    expectEach(gradients.storage, [-0.6e7, -0.8e7, 0, 0], tolerance: 1e-15)
  }

  @Test("Losses alone are those beside the gradients", arguments: all)
  func lossesAlone(loss: Loss) {
    var generator = SeededGenerator(seed: 3)
    let predictions = Matrix<Float>(rows: 5, columns: 3) { _, _ in
      Float.random(in: 0.05...0.95, using: &generator)
    }
    let targets = Targets<Float>(randomFor: loss, samples: 5, outputs: 3, using: &generator)
    var (losses, alone) = ([1.0, 2], [Double]())
    var gradients = Matrix<Float>(rows: 9, columns: 3)
    loss.evaluate(
      predictions: predictions, targets: targets, losses: &losses, gradients: &gradients)
    loss.evaluate(predictions: predictions, targets: targets, losses: &alone)
    #expect(losses == alone)
    #expect(losses.count == 5 && gradients.rows == 5)
  }
}

@Suite struct LossNameTests {
  @Test(
    "Every name Keras accepts",
    arguments: [
      ("mean_squared_error", "mse MSE MeanSquaredError"),
      ("mean_absolute_error", "mae MAE MeanAbsoluteError"),
      ("mean_absolute_percentage_error", "mape MAPE MeanAbsolutePercentageError"),
      ("mean_squared_logarithmic_error", "msle MSLE MeanSquaredLogarithmicError"),
      ("huber", "Huber huber_loss"), ("log_cosh", "logcosh LogCosh"),
      ("binary_crossentropy", "bce BCE BinaryCrossentropy"),
      ("categorical_crossentropy", "CategoricalCrossentropy"),
      ("sparse_categorical_crossentropy", "SparseCategoricalCrossentropy"),
      ("kl_divergence", "kld KLD kullback_leibler_divergence KLDivergence"),
      ("poisson", "Poisson"), ("hinge", "Hinge"), ("squared_hinge", "SquaredHinge"),
      ("categorical_hinge", "CategoricalHinge"), ("cosine_similarity", "CosineSimilarity"),
    ])
  func aliases(canonical: String, aliases: String) throws {
    let loss = try #require(Loss(named: canonical))
    #expect(loss.name == canonical)
    #expect(Loss.allNames.contains(canonical))
    for alias in aliases.split(separator: " ") { #expect(Loss(named: String(alias)) == loss) }
  }

  @Test("All names are canonical and different")
  func allNames() {
    #expect(Set(Loss.allNames).count == 16)
    #expect(Loss.allNames.allSatisfy { Loss(named: $0)?.name == $0 })
    #expect(Set(LossTests.all.map { $0.name }) == Set(Loss.allNames))
  }

  @Test("Parameters are Keras's defaults")
  func defaults() {
    #expect(Loss(named: "Huber") == .huber(delta: 1))
    #expect(
      Loss(named: "bce") == .binaryCrossentropy(fromLogits: false, labelSmoothing: 0))
  }

  @Test("Unknown names are refused", arguments: ["", "Mse", "rmse", "crossentropy"])
  func unknown(name: String) {
    #expect(Loss(named: name) == nil)
  }
}

extension Loss {
  /// The loss of a reference case, with its parameters.
  init?(_ reference: KerasReference.Losses.Case) {
    let config = reference.config
    let (fromLogits, smoothing) = (config.fromLogits ?? false, config.labelSmoothing ?? 0)
    self.init(named: reference.loss)
    switch self {
    case .huber: self = .huber(delta: config.delta ?? 1)
    case .binaryCrossentropy:
      self = .binaryCrossentropy(fromLogits: fromLogits, labelSmoothing: smoothing)
    case .categoricalCrossentropy:
      self = .categoricalCrossentropy(fromLogits: fromLogits, labelSmoothing: smoothing)
    case .sparseCategoricalCrossentropy:
      self = .sparseCategoricalCrossentropy(fromLogits: fromLogits)
    default: break
    }
  }
}

extension Targets {
  /// Random targets of the kind a loss is made for.
  init(
    randomFor loss: Loss, samples: Int, outputs: Int, using generator: inout SeededGenerator
  ) {
    let labels = (0..<samples).map { _ in Int.random(in: 0..<outputs, using: &generator) }
    func filled(_ number: (Int, Int) -> Double) -> Targets {
      .values(Matrix(rows: samples, columns: outputs) { Scalar(number($0, $1)) })
    }
    switch loss {
    case .sparseCategoricalCrossentropy: self = .labels(labels)
    case .categoricalCrossentropy, .categoricalHinge:
      self = filled { labels[$0] == $1 ? 1 : 0 }
    case .binaryCrossentropy, .hinge, .squaredHinge:
      self = filled { _, _ in Bool.random(using: &generator) ? 1 : 0 }
    case .klDivergence:
      self = filled { _, _ in Double.random(in: 0.1...0.9, using: &generator) }
    case .poisson, .meanSquaredLogarithmicError:
      self = filled { _, _ in Double(Int.random(in: 0...3, using: &generator)) }
    default: self = filled { _, _ in Double.random(in: -2...2, using: &generator) }
    }
  }
}
