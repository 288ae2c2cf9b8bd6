package import LinearAlgebra

/// Numbers that training changes, as one matrix, with what a batch says about them.
package struct TrainedVariable<Scalar: BLASScalar>: Sendable {
  /// The numbers as they are now.
  package var values: Matrix<Scalar>
  /// −n times the gradient of the mean loss of a batch of n samples, without penalties.
  package var sum: Matrix<Scalar>
  /// Which rows are a variable of their own in Keras, with the penalty on each: a kernel and its bias.
  package let parts: [Part]

  /// Some rows of the matrix.
  package struct Part: Equatable, Sendable {
    /// The rows.
    package let rows: Range<Int>
    /// The penalty that is added to the loss for its numbers.
    package let penalty: Penalty
  }

  init(_ values: Matrix<Scalar>, parts: [Part]? = nil) {
    self.values = values
    self.parts = parts ?? [Part(rows: 0..<values.rows, penalty: .none)]
    sum = Matrix(rows: values.rows, columns: values.columns)
  }

  /// A row of numbers, one for each unit.
  init(_ numbers: [Scalar]) {
    self.init(Matrix(rows: 1, columns: numbers.count, storage: numbers))
  }
}
