internal import RealModule
internal import LinearAlgebra

/// Targets that are kept for the losses whose best constant answer is a median or its like.
struct KeptTargets: Sendable {
  /// More numbers than these tell next to nothing more about a median: 8 MB.
  private static let keptNumbers = 1 << 20

  /// Row after row.
  private var numbers: [Double] = []
  private var weights: [Double] = []
  /// One of `stride` rows is kept, and counts for all of them.
  private var stride = 1
  private var seen = 0

  /// Keeps a row, or lets it be counted for by one that is kept.
  mutating func add(_ row: [Double], weight: Double) {
    defer { seen += 1 }
    guard weight > 0, seen.isMultiple(of: stride) else { return }
    numbers += row
    weights.append(weight * Double(stride))
    thin()
  }

  /// Keeps the rows that another one does.
  mutating func merge(_ other: KeptTargets) {
    numbers += other.numbers
    weights += other.weights
    seen += other.seen
    stride = max(stride, other.stride)
    thin()
  }

  private mutating func thin() {
    while weights.count > 1, numbers.count > Self.keptNumbers {
      let width = numbers.count / weights.count
      let places = Swift.stride(from: 0, to: weights.count, by: 2)
      numbers = places.flatMap { numbers[$0 * width..<($0 + 1) * width] }
      weights = places.map { 2 * weights[$0] }
      stride *= 2
    }
  }

  /// The mean loss of the best answer that is the same for all, output by output.
  func baseline(of loss: Loss, outputs: Int) -> Double? {
    let total = weights.reduce(0, +)
    guard total > 0 else { return nil }
    let columns = (0..<outputs).map { column in
      weights.indices.map { numbers[$0 * outputs + column] }
    }
    let answers = columns.map { answer(of: loss, to: $0) }
    var losses: [Double] = []
    loss.evaluate(
      predictions: Matrix(rows: weights.count, columns: outputs) { answers[$1] },
      targets: .values(Matrix(rows: weights.count, columns: outputs, storage: numbers)),
      losses: &losses)
    return zip(losses, weights).reduce(0) { $0 + $1.0 * $1.1 } / total
  }

  private func answer(of loss: Loss, to targets: [Double]) -> Double {
    switch loss {
    case .meanAbsoluteError: quantile(0.5, of: targets) { $1 }
    case .quantile(let share): quantile(share, of: targets) { $1 }
    case .meanAbsolutePercentageError:
      quantile(0.5, of: targets) { $1 / max(abs($0), kerasEpsilon) }
    case .huber(let delta):
      zero(targets, bracket: { $0 }, slope: { clip($0 - $1, -delta, delta) })
    case .logCosh: zero(targets, bracket: { $0 }, slope: { Double.tanh($0 - $1) })
    case .hinge:
      zero(targets, bracket: { 1 / $0 }, slope: { $1 * $0 < 1 ? -$1 : 0 })
    case .squaredHinge:
      zero(targets, bracket: { 1 / $0 }, slope: { -$1 * max(1 - $1 * $0, 0) })
    default: preconditionFailure("\(loss.name) keeps no targets")
    }
  }

  /// The number that this share of the weights is below.
  private func quantile(
    _ share: Double, of targets: [Double], weight: (_ target: Double, _ weight: Double) -> Double
  ) -> Double {
    let sorted = targets.indices.map {
      (target: targets[$0], weight: weight(targets[$0], weights[$0]))
    }.sorted { $0.target < $1.target }
    let part = share * sorted.reduce(0) { $0 + $1.weight }
    var below = 0.0
    for entry in sorted {
      below += entry.weight
      if below >= part { return entry.target }
    }
    return sorted.last?.target ?? 0
  }

  /// Where the mean slope of a convex loss changes its sign, by halving.
  ///
  /// - Parameters:
  ///   - targets: of one output.
  ///   - bracket: the best answer to one target alone; that to all lies between two of these.
  ///   - slope: ∂ℓ/∂answer.
  /// - Returns: the answer; 0 where no target tells.
  private func zero(
    _ targets: [Double], bracket: (Double) -> Double,
    slope: (_ answer: Double, _ target: Double) -> Double
  ) -> Double {
    let single = targets.map(bracket).filter(\.isFinite)
    guard var lower = single.min(), var upper = single.max() else { return 0 }
    let halvings = 60
    for _ in 0..<halvings {
      let middle = lower + (upper - lower) / 2
      var sum = 0.0
      for (target, weight) in zip(targets, weights) { sum += weight * slope(middle, target) }
      if sum < 0 { lower = middle } else { upper = middle }
    }
    return upper
  }
}

extension KeptTargets {
  /// Carries every number.
  mutating func carry(in stream: inout NumberStream, outputs: Int) {
    stream.carry(&numbers)
    stream.carry(&weights)
    stream.carry(&stride)
    stream.carry(&seen)
    if numbers.count != weights.count * outputs || stride < 1 || seen < 0 { stream.refuse() }
  }
}
