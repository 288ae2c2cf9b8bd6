import LinearAlgebra
import Networks

/// The losses of the samples of one part, summed.
struct LossSums: Sendable {
  private(set) var sampleCount = 0
  private var sum = 0.0
  private var correct: Double?

  /// Sums of nothing.
  init() {}

  /// The sums of some rows of a block that went forward.
  init<Scalar: BLASScalar>(of pass: Pass<Scalar>, targets: Targets<Scalar>, rows: Range<Int>) {
    add(pass, targets: targets, rows: rows)
  }

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
