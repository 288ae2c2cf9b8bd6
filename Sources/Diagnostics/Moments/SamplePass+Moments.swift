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
  /// - Returns: the sums over all samples.
  /// - Throws: what the source of the samples throws, and `DiagnosticsError` for a loss that is not
  ///   finite.
  func diagnosisSums(
    references: [[Scalar]], judges: Bool = true, rankTolerance: Double = Scalar.rankTolerance
  ) async throws -> FirstPassSums<Scalar> {
    let ranges = split.ranges(inBlocksOf: Self.traceRows)
    let blockCount = ranges.reduce(0) { $0 + $1.count }
    let roundSize = min(roundSize, ranges.map(\.count).max() ?? 0)
    let schedule = FirstPassSchedule(
      ranges,
      layerColumns: (0..<roundSize + aheadCount).map { _ in BlockColumns(of: network) },
      roundSize: roundSize, lastRoundSize: Self.fewestTraces,
      sums: FirstPassSums(
        network: network, references: references, judges: judges, rankTolerance: rankTolerance))
    let counter = ShareCounter(total: blockCount)
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<max(1, min(workers, blockCount)) {
        group.addTask { await work(on: schedule, references: references, counter) }
      }
    }
    try Task.checkCancellation()
    return try await schedule.takeSums()
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
    on schedule: FirstPassSchedule<Scalar>, references: [[Scalar]], _ counter: ShareCounter
  ) async {
    var pass = diagnosed.emptyPass
    var block = SampleBlock<Scalar>(emptyFor: split)
    var product: [Scalar] = []
    var done: FirstPassSchedule<Scalar>.Work?
    while var work = await schedule.next(after: done.take()) {
      work.panel?.add(work.round, work.roundPlace, product: &product)
      if let plan = work.plan {
        do {
          try Task.checkCancellation()
          try split.read(plan, into: &block)
          try work.layerColumns?.run(block, through: &pass, references: references)
        } catch {
          return await schedule.fail(at: work.place, error)
        }
        progress?("moments", counter.advance())
      }
      done = work
    }
  }
}
