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
    squaredWeights > 0 ? Int(nearest: weight * weight / squaredWeights) : 0
  }
}

extension SampleTotal: Portable {
  mutating func carry(in stream: inout NumberStream) {
    stream.carry(&sampleCount)
    stream.carry(&weight)
    stream.carry(&squaredWeights)
  }
}
