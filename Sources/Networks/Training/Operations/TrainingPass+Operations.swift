import LinearAlgebra

extension TrainingPass {
  /// The operations on the numbers that leave a layer, from the stages at inference and their
  /// settings for training.
  static func operations(
    for stages: [Stage<Scalar>], _ training: [TrainingStage]?, width: Int
  ) -> [any TrainingOperation<Scalar>] {
    let training = training ?? stages.map { _ in .stage() }
    precondition(
      training.count(where: \.isStageOfNetwork) == stages.count,
      "the training of \(training.count(where: \.isStageOfNetwork)) stages for \(stages.count)")
    var rest = stages[...]
    var operations: [any TrainingOperation<Scalar>] = []
    for step in training {
      // What acts on all outputs goes into the loss, and nothing can stand between.
      if !step.isStageOfNetwork, operations.last is OutputOperation<Scalar> { continue }
      switch step {
      case .noise(let noise): operations.append(NoiseOperation(noise, width: width))
      case .penalty(let penalty): operations.append(PenaltyOperation(penalty, width: width))
      case .stage(let isFrozen):
        operations.append(operation(for: rest.removeFirst(), isFrozen: isFrozen, width: width))
      case .batchNormalization(let settings):
        operations.append(batchNormalization(rest.removeFirst(), settings))
      }
    }
    return operations
  }

  private static func operation(
    for stage: Stage<Scalar>, isFrozen: Bool, width: Int
  ) -> any TrainingOperation<Scalar> {
    switch stage {
    case .activation(let activation) where activation.actsOnRows: OutputOperation(stage)
    case .activation, .affine: UnitwiseOperation(stage, width: width)
    case .parametricReLU(let slopes):
      isFrozen ? UnitwiseOperation(stage, width: width) : SlopeOperation(slopes: slopes)
    case .layerNormalization(let normalization):
      RowNormalizationOperation(normalization, isFrozen: isFrozen)
    }
  }

  private static func batchNormalization(
    _ stage: Stage<Scalar>, _ settings: BatchNormalization
  ) -> any TrainingOperation<Scalar> {
    guard case .affine(let affine) = stage else {
      preconditionFailure("a BatchNormalization is a scale and shift at inference")
    }
    return BatchNormalizationOperation(affine, settings)
  }
}

extension TrainingOperation {
  /// Whether it has something to train.
  var hasVariables: Bool {
    var copy = self
    var isTrained = false
    copy.updateVariables { _ in isTrained = true }
    return isTrained
  }
}
