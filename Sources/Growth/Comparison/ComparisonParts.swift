import Diagnostics
import LinearAlgebra
package import Networks

/// The samples of a comparison in three parts.
package struct ComparisonParts: Sendable {
  /// Neurons are fitted on these, and networks trained.
  package let training: ArraySamples
  /// These decide what has to be chosen: the number of neurons, when to stop, and the way.
  package let choosing: ArraySamples
  /// The losses that are reported are of these, which neither fitted nor chose anything.
  package let judging: ArraySamples
  /// Whether the choosing part is what comes last.
  private let lastChooses: Bool

  /// The largest number of samples that choose, and of those that judge, as both are evaluated
  /// again and again.
  private static let largestPart = 10_000

  /// The largest number of inputs' elements in memory, 1 GB; larger sources give some of their
  /// samples, spread evenly.
  private static let largestInputs = 1 << 28

  /// Parts that are given.
  package init(
    training: ArraySamples, choosing: ArraySamples, judging: ArraySamples,
    lastChooses: Bool = false
  ) {
    self.training = training
    self.choosing = choosing
    self.judging = judging
    self.lastChooses = lastChooses
  }

  /// Parts of the samples of a source; `nil` if one of them would be empty.
  ///
  /// - Parameters:
  ///   - source: read into memory.
  ///   - validation: what judges; `nil` for a share of `source`.
  ///   - holdout: that share, and the share of the rest that chooses, above 0.
  ///   - seed: decides which samples those are; what hangs together stays together.
  ///   - lastHeldOut: whether they are the last ones, as of a time series.
  /// - Throws: what the sources throw.
  package init?(
    of source: any SampleSource, validation: (any SampleSource)?, holdout: Double, seed: UInt64,
    lastHeldOut: Bool = false
  ) throws {
    precondition(holdout > 0 && holdout < 1, "a share of \(holdout)")
    let all = try ArraySamples(reading: Self.fitting(source))
    var rest = all
    let judging: ArraySamples
    if let validation {
      judging = try ArraySamples(reading: Self.fitting(validation))
    } else {
      let rows = try Self.rows(of: all, holdout: holdout, seed: seed, lastHeldOut: lastHeldOut)
      guard !rows.heldOut.isEmpty else { return nil }
      (rest, judging) = (all.selecting(rows.training), all.selecting(rows.heldOut))
    }
    let rows = try Self.rows(of: rest, holdout: holdout, seed: seed &+ 1, lastHeldOut: lastHeldOut)
    guard !rows.heldOut.isEmpty, !rows.training.isEmpty, judging.sampleCount > 0 else {
      return nil
    }
    self.init(
      training: rest.selecting(rows.training),
      choosing: rest.selecting(rows.heldOut).spread(Self.largestPart),
      judging: judging.spread(Self.largestPart), lastChooses: lastHeldOut)
  }

  /// The samples that train and choose, split as a report splits all of them.
  func withoutJudging(seed: UInt64) -> SampleSplit {
    let both = ArraySamples(joining: training, choosing)
    return SampleSplit(
      samples: both, holdout: Double(choosing.sampleCount) / Double(both.sampleCount), seed: seed,
      lastHeldOut: lastChooses)
  }

  private static func fitting(_ source: any SampleSource) -> any SampleSource {
    let limit = largestInputs / max(1, source.inputCount)
    return source.sampleCount > limit ? EvenlySpreadSamples(limit, of: source) : source
  }

  /// The rows on each side of a split: it is asked to split their numbers.
  private static func rows(
    of samples: ArraySamples, holdout: Double, seed: UInt64, lastHeldOut: Bool
  ) throws -> (training: [Int], heldOut: [Int]) {
    var numbered = samples
    numbered.targets = .labels(Array(0..<samples.sampleCount))
    let parts = try SampleSplit(
      samples: numbered, holdout: holdout, seed: seed, lastHeldOut: lastHeldOut
    ).arrays()
    func numbers(_ part: ArraySamples?) -> [Int] {
      guard case .labels(let rows)? = part?.targets else { return [] }
      return rows
    }
    return (numbers(parts.training), numbers(parts.heldOut))
  }
}

extension ArraySamples {
  /// All samples of a source, in memory.
  init(reading source: any SampleSource) throws {
    var inputs = Matrix<Float>(rows: 0, columns: source.inputCount)
    let rows = 0..<source.sampleCount
    let targets = try source.read(rows, into: &inputs)
    self.init(
      inputs: inputs, targets: targets, weights: try source.readWeights(rows),
      groups: try source.readGroups(rows), identifyingCount: source.identifyingCount)
  }

  /// The samples of one array, then those of another.
  fileprivate init(joining first: ArraySamples, _ second: ArraySamples) {
    func joined<Element>(_ one: [Element]?, _ other: [Element]?) -> [Element]? {
      one.flatMap { one in other.map { one + $0 } }
    }
    self.init(
      inputs: Matrix(
        rows: first.sampleCount + second.sampleCount, columns: first.inputCount,
        storage: first.inputs.storage + second.inputs.storage),
      targets: Targets(joining: [first.targets, second.targets]),
      weights: joined(first.weights, second.weights), groups: joined(first.groups, second.groups),
      identifyingCount: first.identifyingCount)
  }

  /// Some of the samples.
  func selecting(_ rows: [Int]) -> ArraySamples {
    ArraySamples(
      inputs: inputs.selectingRows(rows), targets: targets.selecting(rows),
      weights: weights.map { weights in rows.map { weights[$0] } },
      groups: groups.map { groups in rows.map { groups[$0] } }, identifyingCount: identifyingCount)
  }

  /// At most `count` of the samples, spread evenly.
  func spread(_ count: Int) -> ArraySamples {
    guard count < sampleCount else { return self }
    return selecting((0..<count).map { $0 * sampleCount / count })
  }
}
