/// How a Dense layer and what follows it are trained.
public struct LayerTraining: Equatable, Sendable {
  /// The penalty on the kernel.
  public var kernelPenalty: Penalty
  /// The penalty on the bias.
  public var biasPenalty: Penalty
  /// Whether kernel and bias stay as they are.
  public var isFrozen: Bool
  /// What a kernel is before any training.
  public var initializer: KernelInitializer
  /// What follows the layer up to the next one, in order; `nil` for the network's stages as they are.
  public var stages: [TrainingStage]?

  /// A layer that is trained, without penalties.
  public init(
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
