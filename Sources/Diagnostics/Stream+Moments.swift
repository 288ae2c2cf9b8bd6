import LinearAlgebra
import Networks

extension Stream {
  /// As many rows as products need to run at full speed, and few, so that no worker waits long for
  /// another at the end.
  static var traceRows: Int { 256 }
  /// What the traces may take that the moments are added from at once.
  private static var traceBytes: Int { 40 << 20 }
  /// So few blocks at once still leave something to share out.
  private static var fewestTraces: Int { 4 }
  /// More gain nothing.
  private static var mostTraces: Int { 16 }

  /// The first pass over the samples.
  ///
  /// Some blocks at a time go forward and back. Then the panels of the moments each add all of these
  /// blocks, while the next ones go forward and back. So there is one of each sum, and it depends on the
  /// order of the samples alone, to the last bit, and not on the number of workers.
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
  ) async throws -> DiagnosisSums<Scalar> {
    let plans = split.blocks(of: Self.traceRows)
    let count = min(traceCount, plans.count)
    let counter = BlockCounter(total: plans.count)
    var sums = DiagnosisSums(
      network: network, references: references, judges: judges, rankTolerance: rankTolerance)
    var rooms = (0..<max(1, workers)).map { _ in Room(of: self) }
    var unused = (0..<(2 * count)).map { _ in BlockTrace(of: network) }
    var traces: [BlockTrace<Scalar>] = []
    var rest = plans[...]
    while !rest.isEmpty || !traces.isEmpty {
      for trace in traces { sums.count(trace) }
      // Large work first, and small at the end, when one worker may have to wait for another.
      var works = traces.isEmpty ? [] : sums.takePanels().map { Work(panel: $0) }
      // Fewer blocks at the end: with the last ones there is nothing else to share out.
      let next = rest.prefix(min(count, max(Self.fewestTraces, rest.count / 2)))
      works += zip(next, unused).map { Work(plan: $0, trace: $1) }
      unused.removeFirst(next.count)
      rest = rest.dropFirst(next.count)
      try await add(traces, works: &works, rooms: &rooms, references: references)
      if !traces.isEmpty { sums.putBack(works.compactMap(\.panel)) }
      unused += traces
      traces = works.compactMap(\.trace)
      if let progress, !traces.isEmpty {
        progress("moments", counter.advance(by: traces.count))
      }
    }
    return sums
  }

  /// How many blocks' traces are kept at once: enough that adding a product to its sum costs little
  /// beside the product.
  private var traceCount: Int {
    let numbers = network.layers.reduce(0) { $0 + $1.weights.rows + $1.outputs }
    let bytes = Self.traceRows * numbers * MemoryLayout<Scalar>.size
    return min(max(Self.fewestTraces, Self.traceBytes / bytes), Self.mostTraces)
  }

  /// What a worker does next: adds the traces to a panel, or makes a trace of a block.
  private struct Work: Sendable {
    var panel: MomentPanel<Scalar>?
    var plan: BlockPlan?
    var trace: BlockTrace<Scalar>?
  }

  /// What a worker works in.
  private struct Room: Sendable {
    var pass: Pass<Scalar>
    var block: Block<Scalar>
    var product: [Scalar] = []

    init(of stream: Stream) {
      pass = stream.emptyPass
      block = Block(emptyFor: stream.split)
    }
  }

  private func add(
    _ traces: [BlockTrace<Scalar>], works: inout [Work], rooms: inout [Room],
    references: [[Scalar]]
  ) async throws {
    try await dealOut(&works, to: &rooms) { work, room in
      work.panel?.add(traces, product: &room.product)
      guard let plan = work.plan else { return }
      try split.read(plan, into: &room.block)
      try work.trace?.run(room.block, through: &room.pass, references: references)
    }
  }
}
