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
    diagnosed: .model(network, objective), split: split, workers: workers, progress: progress)
  let effort = NetworkLackBudget(
    sampleCount: split.sampleCount, parameterCount: network.parameterCount)
  return try await effort.isDouble ? samplePass.inDouble.evaluation() : samplePass.evaluation()
}

extension SamplePass {
  /// The losses of both parts, added up block by block as in the first pass of a diagnosis.
  fileprivate func evaluation() async throws -> SplitEvaluation {
    let plans = split.blocks(of: Self.traceRows)
    let counter = ShareCounter(total: plans.count)
    var blocks = plans.map { BlockLosses(plan: $0) }
    var workspaces = (0..<max(1, workers)).map { _ in
      (pass: diagnosed.emptyPass, block: SampleBlock<Scalar>(emptyFor: split))
    }
    try await forEachConcurrently(&blocks, workspaces: &workspaces) { losses, buffers in
      try split.read(losses.plan, into: &buffers.block)
      try losses.measure(buffers.block, &buffers.pass)
      if let progress { progress("evaluation", counter.advance()) }
    }
    var (training, heldOut) = (LossSums(), LossSums())
    for block in blocks {
      training.merge(block.training)
      heldOut.merge(block.heldOut)
    }
    guard let evaluation = training.evaluation else {
      throw DiagnosticsError.noTrainingSamples(sampleCount: split.samples.sampleCount)
    }
    return SplitEvaluation(training: evaluation, heldOut: heldOut.evaluation)
  }
}

/// The losses of a block, of both parts.
private struct BlockLosses: Sendable {
  let plan: BlockPlan
  private(set) var training = LossSums()
  private(set) var heldOut = LossSums()

  init(plan: BlockPlan) { self.plan = plan }

  mutating func measure<Scalar: BLASScalar>(
    _ block: SampleBlock<Scalar>, _ pass: inout Pass<Scalar>
  ) throws(DiagnosticsError) {
    pass.forward(block.inputs, rows: block.order, differentiating: false)
    pass.evaluate(targets: block.targets)
    if let row = pass.losses.firstIndex(where: { !$0.isFinite }) {
      throw .lossNotFinite(sampleRow: block.sourceRows[row])
    }
    training.add(pass, block, rows: block.training)
    heldOut.add(pass, block, rows: block.heldOut)
  }
}
