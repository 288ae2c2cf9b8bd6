import LinearAlgebra

/// One thing that happens to the numbers that leave a layer, on their way through training.
protocol TrainingOperation<Scalar>: Sendable {
  associatedtype Scalar: BLASScalar

  /// Replaces the numbers of a batch, samples × units, and keeps what the way back needs.
  mutating func forward(_ values: inout Matrix<Scalar>, _ generator: inout SeededGenerator)

  /// Replaces the desired updates of what it gave by those of what it was given, not divided by the
  /// number of samples, and puts sums beside the variables.
  mutating func backward(_ updates: inout Matrix<Scalar>)

  /// Calls a function on each variable.
  mutating func updateVariables(_ body: (inout TrainedVariable<Scalar>) -> Void)

  /// The penalty that it adds to the loss, summed over the samples of the last batch.
  var penaltySum: Double { get }

  /// Its stage at inference; `nil` for none.
  var stage: Stage<Scalar>? { get }
}

extension TrainingOperation {
  mutating func updateVariables(_ body: (inout TrainedVariable<Scalar>) -> Void) {}

  var penaltySum: Double { 0 }
}
