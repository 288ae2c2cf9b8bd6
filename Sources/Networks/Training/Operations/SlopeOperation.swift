import LinearAlgebra

/// A PReLU whose slopes are trained: `∂y/∂slope = x` below zero.
struct SlopeOperation<Scalar: BLASScalar>: TrainingOperation {
  private var slopes: TrainedVariable<Scalar>
  /// The inputs below zero, 0 for the others.
  private var inputs: Matrix<Scalar>
  private var derivatives: Matrix<Scalar>

  init(slopes: [Scalar]) {
    self.slopes = TrainedVariable(slopes)
    inputs = Matrix(rows: 0, columns: slopes.count)
    derivatives = inputs
  }

  var stage: Stage<Scalar>? { .parametricReLU(slopes: slopes.values.storage) }

  mutating func forward(_ values: inout Matrix<Scalar>, _ generator: inout SeededGenerator) {
    inputs.setRowCount(values.rows)
    inputs.setAugmented(values)
    for place in inputs.storage.indices where inputs.storage[place] > 0 {
      inputs.storage[place] = 0
    }
    derivatives.setRowCount(values.rows)
    derivatives.fill(with: 1)
    Stage.parametricReLU(slopes: slopes.values.storage)
      .apply(to: &values, scalingDerivatives: &derivatives)
  }

  mutating func backward(_ updates: inout Matrix<Scalar>) {
    slopes.sum.setColumnSums(of: updates, times: inputs)
    updates.multiplyElements(by: derivatives)
  }

  mutating func updateVariables(_ body: (inout TrainedVariable<Scalar>) -> Void) { body(&slopes) }
}
