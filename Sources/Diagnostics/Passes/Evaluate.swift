package import LinearAlgebra
package import Networks

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
package func evaluate<Scalar: BLASScalar>(
  _ network: Network<Scalar>, objective: Objective<Scalar>, split: SampleSplit, workers: Int,
  progress: (@Sendable (String, Double) -> Void)? = nil
) async throws -> SplitEvaluation {
  let split = try split.prepared()
  let samplePass = SamplePass(
    diagnosed: .model(network, objective), split: split, workers: workers, progress: progress
  ).amongThoseThatAgree
  let effort = NetworkLackBudget(
    sampleCount: split.sampleCount, parameterCount: network.parameterCount)
  return try await effort.isDouble ? samplePass.inDouble.evaluation() : samplePass.evaluation()
}

extension SamplePass {
  /// The losses of both parts, added up block by block as in the first pass of a diagnosis.
  fileprivate func evaluation() async throws -> SplitEvaluation {
    let sums = try await collect(
      "evaluation", from: SplitLossSums<Scalar>(), blocksOf: Self.traceRows)
    guard let evaluation = sums.training.evaluation else {
      throw DiagnosticsError.noTrainingSamples(sampleCount: split.samples.sampleCount)
    }
    return SplitEvaluation(training: evaluation, heldOut: sums.heldOut.evaluation)
  }
}

/// The losses of both parts, summed.
private struct SplitLossSums<Scalar: BLASScalar>: BlockSums {
  private(set) var training = LossSums()
  private(set) var heldOut = LossSums()

  mutating func add(
    _ block: SampleBlock<Scalar>, pass: inout Pass<Scalar>
  ) throws {
    pass.forward(block.inputs, rows: block.order, differentiating: false)
    pass.evaluate(targets: block.targets)
    if let row = pass.losses.firstIndex(where: { !$0.isFinite }) {
      throw DiagnosticsError.lossNotFinite(sampleRow: block.sourceRows[row])
    }
    // Of each block apart, as the first pass has them.
    var (ofTraining, ofHeldOut) = (LossSums(), LossSums())
    ofTraining.add(pass, block, rows: block.training)
    ofHeldOut.add(pass, block, rows: block.heldOut)
    training.merge(ofTraining)
    heldOut.merge(ofHeldOut)
  }

  mutating func carry(in stream: inout NumberStream) {
    training.carry(in: &stream)
    heldOut.carry(in: &stream)
  }

  mutating func merge(_ other: SplitLossSums) {
    training.merge(other.training)
    heldOut.merge(other.heldOut)
  }
}
