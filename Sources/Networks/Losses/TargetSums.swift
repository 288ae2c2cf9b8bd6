internal import RealModule
package import LinearAlgebra

/// The losses that follow from the targets alone: the loss of the best constant answer, and that of
/// answers equal to the targets.
///
/// Both come of the means of the targets where the loss allows it. Medians and their like need the
/// targets themselves: those are kept, and above `keptNumbers` thinned out evenly.
package struct TargetSums: Sendable {
  /// The loss.
  package let loss: Loss
  /// The number of outputs.
  package let outputs: Int
  /// Σ w.
  private var weight = 0.0
  /// The means of the targets as the loss compares them, one for each output.
  private var means: [Double]
  /// Σ w (t − mean)², for each output.
  private var squares: [Double]
  /// Σ w ℓ of the targets as answers.
  private var lowest = 0.0
  /// Σ w Σ t log t, for the divergence.
  private var information = 0.0
  /// Whether every target names one class.
  private var isOneHot = true
  private var kept = KeptTargets()
  /// Σ w of each class, of targets that are labels.
  private var labelWeights: [Double] = []

  /// Sums of nothing.
  package init(loss: Loss, outputs: Int) {
    self.loss = loss
    self.outputs = outputs
    means = [Double](repeating: 0, count: outputs)
    squares = means
  }

  /// Adds the targets of some samples.
  ///
  /// - Parameters:
  ///   - targets: labels within 0..<outputs, or rows of as many numbers.
  ///   - rows: which of them.
  ///   - weights: how much each sample counts, one for each of the targets; `nil` for 1.
  package mutating func add<Scalar: BLASScalar>(
    _ targets: Targets<Scalar>, rows: Range<Int>, weights: [Double]?
  ) {
    switch targets {
    case .labels(let labels):
      if labelWeights.isEmpty { labelWeights = [Double](repeating: 0, count: outputs) }
      for sample in rows { labelWeights[labels[sample]] += weights?[sample] ?? 1 }
    case .values(let values):
      precondition(values.columns == outputs, "\(values.columns) targets for \(outputs) outputs")
      let (scale, shift) = loss.comparesSigns ? targets.signedLabelMap : (1, 0)
      var row = [Double](repeating: 0, count: outputs)
      for sample in rows {
        for column in row.indices { row[column] = scale * Double(values[sample, column]) + shift }
        add(&row, weight: weights?[sample] ?? 1)
      }
    }
  }

  /// Adds a target, which is left as the loss compares it.
  private mutating func add(_ row: inout [Double], weight sample: Double) {
    guard sample > 0 else { return }
    if loss.needsTargets { kept.add(row, weight: sample) }
    isOneHot = isOneHot && row.allSatisfy { $0 == 0 || $0 == 1 } && row.reduce(0, +) == 1
    weight += sample
    loss.prepare(&row)
    lowest += sample * loss.lowest(of: row)
    if loss == .klDivergence { information += sample * row.reduce(0) { $0 - selfInformation($1) } }
    let share = sample / weight
    for column in row.indices {
      let difference = row[column] - means[column]
      means[column] += share * difference
      squares[column] += sample * difference * (row[column] - means[column])
    }
  }

  /// These sums with each label as a row of a one and zeros.
  private var withLabelsAsRows: TargetSums {
    guard !labelWeights.isEmpty else { return self }
    var sums = self
    sums.labelWeights = []
    for (label, weight) in labelWeights.enumerated() {
      var row = [Double](repeating: 0, count: outputs)
      row[label] = 1
      sums.add(&row, weight: weight)
    }
    return sums
  }

  /// Adds the sums over other samples.
  package mutating func merge(_ other: TargetSums) {
    if labelWeights.isEmpty {
      labelWeights = other.labelWeights
    } else {
      for (label, weight) in other.labelWeights.enumerated() { labelWeights[label] += weight }
    }
    guard other.weight > 0 else { return }
    let total = weight + other.weight
    for column in means.indices {
      let difference = other.means[column] - means[column]
      means[column] += difference * (other.weight / total)
      squares[column] += other.squares[column]
      squares[column] += difference * difference * (weight * other.weight / total)
    }
    weight = total
    lowest += other.lowest
    information += other.information
    isOneHot = isOneHot && other.isOneHot
    kept.merge(other.kept)
  }

  /// The mean loss of answers that are the targets; 0 for most losses, less for those that can be
  /// negative, and the entropy of the targets for cross-entropies. `nil` over no samples.
  package var lowestLoss: Double? {
    let sums = withLabelsAsRows
    return sums.weight > 0 ? sums.lowest / sums.weight : nil
  }

  /// The root of the targets' mean variance over the samples, as the loss compares them.
  package var deviation: Double {
    let sums = withLabelsAsRows
    return sums.weight > 0
      ? (sums.squares.reduce(0, +) / sums.weight / Double(outputs)).squareRoot() : 0
  }

  /// The mean loss of the best answer that is the same for every sample.
  ///
  /// `nil` over no samples, and for a categorical hinge of targets that name no class.
  package var baseline: Double? { withLabelsAsRows.baselineOfRows }

  private var baselineOfRows: Double? {
    guard weight > 0 else { return nil }
    let deviations = squares.reduce(0, +) / weight / Double(outputs)
    switch loss {
    case .meanSquaredError, .meanSquaredLogarithmicError: return deviations
    case .binaryCrossentropy:
      return means.reduce(0) { $0 + selfInformation($1) + selfInformation(1 - $1) }
        / Double(outputs)
    case .categoricalCrossentropy, .sparseCategoricalCrossentropy: return informationOfShares(means)
    case .klDivergence: return information / weight + informationOfShares(means)
    case .poisson:
      return means.reduce(0) { $0 + max($1, kerasEpsilon) - $1 * Double.log(max($1, kerasEpsilon)) }
        / Double(outputs)
    case .cosineSimilarity: return -means.reduce(0) { $0 + $1 * $1 }.squareRoot()
    case .categoricalHinge:
      // With no answer at all every sample loses 1; for the answer 1 to one class, none of that
      // class loses anything, and all others lose 2. Nothing between or beyond is better.
      return isOneHot ? min(1, 2 * (1 - (means.max() ?? 0))) : nil
    case .meanAbsoluteError, .meanAbsolutePercentageError, .huber, .logCosh, .quantile, .hinge,
      .squaredHinge:
      return kept.baseline(of: loss, outputs: outputs)
    }
  }
}

