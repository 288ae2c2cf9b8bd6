import LinearAlgebra
import Networks
import TestSupport
import Testing

@Suite struct CurvatureTests {
  /// Smooth losses after smooth endings; the first ones have a formula.
  static let pairs: [(loss: Loss, ending: ObjectiveTests.Ending)] = [
    (.meanSquaredError, []), (.meanSquaredError, [.affine(ObjectiveTests.affine)]),
    (.sparseCategoricalCrossentropy(fromLogits: false), [.activation(.softmax)]),
    (
      .categoricalCrossentropy(fromLogits: false, labelSmoothing: 0.2),
      [.affine(ObjectiveTests.affine), .activation(.softmax)]
    ),
    (.binaryCrossentropy(fromLogits: false, labelSmoothing: 0.1), [.activation(.sigmoid)]),
    (.meanSquaredError, [.activation(.tanh)]), (.meanSquaredError, [.activation(.softmax)]),
    (.logCosh, []), (.poisson, [.activation(.softplus)]), (.cosineSimilarity, []),
    (.binaryCrossentropy(fromLogits: true, labelSmoothing: 0), [.activation(.softsign)]),
  ].map { ($0, ObjectiveTests.Ending(stages: $1)) }

  @Test("The curvature is the second difference of the loss", arguments: pairs, [1, 2])
  func matchesDifferences(pair: (loss: Loss, ending: ObjectiveTests.Ending), seed: Int) throws {
    let objective = try Objective(loss: pair.loss, outputStages: pair.ending.stages, outputs: 3)
    var generator = SeededGenerator(seed: seed)
    func random() -> Matrix<Double> {
      Matrix(rows: 5, columns: 3) { _, _ in Double.random(in: -2...2, using: &generator) }
    }
    let (preactivations, directions) = (random(), random())
    let targets = Targets<Double>(
      randomFor: pair.loss, samples: 5, outputs: 3, using: &generator)
    // ε^(1/4), best for second differences: relative error about √ε.
    let step = 1.2e-4
    let losses = [-step, 0, step].map { amplitude in
      var losses: [Double] = []
      let moved = Matrix<Double>(rows: 5, columns: 3) {
        preactivations[$0, $1] + amplitude * directions[$0, $1]
      }
      objective.evaluate(preactivations: moved, targets: targets, losses: &losses)
      return losses
    }
    let differences = (0..<5).map {
      (losses[0][$0] - 2 * losses[1][$0] + losses[2][$0]) / (step * step)
    }
    let curvature = objective.curvature(
      preactivations: preactivations, targets: targets, directions: directions)
    expectEach(curvature, differences, tolerance: 1e-6, pair.ending.testDescription)
  }

  @Test("Formulas by hand, and none along no direction")
  func byHand() throws {
    let squares = try Objective<Float>(loss: .meanSquaredError, outputStages: [], outputs: 2)
    let zeros = Matrix<Float>(rows: 2, columns: 2)
    let directions = Matrix<Float>(rows: 2, columns: 2, storage: [1, 3, 0, 0])
    #expect(
      squares.curvature(preactivations: zeros, targets: .values(zeros), directions: directions)
        == [10, 0])
    let classes = try Objective<Float>(
      loss: .sparseCategoricalCrossentropy(fromLogits: true), outputStages: [], outputs: 2)
    #expect(
      classes.curvature(preactivations: zeros, targets: .labels([0, 1]), directions: directions)
        == [1, 0])
    // Targets that sum to 2 weigh 2 · 0.75 + 0.25 after smoothing.
    let smoothed = try Objective<Float>(
      loss: .categoricalCrossentropy(fromLogits: true, labelSmoothing: 0.25), outputStages: [],
      outputs: 2)
    let ones = Targets.values(Matrix<Float>(rows: 2, columns: 2, storage: [1, 1, 1, 1]))
    #expect(
      smoothed.curvature(preactivations: zeros, targets: ones, directions: directions)
        == [1.75, 0])
    let bent = try Objective<Float>(
      loss: .meanSquaredError, outputStages: [.activation(.tanh)], outputs: 2)
    let curvature = bent.curvature(
      preactivations: zeros, targets: .values(zeros), directions: directions)
    expectEach(curvature, [10, 0], tolerance: 1e-8)
  }
}
