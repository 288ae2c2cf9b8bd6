import LinearAlgebra

/// ∂B/∂A of one hidden layer at a block of samples: what its stages make of small changes of the
/// preactivations.
///
///     B' = F_m N_m … F_1 N_1 F_0
///
/// F act on each unit alone and are kept as one number each, N are normalizations of whole rows.
/// Most layers have F_0 alone.
struct StageDerivative<Scalar: BLASScalar>: Sendable {
  private var factors: [Matrix<Scalar>]
  private var normalizations: [NormalizedRows<Scalar>]

  /// Empty buffers for the stages of a layer.
  init(of layer: Layer<Scalar>) {
    let count = layer.stages.count { $0.couplesUnits }
    factors = [Matrix(rows: 0, columns: layer.outputs)]
    factors += [Matrix](repeating: factors[0], count: count)
    normalizations = [NormalizedRows](repeating: NormalizedRows(), count: count)
  }

  /// Carries preactivations through the stages, and keeps the derivative there.
  mutating func apply(_ stages: [Stage<Scalar>], to values: inout Matrix<Scalar>) {
    for index in factors.indices {
      factors[index].setRowCount(values.rows)
      factors[index].fill(with: 1)
    }
    var place = 0
    for stage in stages {
      if case .layerNormalization(let normalization) = stage {
        normalization.apply(to: &values, keeping: &normalizations[place])
        place += 1
      } else {
        stage.apply(to: &values, scalingDerivatives: &factors[place])
      }
    }
  }

  /// Replaces changes of the preactivations by those of the post-activations, to first order.
  func pushForward(_ changes: inout Matrix<Scalar>) {
    changes.multiplyElements(by: factors[0])
    for (place, normalization) in normalizations.enumerated() {
      normalization.pushForward(&changes)
      changes.multiplyElements(by: factors[place + 1])
    }
  }

  /// Replaces derivatives by the post-activations by those by the preactivations.
  func pullBack(_ gradients: inout Matrix<Scalar>) {
    for (place, normalization) in normalizations.enumerated().reversed() {
      gradients.multiplyElements(by: factors[place + 1])
      normalization.pullBack(&gradients)
    }
    gradients.multiplyElements(by: factors[0])
  }
}
