import LinearAlgebra
import Networks
import RealModule
import TestSupport
import Testing

@Suite struct ObjectiveTests {
  /// What a network may end with: one function, or several stages.
  static let endings: [Ending] =
    ([[]]
    + (ActivationTests.ofUnits + [.softmax, .logSoftmax, .sparsemax]).map { [.activation($0)] }
    + [
      [.affine(affine), .activation(.tanh)], [.activation(.softplus), .affine(affine)],
      [.affine(affine), .activation(.softmax)], [.activation(.tanh), .activation(.sigmoid)],
      [.activation(.softsign), .affine(affine), .activation(.logSoftmax)],
      [.parametricReLU(slopes: [0.25, -0.5, 2]), .activation(.softmax)],
    ]).map { Ending(stages: $0) }

  static let affine = Affine<Double>(
    center: [0.5, -1, 0.25], scale: [2, 0.75, -1.5], offset: [0.1, 3, 1])

  struct Ending: Sendable, CustomTestStringConvertible {
    let stages: [Stage<Double>]

    var testDescription: String {
      stages.map {
        switch $0 {
        case .activation(let activation): activation.name
        case .affine: "affine"
        case .parametricReLU: "prelu"
        case .layerNormalization: "normalization"
        }
      }.joined(separator: ", ")
    }
  }

  @Test(
    "The desired update is the negative slope of the loss", arguments: LossTests.all, endings)
  func desiredUpdateMatchesDifferences(loss: Loss, ending: Ending) throws {
    let objective = try Objective(loss: loss, outputStages: ending.stages, outputs: 3)
    for (seed, scale) in [(1, 0.3), (2, 1), (3, 5)] {
      var generator = SeededGenerator(seed: seed)
      let preactivations = Matrix<Double>(rows: 4, columns: 3) { _, _ in
        Double.random(in: -scale...scale, using: &generator)
      }
      let targets = Targets<Double>(randomFor: loss, samples: 4, outputs: 3, using: &generator)
      let (losses, updates) = objective.evaluated(preactivations, targets)
      // The loss-only way must not differ by a bit: a line search compares the two.
      var alone: [Double] = []
      objective.evaluate(preactivations: preactivations, targets: targets, losses: &alone)
      for sample in 0..<4 {
        // Predictions outside a loss's domain (a negative rate, a row without mass) give NaN, or a
        // pole, as in Keras.
        guard isInDomain(objective.predictions(preactivations: preactivations), sample, of: loss)
        else { continue }
        #expect(alone[sample] == losses[sample])
        let differences = objective.differences(preactivations, targets, sample: sample)
        let update = (0..<3).map { updates[sample, $0] }
        let error = zip(update, differences).reduce(0) { max($0, abs($1.0 - $1.1)) }
        let norm = differences.reduce(0) { max($0, abs($1)) }
        // Rounding of the differences: about ε / step = 2e-11 of the loss.
        #expect(
          error <= 1e-6 * norm + 1e-9 * (1 + abs(losses[sample])),
          "seed \(seed), sample \(sample): \(update) for \(differences)")
      }
    }
  }

  /// Whether a loss is finite and smooth around the predictions.
  private func isInDomain(_ predictions: Matrix<Double>, _ sample: Int, of loss: Loss) -> Bool {
    let row = (0..<3).map { predictions[sample, $0] }
    return switch loss {
    case .poisson: row.allSatisfy { $0 >= 0 }
    case .categoricalCrossentropy(fromLogits: false, _):
      row.allSatisfy { $0 >= 0 && $0 <= 1 } && row.reduce(0, +) > 0.01
    default: true
    }
  }

  @Test("A cross-entropy takes the logits before any softmax or sigmoid, and says what is odd")
  func fusion() throws {
    let sparse = Loss.sparseCategoricalCrossentropy(fromLogits: false)
    let binary = Loss.binaryCrossentropy(fromLogits: false, labelSmoothing: 0)
    let ofLogits = Loss.sparseCategoricalCrossentropy(fromLogits: true)
    let expected = try notes(of: ofLogits, after: [])
    #expect(expected == [])
    #expect(try notes(of: sparse, after: [.softmax]) == [])
    #expect(try notes(of: binary, after: [.sigmoid]) == [])
    #expect(try notes(of: .meanSquaredError, after: [.softmax]) == [])
    #expect(try notes(of: sparse, after: [.hardSigmoid]) == [])
    #expect(
      try notes(of: ofLogits, after: [.softmax]) == [
        "The loss says from_logits, but the outputs pass a softmax. "
          + "As Keras does on TensorFlow, the loss uses the logits before it."
      ])
    #expect(
      try notes(of: binary, after: [.softmax]) == [
        "binary_crossentropy after softmax is not the loss of these probabilities. As Keras does "
          + "on TensorFlow, it is computed from the logits before the softmax."
      ])
    #expect(
      try Objective<Double>(loss: sparse, outputStages: [.activation(.softmax)], outputs: 1).notes
        == [
          "sparse_categorical_crossentropy of a single output is constant: no weight can lower it."
        ])
  }

  private func notes(of loss: Loss, after activations: [Activation]) throws -> [String] {
    let stages = activations.map { Stage<Double>.activation($0) }
    return try Objective(loss: loss, outputStages: stages, outputs: 3).notes
  }

  @Test(
    "Softmax or sigmoid, from_logits or not: one and the same loss",
    arguments: [Activation.linear, .softmax, .sigmoid], [false, true])
  func fusedLossesAgree(activation: Activation, fromLogits: Bool) throws {
    guard activation != .linear || fromLogits else { return }
    let preactivations = Matrix<Double>(rows: 2, columns: 3, storage: [1, -2, 0.5, 800, 3, -800])
    for (loss, plain, targets) in [
      (
        Loss.sparseCategoricalCrossentropy(fromLogits: fromLogits),
        Loss.sparseCategoricalCrossentropy(fromLogits: true), Targets<Double>.labels([1, 1])
      ),
      (
        .binaryCrossentropy(fromLogits: fromLogits, labelSmoothing: 0.1),
        .binaryCrossentropy(fromLogits: true, labelSmoothing: 0.1),
        .values(Matrix(rows: 2, columns: 3, storage: [0, 1, 1, 0, 1, 1]))
      ),
    ] {
      let fused = try Objective(
        loss: loss, outputStages: [Stage<Double>.activation(activation)], outputs: 3)
      let reference = try Objective<Double>(loss: plain, outputStages: [], outputs: 3)
      let (losses, updates) = fused.evaluated(preactivations, targets)
      let (expectedLosses, expectedUpdates) = reference.evaluated(preactivations, targets)
      #expect(losses == expectedLosses)
      #expect(updates == expectedUpdates)
      #expect((losses + updates.storage).allSatisfy { $0.isFinite })
    }
  }

  @Test("Target minus probability, by hand")
  func handMadeUpdate() throws {
    let objective = try Objective<Float>(
      loss: .categoricalCrossentropy(fromLogits: false, labelSmoothing: 0.25),
      outputStages: [.activation(.softmax)], outputs: 2)
    var losses: [Double] = []
    var updates = Matrix<Float>(rows: 0, columns: 2)
    objective.evaluate(
      preactivations: Matrix(rows: 1, columns: 2, storage: [0, Float.log(3)]),
      targets: .labels([0]), losses: &losses, desiredUpdates: &updates)
    // t = (0.875, 0.125), p = (0.25, 0.75)
    expectEach(updates.storage.map { Double($0) }, [0.625, -0.625], tolerance: 1e-6)
    expectEach(losses, [0.875 * Double.log(4) + 0.125 * Double.log(4.0 / 3)], tolerance: 1e-7)
  }

  @Test("Float stays finite up to 10⁴", arguments: LossTests.all, endings)
  func largePreactivationsStayFinite(loss: Loss, ending: Ending) throws {
    let stages = ending.stages.map { Stage<Float>($0) }
    let exponential = stages.contains(.activation(.exponential))
    // Poisson's logarithm of a negative rate, and the share of a row without mass, are NaN in Keras.
    guard !exponential, loss != .poisson, !Loss.dividesByTheSum.contains(loss) else { return }
    let objective = try Objective(loss: loss, outputStages: stages, outputs: 3)
    var generator = SeededGenerator(seed: 1)
    let preactivations = Matrix<Float>(
      rows: 4, columns: 3,
      storage: [-1e4, 1e4, 0, 1e4, 1e4, 1e4, -1e4, -1e4, -1e4, 100, -100, 88])
    let targets = Targets<Float>(randomFor: loss, samples: 4, outputs: 3, using: &generator)
    var losses: [Double] = []
    var updates = Matrix<Float>(rows: 0, columns: 3)
    objective.evaluate(
      preactivations: preactivations, targets: targets, losses: &losses, desiredUpdates: &updates)
    #expect(losses.allSatisfy { $0.isFinite }, "\(losses)")
    #expect(updates.storage.allSatisfy { $0.isFinite }, "\(updates.storage)")
  }

  @Test("A function of the row before another stage is refused, with what to do")
  func rowActivationNotLast() {
    let error = #expect(throws: NetworkError.self) {
      try Objective<Float>(
        loss: .meanSquaredError,
        outputStages: [.activation(.softmax), .activation(.relu)], outputs: 3)
    }
    #expect(error == .rowActivationNotLast(.softmax))
    #expect(
      error?.description == """
        the last layer applies softmax, a function of all outputs together, and then another stage
          save the model with softmax as its last stage
        """)
  }
}

