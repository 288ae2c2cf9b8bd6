import LinearAlgebra
import Networks

/// Sums over the answers of a network and the targets, of the samples of one part.
struct AnswerSums: Sendable {
  private(set) var total = SampleTotal()
  private var targetSums: TargetSums
  private var classes: ClassTally?
  /// That of no samples, where the loss speaks of classes.
  private let noClasses: ClassTally?
  private var answers: Spread
  private var targets: Spread
  private var losses = WeightedMean()
  private var outOfReach = 0.0
  private var saturated = 0.0

  /// Sums of nothing.
  init<Scalar: BLASScalar>(_ objective: Objective<Scalar>) {
    targetSums = TargetSums(loss: objective.loss, outputs: objective.outputs)
    answers = Spread(columns: objective.outputs)
    targets = answers
    noClasses = objective.noClasses
  }

  /// Adds some rows of a block that has gone forward and back.
  mutating func add<Scalar: BLASScalar>(
    _ pass: Pass<Scalar>, _ block: SampleBlock<Scalar>, rows: Range<Int>
  ) {
    guard let objective = pass.objective, !rows.isEmpty else { return }
    let weights = block.weights
    total.add(rows, weights: weights)
    targetSums.add(block.targets, rows: rows, weights: weights)
    for row in rows { losses.add(pass.losses[row], weight: weights?[row] ?? 1) }
    let predictions = objective.predictions(preactivations: pass.outputPreactivations)
    answers.add(predictions, rows: rows, weights: weights)
    if case .values(let values) = block.targets {
      targets.add(values, rows: rows, weights: weights)
    }
    if let tally = objective.classTally(
      predictions: predictions, targets: block.targets, rows: rows, weights: weights)
    {
      if classes == nil { classes = tally } else { classes?.merge(tally) }
    }
    var unreachable: [Double] = []
    if objective.evaluateOutOfReach(block.targets, losses: &unreachable) {
      for row in rows { outOfReach += (weights?[row] ?? 1) * unreachable[row] }
    }
    guard !objective.readsLogits else { return }
    let range = objective.outputRange
    for row in rows where predictions.isFlat(row, within: range) {
      saturated += weights?[row] ?? 1
    }
  }

  mutating func merge(_ other: AnswerSums) {
    total.merge(other.total)
    targetSums.merge(other.targetSums)
    if let more = other.classes {
      if classes == nil { classes = more } else { classes?.merge(more) }
    }
    answers.merge(other.answers)
    targets.merge(other.targets)
    losses.merge(other.losses)
    outOfReach += other.outOfReach
    saturated += other.saturated
  }

  /// What they say, or `nil` over no samples.
  var facts: AnswerFacts? {
    guard total.sampleCount > 0, total.weight > 0 else { return nil }
    var facts = AnswerFacts()
    facts.baseline = targetSums.baseline
    facts.lowestLoss = targetSums.lowestLoss ?? 0
    facts.lossStandardError = losses.standardError(over: total.sampleCount)
    facts.balancedAccuracy = classes?.balancedAccuracy
    facts.largestClassShare = classes?.largestClassShare
    facts.classCount = classes?.presentClassCount ?? 0
    facts.answers = answers.range
    facts.answerDeviation = answers.deviation
    facts.targets = targets.range
    facts.targetDeviation = targets.range == nil ? targetSums.deviation : targets.deviation
    facts.outOfReachLoss = outOfReach / total.weight
    facts.saturatedShare = saturated / total.weight
    return facts
  }
}

extension AnswerSums: Portable {
  mutating func carry(in stream: inout NumberStream) {
    total.carry(in: &stream)
    targetSums.carry(in: &stream)
    var hasClasses = classes != nil
    stream.carry(&hasClasses)
    if hasClasses {
      guard var tally = classes ?? noClasses else { return stream.refuse() }
      tally.carry(in: &stream)
      classes = tally
    } else {
      classes = nil
    }
    answers.carry(in: &stream)
    targets.carry(in: &stream)
    losses.carry(in: &stream)
    stream.carry(&outOfReach)
    stream.carry(&saturated)
  }
}

extension Matrix {
  /// Whether every number of a row is at a bound of the range that the last activation has, where it
  /// is flat: within a millionth of the range, or at the bound where the range has one alone.
  fileprivate func isFlat(_ row: Int, within range: ClosedRange<Double>) -> Bool {
    let (lower, upper) = (range.lowerBound, range.upperBound)
    guard lower.isFinite || upper.isFinite else { return false }
    let margin = lower.isFinite && upper.isFinite ? 1e-6 * (upper - lower) : 0
    return (0..<columns).allSatisfy { column in
      let number = Double(self[row, column])
      return number <= lower + margin || number >= upper - margin
    }
  }
}
