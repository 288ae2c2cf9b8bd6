public import LinearAlgebra
public import Networks

/// How well a network does on both parts of its samples.
public struct SplitEvaluation: Equatable, Sendable {
  /// On the samples everything is fitted on.
  public let training: Evaluation
  /// On the samples that only judge, if there are any.
  public let heldOut: Evaluation?

  /// What was found on each part.
  public init(training: Evaluation, heldOut: Evaluation?) {
    self.training = training
    self.heldOut = heldOut
  }
}

/// Evaluates a network on the parts of a split, in one pass over the samples.
///
/// - Parameters:
///   - network: the network; the precision of its weights is that of the pass.
///   - objective: the loss it is judged by.
///   - split: the samples, and which of them only judge.
///   - workers: the number of blocks of samples worked on at once.
///   - progress: told what is being done, and the share of it that is done.
/// - Returns: what a diagnosis of the same split says of the network.
/// - Throws: `DiagnosticsError` for a loss that is not finite or a split without training samples,
///   and what the samples' source throws.
public func evaluate<Scalar: BLASScalar>(
  _ network: Network<Scalar>, objective: Objective<Scalar>, split: SampleSplit, workers: Int,
  progress: (@Sendable (String, Double) -> Void)? = nil
) async throws -> SplitEvaluation {
  let sums = try await Stream(
    split: split, network: network, objective: objective, workers: workers, progress: progress
  ).collect("evaluation", from: EvaluationSums<Scalar>())
  guard let training = sums.training.evaluation else {
    throw DiagnosticsError.noTrainingSamples(sampleCount: split.samples.sampleCount)
  }
  return SplitEvaluation(training: training, heldOut: sums.heldOut.evaluation)
}

/// The losses of both parts.
private struct EvaluationSums<Scalar: BLASScalar>: BlockSums {
  var training = LossSums()
  var heldOut = LossSums()

  mutating func add(_ block: Block<Scalar>, pass: inout Pass<Scalar>) throws {
    pass.forward(block.inputs, rows: block.order, differentiating: false)
    pass.evaluate(targets: block.targets)
    if let row = pass.losses.firstIndex(where: { !$0.isFinite }) {
      throw DiagnosticsError.lossNotFinite(sampleRow: block.sourceRows[row])
    }
    training.add(pass, block, rows: block.training)
    heldOut.add(pass, block, rows: block.heldOut)
  }

  mutating func merge(_ other: EvaluationSums) {
    training.merge(other.training)
    heldOut.merge(other.heldOut)
  }
}
