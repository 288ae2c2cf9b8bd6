import LinearAlgebra
import Networks
import TestSupport
import Testing

@Suite("The best constant answer")
struct TargetSumsTests {
  /// Targets as a loss wants them: numbers, shares, counts, classes or signs.
  private static func targets(_ loss: Loss, _ random: inout SeededGenerator) -> Matrix<Double> {
    let (rows, columns) = (40, 3)
    var targets = random.normalMatrix(rows, columns)
    for row in 0..<rows {
      let chosen = Int.random(in: 0..<columns * columns, using: &random) % columns
      var sum = 0.0
      for column in 0..<columns {
        let number = targets[row, column]
        switch loss {
        case .meanSquaredLogarithmicError, .poisson:
          targets[row, column] = (3 * abs(number)).rounded()
        case .binaryCrossentropy, .hinge: targets[row, column] = number > 0.4 ? 1 : 0
        case .squaredHinge: targets[row, column] = number > 0.4 ? 2 : -0.7
        case .categoricalCrossentropy, .categoricalHinge, .sparseCategoricalCrossentropy:
          targets[row, column] = column == chosen ? 1 : 0
        case .klDivergence: targets[row, column] = abs(number) + 0.01
        default: break
        }
        sum += targets[row, column]
      }
      guard loss == .klDivergence else { continue }
      for column in 0..<columns { targets[row, column] /= sum }
    }
    return targets
  }

  /// The smallest mean loss that a search over constant answers finds, from several starts.
  private static func smallest(
    _ loss: Loss, _ targets: Matrix<Double>, _ weights: [Double], _ random: inout SeededGenerator
  ) -> Double {
    func mean(_ point: [Double]) -> Double {
      var answer = point
      if loss == .klDivergence {
        let sum = point.reduce(0) { $0 + exponential($1) }
        answer = point.map { exponential($0) / sum }
      }
      var losses: [Double] = []
      loss.evaluate(
        predictions: Matrix<Double>(rows: targets.rows, columns: targets.columns) { answer[$1] },
        targets: .values(targets), losses: &losses)
      let value = zip(losses, weights).reduce(0) { $0 + $1.0 * $1.1 } / weights.reduce(0, +)
      return value.isFinite ? value : .infinity
    }
    var best = Double.infinity
    for start in 0..<4 {
      var point = (0..<targets.columns).map { start == 0 ? 0.1 : $0 == start - 1 ? 1 : 0.01 }
      var (value, step) = (mean(point), 1.0)
      while step > 1e-7 {
        var improved = false
        for trial in 0..<12 {
          var direction = random.normalMatrix(1, point.count).storage
          if trial < 2 * point.count {
            direction = point.indices.map { $0 == trial / 2 ? (trial % 2 == 0 ? 1 : -1) : 0 }
          }
          let next = zip(point, direction).map { $0 + step * $1 }
          let found = mean(next)
          if found < value { (point, value, improved) = (next, found, true) }
        }
        if !improved { step /= 2 }
      }
      best = min(best, value)
    }
    return best
  }

  static let losses: [Loss] = [
    .meanSquaredError, .meanAbsoluteError, .meanAbsolutePercentageError,
    .meanSquaredLogarithmicError, .huber(delta: 0.4), .logCosh,
    .quantile(0.9), .quantile(0.25),
    .binaryCrossentropy(fromLogits: true, labelSmoothing: 0),
    .binaryCrossentropy(fromLogits: true, labelSmoothing: 0.1),
    .categoricalCrossentropy(fromLogits: true, labelSmoothing: 0),
    .categoricalCrossentropy(fromLogits: true, labelSmoothing: 0.2), .klDivergence, .poisson,
    .hinge, .squaredHinge, .categoricalHinge, .cosineSimilarity,
  ]

  @Test("is as good as the best that a search finds, weights counted", arguments: losses)
  func search(loss: Loss) throws {
    var random = SeededGenerator(seed: 3)
    let targets = Self.targets(loss, &random)
    let weights = (0..<targets.rows).map { $0 % 7 == 0 ? 0 : 0.5 + Double($0 % 3) }
    var sums = TargetSums(loss: loss, outputs: targets.columns)
    sums.add(Targets.values(targets), rows: 0..<targets.rows, weights: weights)
    let baseline = try #require(sums.baseline)
    let found = Self.smallest(loss, targets, weights, &random)
    // The search ends within its last step of the minimum, or on an edge of a loss that has edges.
    #expect(baseline <= found + 1e-6 * max(1, abs(found)), "\(baseline), found \(found)")
    #expect(baseline >= found - 2e-3 * max(1, abs(found)), "\(baseline), found \(found)")
  }

