package import LinearAlgebra
import Networks

/// Finds the lack of expressivity of each layer and the paper's λ from the parts of all shares: what
/// `diagnose` without a search for neurons finds from all samples, to the last bit.
///
/// - Parameters:
///   - diagnosed: the network that the parts are of.
///   - parts: in any order.
///   - options: as for `diagnose`; the precision is that of the parts.
/// - Returns: the diagnosis.
/// - Throws: `StatisticsProblem` if the parts do not go together, with the network, or are damaged; and as
///   `diagnose`.
package func diagnose<Scalar: BLASScalar>(
  _ diagnosed: DiagnosedNetwork<Scalar>, parts: [StatisticsPart], options: DiagnosisOptions
) async throws -> Diagnosis {
  guard let origin = parts.first?.origin else { throw StatisticsProblem.noParts }
  let collected = try CollectedStatistics(parts, of: diagnosed)
  var split = origin.split(parts.flatMap(\.rows))
  split.collected = collected
  var options = options
  options.seeksNeurons = false
  options.networkLack = false
  options.collectsInDouble = origin.collectsInDouble
  return try await diagnose(diagnosed, split: split, options: options)
}

/// The parts of all ranges, in order.
struct CollectedStatistics: Sendable {
  /// Each with its place among those that were given.
  private let parts: [(place: Int, part: StatisticsPart)]
  private let ranges: [BlockPlan]
  private let tree: RangeTree

  /// - Throws: `StatisticsProblem` unless they have each range once, and all of them the same origin.
  init<Scalar: BLASScalar>(
    _ given: [StatisticsPart], of diagnosed: DiagnosedNetwork<Scalar>
  ) throws(StatisticsProblem) {
    guard let origin = given.first?.origin else { throw .noParts }
    let model = diagnosed.fingerprint
    for (place, part) in given.enumerated() {
      guard part.origin.model == model else { throw .otherModel(part: place) }
      guard part.origin.samples == origin.samples, part.origin.sampleCount == origin.sampleCount,
        part.origin.validationCount == origin.validationCount
      else { throw .otherSamples(part: place) }
      guard part.origin == origin else { throw .otherOptions(part: place) }
      guard part.rows.allSatisfy({ $0.fits(diagnosed, origin) }) else {
        throw .damaged(part: place)
      }
    }
    guard origin.inputCount == diagnosed.network.inputCount else { throw .damaged(part: 0) }
    ranges = origin.ranges
    tree = RangeTree(ranges.count, fanIn: origin.fanIn)
    let sorted = given.enumerated().map { (place: $0, part: $1) }
      .sorted { $0.part.ranges.lowerBound < $1.part.ranges.lowerBound }
    var (next, last) = (0, 0)
    for (place, part) in sorted {
      guard (0...ranges.count).contains(part.ranges.upperBound), !part.ranges.isEmpty,
        part.ranges.lowerBound >= 0
      else { throw .damaged(part: place) }
      if part.ranges.lowerBound < next { throw .givenTwice(part: place, other: last) }
      if part.ranges.lowerBound > next {
        throw .missing(rows: origin.rowsText(of: next..<part.ranges.lowerBound))
      }
      (next, last) = (part.ranges.upperBound, place)
    }
    if next < ranges.count { throw .missing(rows: origin.rowsText(of: next..<ranges.count)) }
    parts = sorted
  }

  /// The sums over all samples, node after node.
  ///
  /// - Parameter empty: of nothing.
  /// - Returns: those of the root.
  /// - Throws: `StatisticsProblem.damaged`, and what a part cannot be read with.
  func sums(_ empty: NodeSums) async throws -> NodeSums {
    var running = RunningSums<NodeSums>()
    for (place, part) in parts {
      for (index, node) in tree.nodes(of: part.ranges).enumerated() {
        try Task.checkCancellation()
        let rowCount = ranges[tree.ranges(of: node)].reduce(0) { $0 + $1.rows.count }
        guard let sums = empty.carrying(checked: try part.sums(index)),
          sums.areOf(atMost: rowCount)
        else { throw StatisticsProblem.damaged(part: place) }
        try await OneProcess().add(sums, of: node, in: tree, to: &running, channel: 0)
      }
    }
    return running.total ?? empty
  }

  /// The hashes of all samples.
  var hashes: (training: [UInt64], heldOut: [UInt64]) {
    (parts.flatMap(\.part.trainingHashes), parts.flatMap(\.part.heldOutHashes))
  }
}

extension KeptRows {
  /// Whether a network can take these samples.
  fileprivate func fits<Scalar: BLASScalar>(
    _ diagnosed: DiagnosedNetwork<Scalar>, _ origin: StatisticsOrigin
  ) -> Bool {
    let count = fromValidation ? origin.validationCount ?? 0 : origin.sampleCount
    guard first >= 0, first.isMultiple(of: KeptSamples.blockRows), first < count,
      samples.sampleCount == min(KeptSamples.blockRows, count - first),
      samples.inputCount == origin.inputCount,
      let objective = diagnosed.objective
    else { return false }
    switch samples.targets {
    case .labels(let labels):
      guard case .sparseCategoricalCrossentropy = objective.loss else { return false }
      return labels.allSatisfy { (0..<objective.outputs).contains($0) }
    case .values(let values):
      if case .sparseCategoricalCrossentropy = objective.loss { return false }
      return values.columns == objective.outputs && values.storage.allSatisfy(\.isFinite)
    }
  }
}
