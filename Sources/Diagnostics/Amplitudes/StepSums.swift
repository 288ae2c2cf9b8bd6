import LinearAlgebra
import Networks

/// Differences of losses, summed over the samples of each part.
struct StepSums: Sendable {
  private var training = 0.0
  private var heldOut = WeightedMean()
  private var beyondFirst = WeightedMean()
  private var correct: Double?
  private var heldOutCorrect: Double?

  /// Adds the samples of a block.
  ///
  /// - Parameters:
  ///   - losses: after the step.
  ///   - before: of the network as it is.
  ///   - first: after the first step of the trial.
  ///   - block: says which rows train and which only judge.
  mutating func add<Scalar: BLASScalar>(
    losses: [Double], before: [Double], first: [Double], of block: SampleBlock<Scalar>
  ) {
    for row in block.training {
      training += (block.weights?[row] ?? 1) * (before[row] - losses[row])
    }
    let unitCount = SampleBlock<Scalar>.unitCount
    for row in block.heldOut {
      let (weight, unit) = (block.weights?[row] ?? 1, block.unit(ofRow: row))
      heldOut.add(before[row] - losses[row], weight: weight, unit: unit, of: unitCount)
      beyondFirst.add(first[row] - losses[row], weight: weight, unit: unit, of: unitCount)
    }
  }

  /// Adds held-out samples.
  mutating func add(losses: [Double], before: [Double]) {
    for (loss, old) in zip(losses, before) { heldOut.add(old - loss) }
  }

  /// Adds the numbers of right answers of a block.
  mutating func addCorrect(training: Double?, heldOut: Double?) {
    if let training { correct = (correct ?? 0) + training }
    if let heldOut { heldOutCorrect = (heldOutCorrect ?? 0) + heldOut }
  }

  mutating func merge(_ other: StepSums) {
    addCorrect(training: other.correct, heldOut: other.heldOutCorrect)
    training += other.training
    heldOut.merge(other.heldOut)
    beyondFirst.merge(other.beyondFirst)
  }

  /// The means, over samples of each part whose weights add up to so much.
  func result(trainingWeight: Double, heldOutWeight: Double = 0) -> StepResult {
    func share(_ correct: Double?, of weight: Double) -> Double? {
      weight > 0 ? correct.map { $0 / weight } : nil
    }
    return StepResult(
      gain: trainingWeight > 0 ? training / trainingWeight : 0, heldOut: heldOut.paired,
      heldOutBeyondFirst: beyondFirst.paired, accuracy: share(correct, of: trainingWeight),
      heldOutAccuracy: share(heldOutCorrect, of: heldOutWeight))
  }
}
