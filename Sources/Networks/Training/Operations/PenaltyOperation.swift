import LinearAlgebra

/// A penalty on the numbers that pass: Keras's activity regularizer.
struct PenaltyOperation<Scalar: BLASScalar>: TrainingOperation {
  private let penalty: Penalty
  private var values: Matrix<Scalar>

  init(_ penalty: Penalty, width: Int) {
    self.penalty = penalty
    values = Matrix(rows: 0, columns: width)
  }

  var stage: Stage<Scalar>? { nil }

  var penaltySum: Double {
    values.storage.reduce(0) {
      let value = Double($1)
      return $0 + penalty.l1 * abs(value) + penalty.l2 * value * value
    }
  }

  mutating func forward(_ values: inout Matrix<Scalar>, _ generator: inout SeededGenerator) {
    self.values.setRowCount(values.rows)
    self.values.setAugmented(values)
  }

  /// Keras divides the penalty by the number of samples, as the loss is.
  mutating func backward(_ updates: inout Matrix<Scalar>) {
    let (l1, l2) = (Scalar(penalty.l1), Scalar(2 * penalty.l2))
    for place in values.storage.indices {
      let value = values.storage[place]
      let sign: Scalar = value > 0 ? 1 : value < 0 ? -1 : 0
      updates.storage[place] -= l1 * sign + l2 * value
    }
  }
}
