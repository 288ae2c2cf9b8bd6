import LinearAlgebra
import Networks

/// What a block left when it went forward and back.
struct BlockColumns<Scalar: BLASScalar>: Sendable {
  private(set) var layerColumns: LayerColumns<Scalar>
  /// The rows of the training part, and those that only judge.
  private(set) var training = 0..<0
  private(set) var heldOut = 0..<0
  /// A hash of each row's inputs; none where nothing judges.
  private(set) var inputHashes: [UInt64] = []
  private let noTally: FirstPassTally
  private(set) var tally: FirstPassTally

  /// That of no samples.
  init(of network: Network<Scalar>) {
    layerColumns = LayerColumns(of: network)
    noTally = FirstPassTally(layerColumns.layout)
    tally = noTally
  }

  /// Sends a block forward and back.
  ///
  /// - Throws: `DiagnosticsError.lossNotFinite` with the first sample whose loss is not finite.
  mutating func run(
    _ block: SampleBlock<Scalar>, through pass: inout Pass<Scalar>, references: [[Scalar]]
  ) throws {
    (training, heldOut) = (block.training, block.heldOut)
    inputHashes = block.inputHashes
    tally = noTally
    tally.trainingAnswers = pass.objective.map { AnswerSums($0) }
    tally.heldOutAnswers = tally.trainingAnswers
    // All of a block may be of weight 0.
    guard !block.sourceRows.isEmpty else { return }
    try pass.run(block)
    tally.trainingLoss.add(pass, block, rows: training)
    tally.heldOutLoss.add(pass, block, rows: heldOut)
    tally.trainingAnswers?.add(pass, block, rows: training)
    tally.heldOutAnswers?.add(pass, block, rows: heldOut)
    layerColumns.take(pass, references: references, factors: block.weightRoots)
    tally.training.add(layerColumns, rows: training, weights: block.weights)
    tally.heldOut.add(layerColumns, rows: heldOut, weights: block.weights)
  }
}
