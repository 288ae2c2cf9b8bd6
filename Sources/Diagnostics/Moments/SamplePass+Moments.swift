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
  ///   - strand: which samples, if not all; by this process alone.
  /// - Returns: the sums over all samples, or over those of the strand.
  /// - Throws: what the source of the samples throws, and `DiagnosticsError` for a loss that is not
  ///   finite.
  func diagnosisSums(
    references: [[Scalar]], judges: Bool = true, rankTolerance: Double = Scalar.rankTolerance,
    strand: Int? = nil
  ) async throws -> FirstPassSums<Scalar> {
    var sums = FirstPassSums(
      network: network, references: references, judges: judges, rankTolerance: rankTolerance)
    if let collected = split.collected {
      sums.set(try collected.sums(StrandSums(tally: emptyTally, panels: sums.emptyPanels)))
      sums.setHashes(collected.hashes)
      return sums
    }
    let processes = split.processes
    let all = split.ranges(inBlocksOf: Self.traceRows)
    let order = split.order(ofRanges: all.count)
    let places =
      strand.map { Array(order.ranges(ofStrand: $0)) } ?? processes.places(of: all.count)
    let ranges = places.map { all[$0] }
    let blockCount = ranges.reduce(0) { $0 + $1.count }
    let roundSize = min(roundSize, all.map(\.count).max() ?? 0)
    // Some wait for other processes, and keep no core busy.
    let taskCount = workers + (processes.areMany ? 2 : 0)
    let schedule = FirstPassSchedule(
      ranges, at: places, in: order, isShared: processes.areMany,
      layerColumns: (0..<roundSize + aheadCount).map { _ in BlockColumns(of: network) },
      roundSize: roundSize, sums: sums)
    let counter = ShareCounter(total: blockCount)
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<max(1, min(taskCount, blockCount)) {
        group.addTask {
          await work(on: schedule, in: order, references: references, counter)
        }
      }
    }
    try Task.checkCancellation()
    sums = try await schedule.takeSums()
    if processes.areMany {
      try await sums.share(of: all.count, emptyTally: emptyTally, among: processes)
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
  private var roundSize: Int {
    let bytes = Self.traceRows * LayerColumnLayout(of: network).width * MemoryLayout<Scalar>.size
    return min(max(Self.fewestTraces, Self.traceBytes / bytes), Self.mostTraces)
  }

  /// The number of blocks that may go forward before the panels have added the previous ones.
  private var aheadCount: Int { min(roundSize, max(roundSize / 2, 2 * workers)) }

  /// Does what there is to do, until there is nothing more.
  private func work(
    on schedule: FirstPassSchedule<Scalar>, in order: RangeOrder, references: [[Scalar]],
    _ counter: ShareCounter
  ) async {
    let processes = split.processes
    var pass = diagnosed.emptyPass
    var block = SampleBlock<Scalar>(emptyFor: split)
    var product: [Scalar] = []
    var done: FirstPassSchedule<Scalar>.Work?
    while var work = await schedule.next(after: done.take()) {
      do {
        try Task.checkCancellation()
        if let place = work.roundPlace {
          work.panel?.add(work.round, place, isShared: processes.areMany, product: &product)
          if processes.areMany, place.endsRange {
            try await handOn(&work, range: place.range, in: order)
          }
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

  /// Hands on what a range has added to a panel, and its tally.
  private func handOn(
    _ work: inout FirstPassSchedule<Scalar>.Work, range: Int, in order: RangeOrder
  ) async throws {
    try await work.panel?.handOn(
      range: range, in: order, channel: 1 + work.place, among: split.processes)
    guard let tally = work.tally.strand.take() else { return }
    try await split.processes.add(
      tally, ofRange: range, in: order, to: &work.tally, channel: 0)
  }
}
