package import LinearAlgebra
import Networks

/// The part of a share of the samples.
///
/// - Parameters:
///   - diagnosed: as for a diagnosis.
///   - split: as there: of all samples, of which those of the share are read, the first 512, and some for
///     standard errors.
///   - options: as there; neurons are not looked for.
///   - share: which samples.
///   - progress: as there.
/// - Returns: the part.
/// - Throws: `StatisticsProblem` of a share without samples, and what a diagnosis throws.
package func statistics<Scalar: BLASScalar>(
  of diagnosed: DiagnosedNetwork<Scalar>, split: SampleSplit, options: DiagnosisOptions,
  share: StatisticsShare, progress: (@Sendable (String, Double) -> Void)? = nil
) async throws -> StatisticsPart {
  let counter = { @Sendable (part: Double, done: Double) in
    progress.map { progress in
      { @Sendable (phase: String, share: Double) in progress(phase, done + share * part) }
    }
  }
  let split = try split.prepared()
  let samplePass = SamplePass(
    diagnosed: diagnosed, split: split, workers: options.workers, progress: nil)
  let tree = split.tree(ofRanges: split.wholeRanges.count)
  let ranges = share.ranges(of: tree)
  guard !ranges.isEmpty else {
    throw StatisticsProblem.emptyShare(share, most: StatisticsShare.most(of: tree))
  }
  let references = try await samplePass.referencePoints()
  var (sums, training, heldOut): ([[Double]], [UInt64], [UInt64]) = ([], [], [])
  for node in tree.nodes(of: ranges) {
    let own = tree.ranges(of: node)
    func share(_ count: Int) -> Double { Double(count) / Double(ranges.count) }
    let found = try await samplePass.statistics(
      of: own, references: references, options,
      progress: counter(share(own.count), share(own.lowerBound - ranges.lowerBound)))
    sums.append(found.numbers)
    training += found.training
    heldOut += found.heldOut
  }
  let numbers = sums
  return StatisticsPart(
    origin: StatisticsOrigin(
      of: diagnosed, split, references: references, collectsInDouble: options.collectsInDouble),
    ranges: ranges, sums: { numbers[$0] }, trainingHashes: training, heldOutHashes: heldOut,
    rows: try samplePass.keptRows(of: split.wholeRanges[ranges]))
}

extension SamplePass {
  /// The sums of a node in numbers, and the hashes of its samples.
  fileprivate func statistics(
    of ranges: Range<Int>, references: [[Scalar]], _ options: DiagnosisOptions, progress: Progress?
  ) async throws -> (numbers: [Double], training: [UInt64], heldOut: [UInt64]) {
    if isDouble(options) {
      return try await inDouble.statistics(
        of: ranges, references: references.map { $0.map { Double($0) } }, progress: progress)
    }
    return try await statistics(of: ranges, references: references, progress: progress)
  }

  private func statistics(
    of ranges: Range<Int>, references: [[Scalar]], progress: Progress?
  ) async throws -> (numbers: [Double], training: [UInt64], heldOut: [UInt64]) {
    var sums = try await SamplePass(
      diagnosed: diagnosed, split: split, workers: workers, progress: progress
    ).diagnosisSums(references: references, judges: false, ranges: ranges)
    let hashes = sums.takeHashes()
    return (sums.takeNode().carried, hashes.training, hashes.heldOut)
  }

  /// The samples of some ranges that a diagnosis looks at beside the first pass: those that the reference
  /// points and the standard errors come of, and the first ones.
  fileprivate func keptRows(of ranges: ArraySlice<BlockPlan>) throws -> [KeptRows] {
    let ofValidation = split.blockCount(of: KeptSamples.blockRows, fromValidation: true)
    let needed =
      referencePlans + errorPlans
      + (0..<min(1, ofValidation)).map {
        split.block($0, of: KeptSamples.blockRows, fromValidation: true)
      }
    var seen: Set<BlockPlan> = []
    return try needed.filter { plan in
      seen.insert(plan).inserted
        && ranges.contains {
          $0.fromValidation == plan.fromValidation && $0.rows.contains(plan.rows.lowerBound)
        }
    }.map { plan in
      let source = plan.fromValidation ? split.validation ?? split.samples : split.samples
      var inputs = Matrix<Float>(rows: 0, columns: split.inputCount)
      let targets = try source.read(plan.rows, into: &inputs)
      inputs.setRowCount(plan.rows.count)
      return KeptRows(
        first: plan.rows.lowerBound, fromValidation: plan.fromValidation,
        samples: ArraySamples(
          inputs: inputs, targets: targets, weights: try source.readWeights(plan.rows),
          groups: try source.readGroups(plan.rows), identifyingCount: source.identifyingCount))
    }
  }
}
