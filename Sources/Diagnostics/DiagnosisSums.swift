import LinearAlgebra
import Networks

/// What the first pass over the samples collects: moments and losses, of both parts.
struct DiagnosisSums<Scalar: BLASScalar>: BlockSums {
  private let references: [[Scalar]]
  private(set) var training: MomentSums<Scalar>
  private(set) var heldOut: MomentSums<Scalar>
  private(set) var trainingLoss = LossSums()
  private(set) var heldOutLoss = LossSums()
  private var product: [Scalar] = []

  init(network: Network<Scalar>, references: [[Scalar]]) {
    self.references = references
    training = MomentSums(network: network, references: references)
    heldOut = MomentSums(network: network, references: references, judging: true)
  }

  mutating func add(_ block: Block<Scalar>, pass: inout Pass<Scalar>) throws {
    try pass.run(block, references: references)
    training.add(pass, rows: block.training, product: &product)
    heldOut.add(pass, rows: block.heldOut, product: &product)
    trainingLoss.add(pass, targets: block.targets, rows: block.training)
    heldOutLoss.add(pass, targets: block.targets, rows: block.heldOut)
  }

  /// The averages over the training part; their sums are gone after this.
  mutating func takeTrainingMoments() -> Moments? { training.takeMoments() }

  mutating func merge(_ other: DiagnosisSums) {
    training.merge(other.training)
    heldOut.merge(other.heldOut)
    trainingLoss.merge(other.trainingLoss)
    heldOutLoss.merge(other.heldOutLoss)
  }
}

extension Pass {
  /// Sends a block forward and back, and takes every layer's inputs relative to its reference.
  ///
  /// - Throws: `DiagnosticsError.notFinite` with the first sample whose loss is not finite.
  mutating func run(_ block: Block<Scalar>, references: [[Scalar]]) throws(DiagnosticsError) {
    runForward(block, references: references)
    backward(targets: block.targets)
    if let row = losses.firstIndex(where: { !$0.isFinite }) {
      throw .lossNotFinite(sampleRow: block.sourceRows[row])
    }
  }

  /// Sends a block forward alone, and takes every layer's inputs relative to its reference.
  mutating func runForward(
    _ block: Block<Scalar>, references: [[Scalar]], differentiating: Bool = true
  ) {
    forward(block.inputs, rows: block.order, differentiating: differentiating)
    for (index, reference) in references.enumerated() {
      inputs[index].subtractFromRows(reference)
    }
  }
}

/// The losses of the samples of one part, summed.
struct LossSums: Sendable {
  private(set) var sampleCount = 0
  private var sum = 0.0
  private var correct: Double?

  mutating func add<Scalar: BLASScalar>(
    _ pass: Pass<Scalar>, targets: Targets<Scalar>, rows: Range<Int>
  ) {
    guard !pass.isRecorded else { return }
    sampleCount += rows.count
    for row in rows { sum += pass.losses[row] }
    let chosen = Array(rows)
    if let more = pass.objective.correctCount(
      preactivations: pass.outputPreactivations.selectingRows(chosen),
      targets: targets.selecting(chosen))
    {
      correct = (correct ?? 0) + more
    }
  }

  mutating func merge(_ other: LossSums) {
    sampleCount += other.sampleCount
    sum += other.sum
    if let more = other.correct { correct = (correct ?? 0) + more }
  }

  /// The mean loss and the share of right answers, or `nil` over no samples.
  var evaluation: Evaluation? {
    guard sampleCount > 0 else { return nil }
    return Evaluation(
      sampleCount: sampleCount, loss: sum / Double(sampleCount),
      accuracy: correct.map { $0 / Double(sampleCount) })
  }
}

/// How well a network does on some samples.
public struct Evaluation: Equatable, Sendable, Codable {
  /// The number of samples.
  public let sampleCount: Int
  /// The mean of the samples' losses, in the loss's own unit; no regularization penalty.
  public let loss: Double
  /// The share of right answers, 0...1; `nil` where the loss is not one of classification.
  public let accuracy: Double?

  /// Averages over so many samples.
  public init(sampleCount: Int, loss: Double, accuracy: Double?) {
    self.sampleCount = sampleCount
    self.loss = loss
    self.accuracy = accuracy
  }
}
