import Diagnostics

/// How a network is trained.
public struct TrainingOptions: Equatable, Sendable, Codable {
  /// How a gradient becomes a step.
  package var optimizer: Optimizer
  /// The number of samples of a step; the last of an epoch takes what is left.
  public var batchSize: Int
  /// Decides the order of the samples.
  public var seed: UInt64

  /// Keras's defaults, but for the seed, which has none.
  package init(optimizer: Optimizer = .adam(), batchSize: Int = 32, seed: UInt64) {
    precondition(batchSize > 0, "batches of \(batchSize)")
    self.optimizer = optimizer
    self.batchSize = batchSize
    self.seed = seed
  }
}
