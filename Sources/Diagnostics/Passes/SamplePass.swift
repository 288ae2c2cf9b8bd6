import LinearAlgebra
import Networks

/// Sums over samples, which several workers can collect side by side.
protocol MergingSums<Scalar>: Sendable {
  associatedtype Scalar: BLASScalar

  /// Adds the sums over other samples.
  mutating func merge(_ other: Self)
}

/// A pass over all samples: blocks of rows, dealt out to one worker per core.
///
/// Which worker takes which block depends on the number of workers alone, so a run is repeatable to
/// the last bit; another number of workers changes the rounding of the sums and nothing else.
struct SamplePass<Scalar: BLASScalar>: Sendable {
  let diagnosed: DiagnosedNetwork<Scalar>
  var split: SampleSplit
  let workers: Int
  let progress: Progress?

  /// Told after each block: what is being done, and the share of it that is done, in 0...1.
  typealias Progress = @Sendable (_ phase: String, _ share: Double) -> Void

  /// The network that the samples go through, or went through elsewhere.
  var network: Network<Scalar> { diagnosed.network }

  /// Large enough for the products to run at full speed: more than this gains nothing.
  private static var maximumBlockRows: Int { 2048 }
  /// Still large enough for wide layers.
  private static var minimumBlockRows: Int { 256 }
  /// What a worker's block and all that is computed of it may take.
  private static var blockBytes: Int { 12 << 20 }

  /// The block size: at most what is measured to be fast and fits in memory, whatever n is, and at
  /// least a block for every worker.
  var blockRows: Int {
    // The samples twice, and of each layer its inputs, outputs, derivatives, desired updates and one
    // more for what a pass looks for.
    let numbers = 2 * split.inputCount + network.layers.reduce(0) { $0 + 5 * $1.outputs }
    let fitting = Self.blockBytes / (numbers * MemoryLayout<Scalar>.size)
    let share = (split.samples.sampleCount + workers - 1) / max(workers, 1)
    return max(1, min(Self.maximumBlockRows, max(Self.minimumBlockRows, fitting), share))
  }

  /// Collects sums over all samples.
  ///
  /// - Parameters:
  ///   - phase: what is being done, for the progress.
  ///   - empty: the sums of nothing that every worker starts from.
  /// - Returns: the sums of all workers together.
  /// - Throws: what the source of the samples or `add` throws.
  func collect<Sums: BlockSums<Scalar>>(_ phase: String, from empty: Sums) async throws -> Sums {
    let plans = split.blocks(of: blockRows)
    let workerCount = max(1, min(workers, plans.count))
    let counter = ShareCounter(total: plans.count)
    return try await withThrowingTaskGroup(of: (Int, Sums).self) { group in
      for worker in 0..<workerCount {
        group.addTask {
          var sums = empty
          var pass = diagnosed.emptyPass
          var block = SampleBlock<Scalar>(emptyFor: split)
          for index in stride(from: worker, to: plans.count, by: workerCount) {
            try Task.checkCancellation()
            try split.read(plans[index], into: &block)
            // All of a block may be of weight 0.
            if !block.sourceRows.isEmpty { try sums.add(block, pass: &pass) }
            if let progress { progress(phase, counter.advance()) }
          }
          return (worker, sums)
        }
      }
      var collected = [Sums?](repeating: nil, count: workerCount)
      for try await (worker, sums) in group { collected[worker] = sums }
      // Each worker's sums are given back as soon as they are in the total.
      var total = collected[0].take() ?? empty
      for worker in 1..<workerCount {
        if let sums = collected[worker].take() { total.merge(sums) }
      }
      return total
    }
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
