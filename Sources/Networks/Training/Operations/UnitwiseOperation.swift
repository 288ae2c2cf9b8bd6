import LinearAlgebra

/// A stage that acts on each unit alone and stays as it is.
struct UnitwiseOperation<Scalar: BLASScalar>: TrainingOperation {
  private let unitStage: Stage<Scalar>
  private var derivatives: Matrix<Scalar>

  init(_ stage: Stage<Scalar>, width: Int) {
    unitStage = stage
    derivatives = Matrix(rows: 0, columns: width)
  }

  var stage: Stage<Scalar>? { unitStage }

  mutating func forward(_ values: inout Matrix<Scalar>, _ generator: inout SeededGenerator) {
    derivatives.setRowCount(values.rows)
    derivatives.fill(with: 1)
    unitStage.apply(to: &values, scalingDerivatives: &derivatives)
  }

  mutating func backward(_ updates: inout Matrix<Scalar>) {
    updates.multiplyElements(by: derivatives)
  }
}