extension TargetSums: Portable {
  package mutating func carry(in stream: inout NumberStream) {
    stream.carry(&weight)
    stream.carry(&means, counting: [outputs])
    stream.carry(&squares, counting: [outputs])
    stream.carry(&lowest)
    stream.carry(&information)
    stream.carry(&isOneHot)
    kept.carry(in: &stream, outputs: outputs)
    stream.carry(&labelWeights, counting: [0, outputs])
  }
}

extension Loss {
  /// Whether the best constant answer is no function of means of the targets.
  fileprivate var needsTargets: Bool {
    switch self {
    case .meanAbsoluteError, .meanAbsolutePercentageError, .huber, .logCosh, .quantile, .hinge,
      .squaredHinge:
      true
    default: false
    }
  }

  /// Whether labels of 0 and 1 stand for −1 and 1.
  var comparesSigns: Bool { self == .hinge || self == .squaredHinge }

  /// Makes a target what the loss compares an answer with.
  fileprivate func prepare(_ target: inout [Double]) {
    func replace(_ change: (Double) -> Double) {
      for place in target.indices { target[place] = change(target[place]) }
    }
    switch self {
    case .meanSquaredLogarithmicError: replace { Double.log(onePlus: max($0, kerasEpsilon)) }
    case .binaryCrossentropy(_, let smoothing) where smoothing != 0:
      replace { $0 * (1 - smoothing) + smoothing / 2 }
    case .categoricalCrossentropy(_, let smoothing) where smoothing != 0:
      let count = Double(target.count)
      replace { $0 * (1 - smoothing) + smoothing / count }
    case .klDivergence: replace { clip($0, kerasEpsilon, 1) }
    case .cosineSimilarity:
      let norm = max(target.reduce(0) { $0 + $1 * $1 }.squareRoot(), kerasEpsilon)
      replace { $0 / norm }
    default: break
    }
  }

  /// The loss of an answer that is the target, as `prepare` leaves it.
  fileprivate func lowest(of target: [Double]) -> Double {
    switch self {
    case .binaryCrossentropy:
      target.reduce(0) { $0 + selfInformation($1) + selfInformation(1 - $1) } / Double(target.count)
    case .categoricalCrossentropy, .sparseCategoricalCrossentropy: informationOfShares(target)
    case .poisson:
      target.reduce(0) { $0 + max($1, 0) + selfInformation($1) } / Double(target.count)
    case .cosineSimilarity: -target.reduce(0) { $0 + $1 * $1 }
    default: 0
    }
  }
}

/// −t log t, and 0 for no part at all.
private func selfInformation(_ part: Double) -> Double { part > 0 ? -part * Double.log(part) : 0 }

/// −Σ t log (t / Σ t): what a cross-entropy makes of answers in proportion to t.
private func informationOfShares(_ parts: [Double]) -> Double {
  let sum = parts.reduce(0, +)
  guard sum > 0 else { return 0 }
  return parts.reduce(0) { $0 + selfInformation($1) } + sum * Double.log(sum)
}
