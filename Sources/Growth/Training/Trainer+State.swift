public import LinearAlgebra
public import Networks

extension Trainer {
  /// All that a trainer's further steps depend on, beside its samples and options.
  public struct State: Equatable, Sendable {
    /// The network.
    public var network: Network<Float>
    /// The number of steps so far.
    public var stepCount: Int
    /// Adam's means of the gradients, of the shape of each layer's weights; without rows for SGD.
    public var means: [Matrix<Float>]
    /// Adam's means of their squares.
    public var meanSquares: [Matrix<Float>]
    /// Where the generator of the orders stands.
    public var generator: UInt64
    /// The samples in the order of this epoch.
    public var order: [Int]
    /// How many of them the epoch has used.
    public var position: Int

    /// A state put together from its parts; `Trainer.init(resuming:…)` checks it.
    public init(
      network: Network<Float>, stepCount: Int, means: [Matrix<Float>],
      meanSquares: [Matrix<Float>], generator: UInt64, order: [Int], position: Int
    ) {
      self.network = network
      self.stepCount = stepCount
      self.means = means
      self.meanSquares = meanSquares
      self.generator = generator
      self.order = order
      self.position = position
    }

    /// Whether it can be the state of a trainer on `sampleCount` samples with such an optimizer.
    func isWhole(sampleCount: Int, optimizer: Optimizer) -> Bool {
      guard stepCount >= 0, (0...sampleCount).contains(position), order.count == sampleCount,
        means.count == network.layers.count, meanSquares.count == network.layers.count
      else { return false }
      var isSeen = [Bool](repeating: false, count: sampleCount)
      for row in order {
        guard isSeen.indices.contains(row), !isSeen[row] else { return false }
        isSeen[row] = true
      }
      return network.layers.indices.allSatisfy { index in
        let weights = network.layers[index].weights
        let rows = optimizer.remembers ? weights.rows : 0
        return [means[index], meanSquares[index]].allSatisfy {
          $0.rows == rows && $0.columns == weights.columns
        }
      }
    }
  }
}

extension Optimizer {
  /// Whether a step depends on the gradients before.
  fileprivate var remembers: Bool {
    switch self {
    case .sgd: false
    case .adam: true
    }
  }
}
