import LinearAlgebra
import Networks

/// How many samples were added up, and what they count.
struct SampleTotal: Sendable {
  private(set) var sampleCount = 0
  /// Σ w; the number of samples if all count alike.
  private(set) var weight = 0.0
  private var squaredWeights = 0.0

  /// Adds some rows; without weights each counts as 1.
  mutating func add(_ rows: Range<Int>, weights: [Double]?) {
    sampleCount += rows.count
    guard let weights else {
      weight += Double(rows.count)
      squaredWeights += Double(rows.count)
      return
    }
    for row in rows {
      weight += weights[row]
      squaredWeights += weights[row] * weights[row]
    }
  }

  mutating func merge(_ other: SampleTotal) {
    sampleCount += other.sampleCount
    weight += other.weight
    squaredWeights += other.squaredWeights
  }

  /// (Σ w)² / Σ w²: so many samples that count alike tell as much.
  var effectiveCount: Int {
    squaredWeights > 0 ? Int((weight * weight / squaredWeights).rounded()) : 0
  }
}

/// The losses of the samples of one part, summed.
struct LossSums: Sendable {
  private var total = SampleTotal()
  private var sum = 0.0
  private var correct: Double?

  mutating func add<Scalar: BLASScalar>(
    _ pass: Pass<Scalar>, _ block: SampleBlock<Scalar>, rows: Range<Int>
  ) {
    guard !pass.isRecorded else { return }
    total.add(rows, weights: block.weights)
    if let weights = block.weights {
      for row in rows { sum += weights[row] * pass.losses[row] }
    } else {
      for row in rows { sum += pass.losses[row] }
    }
    let chosen = Array(rows)
    if let more = pass.objective.correctCount(
      preactivations: pass.outputPreactivations.selectingRows(chosen),
      targets: block.targets.selecting(chosen),
      weights: block.weights.map { weights in chosen.map { weights[$0] } })
    {
      correct = (correct ?? 0) + more
    }
  }

  mutating func merge(_ other: LossSums) {
    total.merge(other.total)
    sum += other.sum
    if let more = other.correct { correct = (correct ?? 0) + more }
  }

  /// The mean loss and the share of right answers, or `nil` over no samples.
  var evaluation: Evaluation? {
    guard total.sampleCount > 0 else { return nil }
    return Evaluation(
      sampleCount: total.sampleCount, loss: sum / total.weight,
      accuracy: correct.map { $0 / total.weight })
  }
}

/// How well a network does on some samples.
public struct Evaluation: Equatable, Sendable, Codable {
  /// The number of samples, without those of weight 0.
  public let sampleCount: Int
  /// The mean of the samples' losses, by their weights, in the loss's own unit; no regularization penalty.
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
