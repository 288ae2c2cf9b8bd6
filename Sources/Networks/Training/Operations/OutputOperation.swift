import LinearAlgebra

/// A function of all outputs together, as softmax is: it belongs to the objective, and nothing may
/// follow it.
struct OutputOperation<Scalar: BLASScalar>: TrainingOperation {
  private let rowStage: Stage<Scalar>

  init(_ stage: Stage<Scalar>) { rowStage = stage }

  var stage: Stage<Scalar>? { rowStage }

  mutating func forward(_ values: inout Matrix<Scalar>, _ generator: inout SeededGenerator) {
    preconditionFailure("a function of all outputs is part of the loss")
  }

  mutating func backward(_ updates: inout Matrix<Scalar>) {
    preconditionFailure("a function of all outputs is part of the loss")
  }
}
