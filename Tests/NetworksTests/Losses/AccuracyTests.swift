import LinearAlgebra
import Networks
import Testing

@Suite struct AccuracyTests {
  private func count(
    _ loss: Loss, _ stages: [Stage<Float>], _ rows: [[Double]], _ targets: Targets<Float>
  ) throws -> Double? {
    let preactivations = Matrix<Float>(matrix(rows))
    return try Objective(loss: loss, outputStages: stages, outputs: preactivations.columns)
      .correctCount(preactivations: preactivations, targets: targets)
  }

  @Test("The largest output is the class, the first of equals", arguments: [true, false])
  func categorical(sparse: Bool) throws {
    let oneHot: [Float] = [0, 1, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1]
    let targets: Targets<Float> =
      sparse ? .labels([1, 0, 1, 2]) : .values(Matrix(rows: 4, columns: 3, storage: oneHot))
    let loss: Loss =
      sparse
      ? .sparseCategoricalCrossentropy(fromLogits: false)
      : .categoricalCrossentropy(fromLogits: false, labelSmoothing: 0.1)
    let rows = [[0.0, 2, 1], [3, 3, 1], [2, 2, 1], [-5, -4, -3]]
    #expect(try count(loss, [.activation(.softmax)], rows, targets) == 3)
  }

  @Test("A binary output above one half is a one; samples count by the share that is right")
  func binary() throws {
    let rows = [[0.1, -0.1], [-1, 0]]
    let targets = Targets<Float>.values(Matrix(rows: 2, columns: 2, storage: [1, 1, 0, 0]))
    let loss = Loss.binaryCrossentropy(fromLogits: false, labelSmoothing: 0)
    let ofLogits = Loss.binaryCrossentropy(fromLogits: true, labelSmoothing: 0)
    #expect(try count(loss, [.activation(.sigmoid)], rows, targets) == 1.5)
    #expect(try count(ofLogits, [.activation(.sigmoid)], rows, targets) == 1.5)
    #expect(try count(ofLogits, [], rows, targets) == 1.5)
    // As probabilities, without a sigmoid, 0.1 is a zero.
    #expect(try count(loss, [], rows, targets) == 1)
  }

  @Test("Losses that do not speak of classes have none")
  func none() throws {
    let targets = Targets<Float>.values(Matrix(rows: 1, columns: 1, storage: [1]))
    for loss in [Loss.meanSquaredError, .hinge, .categoricalHinge, .klDivergence, .poisson] {
      #expect(try count(loss, [], [[0.5]], targets) == nil)
    }
  }
}