extension Loss {
  static let dividesByTheSum: [Loss] = [
    .categoricalCrossentropy(fromLogits: false, labelSmoothing: 0),
    .categoricalCrossentropy(fromLogits: false, labelSmoothing: 0.1),
  ]
}

extension Objective<Double> {
  /// Losses and desired updates.
  func evaluated(
    _ preactivations: Matrix<Double>, _ targets: Targets<Double>
  ) -> ([Double], Matrix<Double>) {
    var losses: [Double] = []
    var updates = Matrix<Double>(rows: 0, columns: outputs)
    evaluate(
      preactivations: preactivations, targets: targets, losses: &losses, desiredUpdates: &updates)
    return (losses, updates)
  }

  /// The negative slopes of one sample's loss, by central differences of fourth order: a logarithm
  /// near its pole bends too much for two points.
  func differences(
    _ preactivations: Matrix<Double>, _ targets: Targets<Double>, sample: Int
  ) -> [Double] {
    let step = 1e-5
    return (0..<outputs).map { output in
      func loss(_ steps: Double) -> Double {
        var moved = preactivations
        moved[sample, output] += steps * step
        var losses: [Double] = []
        evaluate(preactivations: moved, targets: targets, losses: &losses)
        return losses[sample]
      }
      return (loss(2) - loss(-2) - 8 * (loss(1) - loss(-1))) / (12 * step)
    }
  }
}
