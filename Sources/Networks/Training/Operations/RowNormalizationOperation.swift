import LinearAlgebra

/// A LayerNormalization whose scale and offset are trained.
struct RowNormalizationOperation<Scalar: BLASScalar>: TrainingOperation {
  private var scale: TrainedVariable<Scalar>
  private var offset: TrainedVariable<Scalar>
  private let epsilon: Double
  private let isFrozen: Bool
  private var rows = NormalizedRows<Scalar>()

  init(_ normalization: LayerNormalization<Scalar>, isFrozen: Bool) {
    scale = TrainedVariable(normalization.scale)
    offset = TrainedVariable(normalization.offset)
    epsilon = normalization.epsilon
    self.isFrozen = isFrozen
  }

  private var normalization: LayerNormalization<Scalar> {
    LayerNormalization(
      scale: scale.values.storage, offset: offset.values.storage, epsilon: epsilon)
  }

  var stage: Stage<Scalar>? { .layerNormalization(normalization) }

  mutating func forward(_ values: inout Matrix<Scalar>, _ generator: inout SeededGenerator) {
    normalization.apply(to: &values, keeping: &rows)
  }

  mutating func backward(_ updates: inout Matrix<Scalar>) {
    if !isFrozen {
      scale.sum.setColumnSums(of: updates, times: rows.values)
      offset.sum.setColumnSums(of: updates)
    }
    rows.pullBack(&updates)
  }

  mutating func updateVariables(_ body: (inout TrainedVariable<Scalar>) -> Void) {
    guard !isFrozen else { return }
    body(&scale)
    body(&offset)
  }
}
