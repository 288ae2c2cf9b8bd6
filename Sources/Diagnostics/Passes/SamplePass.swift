import LinearAlgebra
import Networks

/// Sums over samples, which several workers can collect side by side.
protocol MergingSums<Scalar>: Sendable {
  associatedtype Scalar: BLASScalar

  /// Adds the sums over other samples.
  mutating func merge(_ other: Self)
}

/// A pass over all samples: ranges of rows, dealt out to one worker per core.
///
/// Each range is summed apart, and the sums are added as `RangeTree` says. The ranges depend on
/// the samples and the network alone, so every number of workers gives the same sums, to the last bit.
struct SamplePass<Scalar: BLASScalar>: Sendable {
  let diagnosed: DiagnosedNetwork<Scalar>
  var split: SampleSplit
  let workers: Int
  let progress: Progress?

  /// Told after each block: what is being done, and the share of it that is done, in 0...1.
  typealias Progress = @Sendable (_ phase: String, _ share: Double) -> Void

  /// The network that the samples go through, or went through elsewhere.
  var network: Network<Scalar> { diagnosed.network }

  /// The same pass, whose processes hand on nothing before all of them are known to have the same samples and
  /// the same model. Nothing waits for that before.
  var amongThoseThatAgree: SamplePass {
    let processes = split.processes
    let numbers = [split.sampleCount, split.validation?.sampleCount ?? 0, network.parameterCount]
    let weights = network.layers.map(\.weights)
    var pass = self
    pass.split.processes = processes.once {
      let own =
        numbers.map { Double($0) }
        + weights.flatMap { weights in
          var sums = [Double](repeating: 0, count: weights.columns)
          weights.addColumnSums(ofRows: 0..<weights.rows, to: &sums)
          return sums
        }
      let first = try await processes.broadcast(own, from: 0, channel: 0)
      guard first == own else {
        throw ProcessesDiffer(rank: processes.rank, first: first, own: own)
      }
    }
    return pass
  }

  /// Large enough for the products to run at full speed: more than this gains nothing.
  private static var maximumBlockRows: Int { 2048 }
  /// Still large enough for wide layers.
  private static var minimumBlockRows: Int { 256 }
  /// What a worker's block and all that is computed of it may take.
  private static var blockBytes: Int { 12 << 20 }

  /// The block size: at most what is measured to be fast and fits in memory, whatever n is; the blocks
  /// of a range are about equal.
  var blockRows: Int {
    // The samples twice, and of each layer its inputs, outputs, derivatives, desired updates and one
    // more for what a pass looks for.
    let numbers = 2 * split.inputCount + network.layers.reduce(0) { $0 + 5 * $1.outputs }
    let fitting = Self.blockBytes / (numbers * MemoryLayout<Scalar>.size)
    let most = min(Self.maximumBlockRows, max(Self.minimumBlockRows, fitting))
    let rangeRows = split.wholeRanges.map(\.rows.count).max() ?? 1
    let blockCount = (rangeRows + most - 1) / most
    return (rangeRows + blockCount - 1) / blockCount
  }

  /// Collects sums over all samples.
  ///
  /// - Parameters:
  ///   - phase: what is being done, for the progress.
  ///   - empty: the sums of nothing that every range starts from.
  ///   - rows: of a block, if not as many as are fast.
  /// - Returns: the sums of all ranges together.
  /// - Throws: what the source of the samples or `add` throws.
  func collect<Sums: BlockSums<Scalar>>(
    _ phase: String, from empty: Sums, blocksOf rows: Int? = nil
  ) async throws -> Sums {
    let ranges = split.ranges(inBlocksOf: rows ?? blockRows)
    let processes = split.processes
    let tree = split.tree(ofRanges: ranges.count)
    let places = processes.ranges(of: tree)
    let counter = ShareCounter(total: places.count)
    var running = RunningSums<Sums>()
    var turn = 0
    // Some wait for other processes, and keep no core busy.
    let taskCount = workers + (processes.areMany ? 2 : 0)
    try await foldConcurrently(
      places.map { ranges[$0] },
      workspaces: (0..<max(1, min(taskCount, places.count))).map { _ in
        (pass: diagnosed.emptyPass, block: SampleBlock<Scalar>(emptyFor: split))
      },
      make: { plans, buffers in
        var sums = empty
        for plan in plans {
          try split.read(plan, into: &buffers.block)
          // All of a block may be of weight 0.
          guard !buffers.block.sourceRows.isEmpty else { continue }
          try sums.add(buffers.block, pass: &buffers.pass)
        }
        progress?(phase, counter.advance())
        return sums
      },
      add: { sums in
        try await processes.add(
          sums, of: .range(places[turn]), in: tree, to: &running, channel: 0)
        turn += 1
      })
    return try await processes.shared(running.total, empty: empty, of: tree, channel: 0)
  }
}

extension SampleBlock {
  init(emptyFor split: SampleSplit) {
    self.init(
      inputs: Matrix(rows: 0, columns: split.inputCount), order: nil, targets: .labels([]),
      training: 0..<0,
      heldOut: 0..<0, sourceRows: [])
  }
}