  @Test("does not depend on the blocks that the targets come in", arguments: losses)
  func blocks(loss: Loss) throws {
    var random = SeededGenerator(seed: 4)
    let targets = Targets.values(Self.targets(loss, &random))
    var whole = TargetSums(loss: loss, outputs: 3)
    whole.add(targets, rows: 0..<40, weights: nil)
    var parts = TargetSums(loss: loss, outputs: 3)
    for rows in [0..<13, 13..<14, 14..<40] {
      var part = TargetSums(loss: loss, outputs: 3)
      part.add(targets, rows: rows, weights: nil)
      parts.merge(part)
    }
    expectClose(try #require(parts.baseline), try #require(whole.baseline), relative: 1e-12)
    expectClose(
      1 + (try #require(parts.lowestLoss)), 1 + (try #require(whole.lowestLoss)), relative: 1e-12)
  }

  @Test("of the quantile loss is that of the weighted quantile")
  func quantile() throws {
    // numpy.quantile(numpy.repeat([3, 1, 4, 2], [1, 2, 3, 4]), 0.75, method="inverted_cdf") is 4, and 2 at 0.5.
    let targets = Targets.values(Matrix<Double>(rows: 4, columns: 1, storage: [3, 1, 4, 2]))
    func baseline(_ share: Double) throws -> Double {
      var sums = TargetSums(loss: .quantile(share), outputs: 1)
      sums.add(targets, rows: 0..<4, weights: [1, 2, 3, 4])
      return try #require(sums.baseline)
    }
    // (0.25 · 1 · 1 + 0.25 · 2 · 3 + 0 + 0.25 · 4 · 2) / 10, and (0.5 · 1 + 0.5 · 2 + 0.5 · 3 · 2) / 10.
    expectClose(try baseline(0.75), 0.375, relative: 1e-14)
    expectClose(try baseline(0.5), 0.45, relative: 1e-14)
  }

  @Test("of labels is that of their one-hot rows")
  func labels() throws {
    let labels = [0, 2, 1, 2, 2, 0]
    let rows = Matrix<Double>(rows: 6, columns: 3) { labels[$0] == $1 ? 1 : 0 }
    var sparse = TargetSums(
      loss: .sparseCategoricalCrossentropy(fromLogits: false), outputs: 3)
    sparse.add(Targets<Double>.labels(labels), rows: 0..<6, weights: nil)
    var dense = TargetSums(
      loss: .categoricalCrossentropy(fromLogits: false, labelSmoothing: 0), outputs: 3)
    dense.add(Targets.values(rows), rows: 0..<6, weights: nil)
    let baseline = try #require(sparse.baseline)
    expectClose(baseline, try #require(dense.baseline), relative: 1e-14)
    // Shares of 1/3, 1/6 and 1/2.
    expectClose(baseline, 1.0114042647073518, relative: 1e-14)
    #expect(sparse.lowestLoss == 0)
  }

  @Test("answers that are the targets have the lowest loss")
  func lowest() throws {
    for loss in [Loss.poisson, .cosineSimilarity, .meanSquaredError, .klDivergence] {
      var random = SeededGenerator(seed: 5)
      let targets = Self.targets(loss, &random)
      var sums = TargetSums(loss: loss, outputs: 3)
      sums.add(Targets.values(targets), rows: 0..<40, weights: nil)
      var losses: [Double] = []
      loss.evaluate(predictions: targets, targets: .values(targets), losses: &losses)
      let mean = losses.reduce(0, +) / 40
      // Keras adds 1e-7 to what it takes the logarithm of.
      #expect(abs(try #require(sums.lowestLoss) - mean) < 1e-6, "\(loss.name)")
    }
  }

  @Test("balanced accuracy is the mean over the classes that have samples")
  func balancedAccuracy() throws {
    let objective = try Objective<Double>(
      loss: .sparseCategoricalCrossentropy(fromLogits: true), outputStages: [], outputs: 3)
    let answers = [0, 0, 0, 1, 0]
    let truths = [0, 0, 0, 0, 1]
    let predictions = Matrix<Double>(rows: 5, columns: 3) { answers[$0] == $1 ? 1 : 0 }
    let tally = try #require(
      objective.classTally(
        predictions: predictions, targets: .labels(truths), rows: 0..<5, weights: nil))
    // Three of four zeros, none of the one, and no two.
    expectClose(try #require(tally.balancedAccuracy), 0.375, relative: 1e-15)
    expectClose(try #require(tally.largestClassShare), 0.8, relative: 1e-15)
    #expect(tally.presentClassCount == 2)
  }
}

private func exponential(_ x: Double) -> Double {
  var values = [x]
  Activation.exponential.apply(to: &values)
  return values[0]
}
