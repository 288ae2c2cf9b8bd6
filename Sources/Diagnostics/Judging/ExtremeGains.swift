import LinearAlgebra

/// The samples of the largest gains and losses, a given number of them.
struct ExtremeGains: Sendable {
  private var count: Int
  /// At least the largest ones, in no order.
  private var kept: [(gain: Double, weight: Double, row: Int)] = []

  init(count: Int) {
    precondition(count > 0, "\(count) samples")
    self.count = count
  }

  /// Adds a sample's weighted gain, its weight, and where it stands.
  mutating func add(_ gain: Double, weight: Double, row: Int) {
    kept.append((gain, weight, row))
    if kept.count >= 4 * count { prune() }
  }

  mutating func merge(_ other: ExtremeGains) {
    kept += other.kept
    prune()
  }

  /// Merges the samples of another, and keeps as many as both.
  mutating func join(_ other: ExtremeGains) {
    count += other.count
    merge(other)
  }

  /// Of several alike the first rows, so that the order of adding does not matter.
  private mutating func prune() {
    kept.sort { ($1.gain.magnitude, $0.row) < ($0.gain.magnitude, $1.row) }
    kept.removeLast(max(0, kept.count - count))
  }

  private var largest: [(gain: Double, weight: Double, row: Int)] {
    var copy = self
    copy.prune()
    return copy.kept
  }

  /// The sum of the weighted gains.
  var sum: Double { largest.reduce(0) { $0 + $1.gain } }
  /// The sum of the weights.
  var weight: Double { largest.reduce(0) { $0 + $1.weight } }
}

extension ExtremeGains: Portable {
  mutating func carry(in stream: inout NumberStream) {
    stream.carry(&kept, empty: (0, 0, 0)) { stream, sample in
      stream.carry(&sample.gain)
      stream.carry(&sample.weight)
      stream.carry(&sample.row)
    }
  }
}
