import LinearAlgebra
import Networks

extension SamplePass {
  /// The rows of a block: enough for products at full speed, and few enough that no worker waits
  /// long for another at the end.
  static var traceRows: Int { SampleSplit.rangeUnit }
  /// The memory that the `LayerColumns` of one round may take.
  private static var traceBytes: Int { 40 << 20 }
  /// So few blocks are still worth adding at once.
  private static var fewestTraces: Int { 4 }
  /// More gain nothing.
  private static var mostTraces: Int { 16 }

  /// The first pass over the samples.
  ///
  /// Blocks go forward and back, and panels of the moments add them, as `FirstPassSchedule` says: there is
  /// one of each sum, and it depends on the order of the samples alone, to the last bit, and not on
  /// the number of workers.
  ///
  /// - Parameters:
  ///   - references: the reference point of each layer's inputs.
  ///   - judges: whether the samples held out will judge updates.
  ///   - rankTolerance: of the moments, if not that of the samples' precision.
  ///   - ranges: those of a node of the tree of all ranges, if not all; by this process alone.
  /// - Returns: the sums over all samples, or over these.
  /// - Throws: what the source of the samples throws, and `DiagnosticsError` for a loss that is not
  ///   finite.
  func diagnosisSums(
    references: [[Scalar]], judges: Bool = true, rankTolerance: Double = Scalar.rankTolerance,
    ranges: Range<Int>? = nil
  ) async throws -> FirstPassSums<Scalar> {
    var sums = FirstPassSums(
      network: network, references: references, judges: judges, rankTolerance: rankTolerance)
    if let collected = split.collected {
      sums.set(
        try await collected.sums(NodeSums(tally: emptyTally, panels: sums.emptyPanels)))
      sums.setHashes(collected.hashes)
      return sums
    }
    let processes = split.processes
    let all = split.ranges(inBlocksOf: Self.traceRows)
    let plans = ranges.map { Array(all[$0]) } ?? all
    let tree = split.tree(ofRanges: plans.count)
    let places = processes.ranges(of: tree)
    let blockCount = places.reduce(0) { $0 + plans[$1].count }
    let roundSize = roundSize(sums, blocksOfRange: all.map(\.count).max() ?? 0)
    // Some wait for other processes, and keep no core busy.
    let taskCount = workers + (processes.areMany ? 2 : 0)
    let schedule = FirstPassSchedule(
      places.map { plans[$0] }, at: places,
      layerColumns: (0..<roundSize + aheadCount(roundSize)).map { _ in BlockColumns(of: network) },
      roundSize: roundSize, sums: sums)
    let counter = ShareCounter(total: blockCount)
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<max(1, min(taskCount, blockCount)) {
        group.addTask {
          await work(on: schedule, in: tree, references: references, counter)
        }
      }
    }
    try Task.checkCancellation()
    sums = try await schedule.takeSums()
    if processes.areMany {
      try await sums.share(of: tree, emptyTally: emptyTally, among: processes)
    }
    return sums
  }

  /// The tally of no samples, with answers if there are any.
  private var emptyTally: FirstPassTally {
    var empty = FirstPassTally(LayerColumnLayout(of: network))
    empty.trainingAnswers = diagnosed.objective.map { AnswerSums($0) }
    empty.heldOutAnswers = empty.trainingAnswers
    return empty
  }

  /// The number of blocks that are added at once: enough that adding a product to its sum costs
  /// little compared with the product.
  private func roundSize(_ sums: FirstPassSums<Scalar>, blocksOfRange count: Int) -> Int {
    let bytes = Self.traceRows * LayerColumnLayout(of: network).width * MemoryLayout<Scalar>.size
    // A range of one round needs no sums of its own, which would take as much as the moments.
    let most = max(Self.traceBytes, count <= Self.mostTraces ? sums.momentBytes / 2 : 0)
    return min(max(Self.fewestTraces, most / bytes), Self.mostTraces, count)
  }

  /// The number of blocks that may go forward before the panels have added the previous ones.
  private func aheadCount(_ roundSize: Int) -> Int {
    min(roundSize, max(roundSize / 2, 2 * workers))
  }

  /// Does what there is to do, until there is nothing more.
  private func work(
    on schedule: FirstPassSchedule<Scalar>, in tree: RangeTree, references: [[Scalar]],
    _ counter: ShareCounter
  ) async {
    var pass = diagnosed.emptyPass
    var block = SampleBlock<Scalar>(emptyFor: split)
    var product: [Scalar] = []
    var done: FirstPassSchedule<Scalar>.Work?
    while var work = await schedule.next(after: done.take()) {
      do {
        try Task.checkCancellation()
        if let place = work.roundPlace {
          work.panel?.add(work.round, place, product: &product)
          if place.endsRange { try await endRange(place.range, of: tree, &work) }
        }
        if let plan = work.plan {
          try split.read(plan, into: &block)
          try work.layerColumns?.run(block, through: &pass, references: references)
          progress?("moments", counter.advance())
        }
      } catch {
        return await schedule.fail(at: work.place, error)
      }
      done = work
    }
  }

  /// Adds what a range has given a panel to the ranges before it, and its tally.
  private func endRange(
    _ place: Int, of tree: RangeTree, _ work: inout FirstPassSchedule<Scalar>.Work
  ) async throws {
    try await work.panel?.endRange(
      place, in: tree, channel: 1 + work.place, among: split.processes)
    guard let tallies = work.tallies.take() else { return }
    var running = tallies.running
    try await split.processes.add(
      tallies.range, of: .range(place), in: tree, to: &running, channel: 0)
    work.tallies = (tallies.range, running)
  }
}
