/// How a Dense layer and what follows it are trained.
package struct LayerTraining: Equatable, Sendable {
  /// The penalty on the kernel.
  package var kernelPenalty: Penalty
  /// The penalty on the bias.
  package var biasPenalty: Penalty
  /// Whether kernel and bias stay as they are.
  package var isFrozen: Bool
  /// The distribution of the kernel before training.
  package var initializer: KernelInitializer
  /// The stages between the layer and the next one, in order; `nil` for the network's stages as
  /// they are.
  package var stages: [TrainingStage]?

  /// A layer that is trained, without penalties.
  package init(
    kernelPenalty: Penalty = .none, biasPenalty: Penalty = .none, isFrozen: Bool = false,
    initializer: KernelInitializer = .glorotUniform, stages: [TrainingStage]? = nil
  ) {
    self.kernelPenalty = kernelPenalty
    self.biasPenalty = biasPenalty
    self.isFrozen = isFrozen
    self.initializer = initializer
    self.stages = stages
  }
}
