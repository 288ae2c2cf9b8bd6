import LinearAlgebra
import Networks

/// The losses of the samples of one part, summed.
struct LossSums: Sendable {
  private(set) var total = SampleTotal()
  private var sum = 0.0
  private var correct: Double?

  mutating func add<Scalar: BLASScalar>(
    _ pass: Pass<Scalar>, _ block: SampleBlock<Scalar>, rows: Range<Int>
  ) {
    guard let objective = pass.objective else { return }
    total.add(rows, weights: block.weights)
    if let weights = block.weights {
      for row in rows { sum += weights[row] * pass.losses[row] }
    } else {
      for row in rows { sum += pass.losses[row] }
    }
    let chosen = Array(rows)
    if let more = objective.correctCount(
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

extension LossSums: Portable {
  mutating func carry(in stream: inout NumberStream) {
    total.carry(in: &stream)
    stream.carry(&sum)
    stream.carry(&correct)
  }
}
