package import LinearAlgebra
import Networks

/// Differences of losses, summed over the samples of each part, and of each half of those held out.
package struct StepSums: Sendable {
  private var training = 0.0
  private var correct: Double?
  private var heldOutCorrect: Double?
  private var halves: [JudgedGains]

  /// - Parameter extremeCount: of how many held-out samples the gains are kept, the largest; 0 for none.
  package init(extremeCount: Int = 0) {
    halves = [JudgedGains](repeating: JudgedGains(extremeCount: extremeCount), count: 2)
  }

  /// Adds the samples of a block.
  ///
  /// - Parameters:
  ///   - losses: after the step.
  ///   - before: of the network as it is.
  ///   - first: after the first step of the trial.
  ///   - block: says which rows train and which only judge.
  package mutating func add<Scalar: BLASScalar>(
    losses: [Double], before: [Double], first: [Double], of block: SampleBlock<Scalar>
  ) {
    for row in block.training {
      training += (block.weights?[row] ?? 1) * (before[row] - losses[row])
    }
    let unitCount = SampleBlock<Scalar>.unitCount
    for row in block.heldOut {
      halves[block.half(ofRow: row)].add(
        before[row] - losses[row], beyond: first[row] - losses[row],
        weight: block.weights?[row] ?? 1, unit: block.unit(ofRow: row), of: unitCount,
        row: block.sourceRows[row])
    }
  }

  /// Adds held-out samples.
  package mutating func add(losses: [Double], before: [Double]) {
    for (row, (loss, old)) in zip(losses, before).enumerated() {
      halves[0].add(old - loss, beyond: 0, weight: 1, unit: nil, of: 0, row: row)
    }
  }

  /// Adds the numbers of right answers of a block.
  package mutating func addCorrect(training: Double?, heldOut: Double?) {
    if let training { correct = (correct ?? 0) + training }
    if let heldOut { heldOutCorrect = (heldOutCorrect ?? 0) + heldOut }
  }

  package mutating func merge(_ other: StepSums) {
    addCorrect(training: other.correct, heldOut: other.heldOutCorrect)
    training += other.training
    for half in halves.indices { halves[half].merge(other.halves[half]) }
  }

  /// The means, over samples of each part whose weights add up to so much.
  package func result(trainingWeight: Double, heldOutWeight: Double = 0) -> StepResult {
    func share(_ correct: Double?, of weight: Double) -> Double? {
      weight > 0 ? correct.map { $0 / weight } : nil
    }
    return StepResult(
      gain: trainingWeight > 0 ? training / trainingWeight : 0, halves: halves,
      accuracy: share(correct, of: trainingWeight),
      heldOutAccuracy: share(heldOutCorrect, of: heldOutWeight))
  }
}

extension StepSums: Portable {
  package mutating func carry(in stream: inout NumberStream) {
    stream.carry(&training)
    stream.carry(&correct)
    stream.carry(&heldOutCorrect)
    for half in halves.indices { halves[half].carry(in: &stream) }
  }
}
