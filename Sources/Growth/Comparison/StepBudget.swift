import LinearAlgebra
import Networks

/// How many steps a comparison takes, by the sizes alone: the same on every machine.
struct StepBudget: Equatable, Sendable {
  /// So many epochs are enough to see which way leads where.
  private static let epochs = 20
  /// So many steps are, if epochs are short.
  private static let enoughSteps = 1500
  /// Fewer say nothing.
  private static let fewestSteps = 200
  /// Multiplications and additions of all runs together: about half a minute on two cores.
  private static let work = 8e11
  /// The cost of a step apart from its products, in the same unit.
  private static let overhead = 1e6

  let steps: Int

  /// - Parameters:
  ///   - parameters: of each network.
  ///   - seeds: the runs of each.
  ///   - sampleCount: samples trained on.
  ///   - batchSize: of a step.
  init(parameters: [Int], seeds: Int, sampleCount: Int, batchSize: Int) {
    let batch = min(batchSize, sampleCount)
    let batches = (sampleCount + batchSize - 1) / batchSize
    let runs = parameters.map { 6 * Double($0) * Double(batch) + Self.overhead }
    let affordable = Self.work / (Double(seeds) * runs.reduce(0, +))
    let wanted = max(Self.enoughSteps, Self.epochs * batches)
    steps = max(Self.fewestSteps, min(wanted, Int(nearest: affordable)))
  }
}
