/// Finds a local minimum of the loss along a line, over positive amplitudes: section 3.3 of the paper.
///
/// The amplitude doubles as long as the loss falls, or halves until it has fallen and no longer does;
/// then the bracket around the best one is narrowed by golden sections. One look after the other, each
/// where the last ones say: a few dozen looks at a small batch, where `AmplitudeSearch` takes many
/// lines at once and few looks at a large one.
struct LineSearch {
  /// The largest number of doublings or halvings of the first amplitude.
  private static let expansions = 30
  /// Each narrows the bracket to 0.62 of its width: the amplitude is known to a few per cent then,
  /// and the loss, flat at its minimum, to far less.
  private static let refinements = 7

  /// The best amplitude that was looked at; 0 if none lowers the loss.
  private(set) var amplitude = 0.0
  /// The loss there.
  private(set) var loss: Double

  /// - Parameters:
  ///   - start: the loss at amplitude 0.
  ///   - first: the amplitude to begin with, above 0.
  ///   - lossAt: the loss at an amplitude; one that is not finite counts as too large a step.
  init(from start: Double, first: Double = 1, lossAt: (Double) throws -> Double) rethrows {
    loss = start
    var step = first
    try look(at: step, lossAt)
    for _ in 0..<Self.expansions where amplitude == step {
      step *= 2
      try look(at: step, lossAt)
    }
    if amplitude <= first {
      step = first
      for _ in 0..<Self.expansions {
        step /= 2
        try look(at: step, lossAt)
        if amplitude > step { break }
      }
    }
    // Both neighbours were looked at, and are worse.
    if amplitude > 0 { try refine(amplitude / 2, 2 * amplitude, lossAt) }
  }

  private mutating func look(at next: Double, _ lossAt: (Double) throws -> Double) rethrows {
    let found = try lossAt(next)
    if found < loss { (amplitude, loss) = (next, found) }
  }

  /// Golden sections of the wider side of the best amplitude.
  private mutating func refine(
    _ lower: Double, _ upper: Double, _ lossAt: (Double) throws -> Double
  ) rethrows {
    var (lower, upper) = (lower, upper)
    let section = 0.381_966_011_250_105  // 2 less the golden ratio
    for _ in 0..<Self.refinements {
      let best = amplitude
      let isAbove = upper - best > best - lower
      let next = isAbove ? best + section * (upper - best) : best - section * (best - lower)
      try look(at: next, lossAt)
      if amplitude == next {
        if isAbove { lower = best } else { upper = best }
      } else {
        if isAbove { upper = next } else { lower = next }
      }
    }
  }
}
