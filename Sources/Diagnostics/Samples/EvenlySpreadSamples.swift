package import LinearAlgebra
package import Networks

/// Some of a source's samples, spread evenly over it.
///
/// Files are often sorted by class or by time, so their first rows stand for nothing. Single rows
/// far apart would be slow to read; short runs of neighbours, evenly spaced, are neither.
package struct EvenlySpreadSamples: SampleSource {
  private let source: any SampleSource
  private let runCount: Int

  /// The number of samples taken.
  package let sampleCount: Int
  /// The number of features of a sample.
  package var inputCount: Int { source.inputCount }
  /// The number of leading features that identify equal samples, as in the source.
  package var identifyingCount: Int { source.identifyingCount }

  /// Enough that every class of a sorted file is met, few enough for a disk.
  private static let mostRuns = 256

  /// At most `count` samples of `source`, in its order; all of them if it has no more.
  package init(_ count: Int, of source: any SampleSource) {
    precondition(count > 0, "\(count) samples")
    self.source = source
    sampleCount = min(count, source.sampleCount)
    runCount = min(sampleCount, Self.mostRuns)
  }

  /// Reads some of the samples taken, by their place among them.
  ///
  /// - Throws: what the source throws.
  package func read(_ range: Range<Int>, into inputs: inout Matrix<Float>) throws -> Targets<Float>
  {
    precondition(range.upperBound <= sampleCount, "rows \(range) of \(sampleCount)")
    guard !range.isEmpty else { return try source.read(0..<0, into: &inputs) }
    var targets: [Targets<Float>] = []
    var storage: [Float] = []
    storage.reserveCapacity(range.count * inputCount)
    var run = Matrix<Float>(rows: 0, columns: inputCount)
    for rows in sourceRows(of: range) {
      targets.append(try source.read(rows, into: &run))
      storage += run.storage.prefix(rows.count * inputCount)
    }
    inputs = Matrix(rows: range.count, columns: inputCount, storage: storage)
    return Targets(joining: targets)
  }

  /// Reads the weights of some of the samples taken.
  ///
  /// - Throws: what the source throws.
  package func readWeights(_ range: Range<Int>) throws -> [Double]? {
    var weights: [Double] = []
    for rows in range.isEmpty ? [0..<0] : sourceRows(of: range) {
      guard let run = try source.readWeights(rows) else { return nil }
      weights += run
    }
    return weights
  }

  /// Reads the groups of some of the samples taken.
  ///
  /// - Throws: what the source throws.
  package func readGroups(_ range: Range<Int>) throws -> [UInt64]? {
    var groups: [UInt64] = []
    for rows in range.isEmpty ? [0..<0] : sourceRows(of: range) {
      guard let run = try source.readGroups(rows) else { return nil }
      groups += run
    }
    return groups
  }

  /// Where rows of this source stand in the whole one, as runs in rising order.
  func sourceRows(of range: Range<Int>) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    // Run r holds the rows from r · count / runs on, and is preceded by an even share of the rows
    // left out; neither product overflows before a file has 2⁵⁵ rows.
    let leftOut = source.sampleCount - sampleCount
    for run in 0..<runCount {
      let rows = run * sampleCount / runCount..<(run + 1) * sampleCount / runCount
      let shift = (2 * run + 1) * leftOut / (2 * runCount)
      let wanted = rows.clamped(to: range)
      guard !wanted.isEmpty else { continue }
      let moved = wanted.lowerBound + shift..<wanted.upperBound + shift
      if let last = runs.last, last.upperBound == moved.lowerBound {
        runs[runs.count - 1] = last.lowerBound..<moved.upperBound
      } else {
        runs.append(moved)
      }
    }
    return runs
  }
}
