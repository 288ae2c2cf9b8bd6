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
  private let noTally: MomentMeans
  private(set) var trainingTally: MomentMeans
  private(set) var heldOutTally: MomentMeans
  private(set) var trainingLoss = LossSums()
  private(set) var heldOutLoss = LossSums()
  /// `nil` of a recording, which has no answers.
  private(set) var trainingAnswers: AnswerSums?
  private(set) var heldOutAnswers: AnswerSums?

  /// That of no samples.
  init(of network: Network<Scalar>) {
    layerColumns = LayerColumns(of: network)
    noTally = MomentMeans(layerColumns.layout)
    (trainingTally, heldOutTally) = (noTally, noTally)
  }

  /// Sends a block forward and back.
  ///
  /// - Throws: `DiagnosticsError.lossNotFinite` with the first sample whose loss is not finite.
  mutating func run(
    _ block: SampleBlock<Scalar>, through pass: inout Pass<Scalar>, references: [[Scalar]]
  ) throws {
    (training, heldOut) = (block.training, block.heldOut)
    inputHashes = block.inputHashes
    (trainingTally, heldOutTally) = (noTally, noTally)
    (trainingLoss, heldOutLoss) = (LossSums(), LossSums())
    let noAnswers = pass.objective.map { AnswerSums($0) }
    (trainingAnswers, heldOutAnswers) = (noAnswers, noAnswers)
    // All of a block may be of weight 0.
    guard !block.sourceRows.isEmpty else { return }
    try pass.run(block)
    trainingLoss.add(pass, block, rows: training)
    heldOutLoss.add(pass, block, rows: heldOut)
    trainingAnswers?.add(pass, block, rows: training)
    heldOutAnswers?.add(pass, block, rows: heldOut)
    layerColumns.take(pass, references: references, factors: block.weightRoots)
    trainingTally.add(layerColumns, rows: training, weights: block.weights)
    heldOutTally.add(layerColumns, rows: heldOut, weights: block.weights)
  }
}
