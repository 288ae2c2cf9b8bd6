import LinearAlgebra
import Networks

/// Some samples in memory, sent forward and back once.
///
/// A subset of a part is enough to choose candidates and amplitudes by. What is reported is measured
/// on all samples; a subset only saves passes over them, so that choosing costs the same whatever n
/// is. Of no more samples than its limit it holds all.
struct SampleSubset<Scalar: BLASScalar>: Sendable {
  /// Blocks small enough for a processor's cache, each with its pass; inputs relative to their
  /// references.
  let pieces: [(block: SampleBlock<Scalar>, pass: Pass<Scalar>)]

  /// The number of its samples.
  var sampleCount: Int { pieces.reduce(0) { $0 + $1.pass.sampleCount } }

  /// How much each of its samples counts; `nil` if all count alike.
  var weights: [Double]? {
    let weights = pieces.compactMap(\.block.weights)
    return weights.isEmpty ? nil : weights.flatMap { $0 }
  }

  /// The unit that each sample belongs to; `nil` where all stand for themselves.
  var units: [Int]? {
    let units = pieces.flatMap { piece in
      (piece.block.training.lowerBound..<piece.block.heldOut.upperBound)
        .compactMap { piece.block.unit(ofRow: $0) }
    }
    return units.isEmpty ? nil : units
  }

  /// In which half of the held-out samples each of its samples is.
  var halves: [Int] {
    pieces.flatMap { piece in
      (piece.block.training.lowerBound..<piece.block.heldOut.upperBound)
        .map { piece.block.half(ofRow: $0) }
    }
  }

  /// Collects sums over all pieces: some at a time are summed apart, and those sums are added in order.
  ///
  /// - Parameters:
  ///   - empty: the sums of nothing that each of these starts from.
  ///   - workers: the number of cores to use; the sums do not depend on it.
  ///   - processes: who shares the work if it is much; all have the same subset.
  /// - Returns: the sums of all pieces together.
  /// - Throws: `CancellationError`, or an error if a process has failed.
  func collect<Sums: PassSums<Scalar>>(
    from empty: Sums, workers: Int, among processes: any Processes
  ) async throws -> Sums {
    let shares = pieces.indices.cut(into: Self.shareCount)
    let processes = isWorthSharing ? processes : OneProcess()
    let tree = RangeTree(shares.count)
    let places = processes.ranges(of: tree)
    var running = RunningSums<Sums>()
    var turn = 0
    try await foldConcurrently(
      places.map { shares[$0] },
      workspaces: [Void](repeating: (), count: max(1, workers)),
      make: { places, _ in
        var sums = empty
        for place in places { sums.add(pieces[place].block, from: pieces[place].pass) }
        return sums
      },
      add: { sums in
        try await processes.add(
          sums, of: .range(places[turn]), in: tree, to: &running, channel: 0)
        turn += 1
      })
    return try await processes.shared(running.total, empty: empty, of: tree, channel: 0)
  }

  /// Whether going through the network takes longer than handing sums from process to process.
  private var isWorthSharing: Bool {
    let fewestProducts = 1 << 26
    guard let network = pieces.first?.pass.network else { return false }
    return sampleCount * network.parameterCount >= fewestProducts
  }

  /// Into so many shares the pieces are cut, for so many workers at most.
  private static var shareCount: Int { 8 }

  /// Which samples.
  enum Part: Sendable {
    /// The training part. Sketches of different numbers share no samples if there are enough for
    /// both.
    case training(number: Int)
    /// The part that only judges.
    case heldOut
  }

  /// The number of samples that judge a gain of a thousandth of the loss's deviation to a sixteenth
  /// of it.
  fileprivate static var maximumRows: Int { 4096 }
  /// The memory that the activations of a subset may take; wide networks have smaller subsets.
  fileprivate static var maximumBytes: Int { 20 << 20 }
  /// So many tell a standard error to a sixth even where one sample in a hundred makes it; of narrow
  /// networks more cost nothing.
  fileprivate static var rowsForErrors: Int { 1024 }
  fileprivate static var bytesForErrors: Int { 8 << 20 }
  fileprivate static var pieceRows: Int { 256 }
}

extension SamplePass {
  /// Reads runs of rows of one part, evenly spread over the samples, and sends them through the
  /// network.
  ///
  /// - Parameters:
  ///   - part: the part.
  ///   - references: the reference point of each layer's inputs.
  ///   - errorsAlone: whether all that it is for are standard errors, which fewer samples do for.
  ///   - besideOtherWork: whether one core is enough, because the others have work that takes as long.
  /// - Returns: the subset; `nil` of a part without samples.
  /// - Throws: what the source of the samples throws, and `DiagnosticsError` for a loss that is not
  ///   finite.
  func subset(
    of part: SampleSubset<Scalar>.Part, references: [[Scalar]], errorsAlone: Bool = false,
    besideOtherWork: Bool = false
  ) async throws -> SampleSubset<Scalar>? {
    let wanted = subsetSize(errorsAlone: errorsAlone)
    let rows = try split.rows(of: part.isHeldOut, spread: part.number, atMost: wanted)
    guard rows.inputs.rows > 0 else { return nil }
    let starts = Array(stride(from: 0, to: rows.inputs.rows, by: SampleSubset<Scalar>.pieceRows))
    @Sendable func piece(from start: Int) throws -> (block: SampleBlock<Scalar>, pass: Pass<Scalar>)
    {
      let chosen = Array(start..<min(start + SampleSubset<Scalar>.pieceRows, rows.inputs.rows))
      var block = SampleBlock<Scalar>(
        inputs: rows.inputs.selectingRows(chosen), order: nil,
        targets: Targets(rows.targets.selecting(chosen)),
        training: part.isHeldOut ? 0..<0 : 0..<chosen.count,
        heldOut: part.isHeldOut ? 0..<chosen.count : chosen.count..<chosen.count,
        sourceRows: chosen.map { rows.sourceRows[$0] },
        weights: rows.weights.map { weights in chosen.map { weights[$0] } },
        marks: rows.marks.isEmpty ? [] : chosen.map { rows.marks[$0] },
        errorsAreOverUnits: split.errorsAreOverUnits)
      var pass = diagnosed.emptyPass
      try pass.run(block, references: references)
      pass.dropIntermediates()
      block.inputs.setRowCount(0)
      return (block, pass)
    }
    return SampleSubset(
      pieces: try besideOtherWork ? starts.map(piece) : await concurrentMap(starts, piece))
  }

  /// So many rows a subset has at most.
  private func subsetSize(errorsAlone: Bool) -> Int {
    let width = split.inputCount + 2 * network.layers.reduce(0) { $0 + $1.outputs }
    let bytes = width * MemoryLayout<Scalar>.size
    let most = min(SampleSubset<Scalar>.maximumRows, SampleSubset<Scalar>.maximumBytes / bytes)
    let forErrors = max(
      SampleSubset<Scalar>.rowsForErrors, SampleSubset<Scalar>.bytesForErrors / bytes)
    return max(1, errorsAlone ? min(most, forErrors) : most)
  }

  /// The rows that a subset of the training part for errors is chosen from.
  var errorPlans: [BlockPlan] {
    split.plans(of: false, spread: 0, atMost: subsetSize(errorsAlone: true))
  }
}

extension SamplePass {
  /// The training samples with all that a pass leaves of them, for sums that are asked for again and
  /// again; where that takes little memory.
  ///
  /// - Parameters:
  ///   - references: the reference point of each layer's inputs.
  ///   - mostBytes: what they may take.
  /// - Returns: pieces weighed as `Pass.weigh(_:)` does; `nil` where they would take more.
  /// - Throws: as for a subset.
  func trainingPasses(
    references: [[Scalar]], within mostBytes: Int
  ) async throws -> SampleSubset<Scalar>? {
    // Of each layer its inputs, outputs, derivatives and desired updates.
    let numbers = split.inputCount + 4 * network.layers.reduce(0) { $0 + $1.outputs }
    guard
      split.samples.sampleCount <= mostBytes / (numbers * MemoryLayout<Scalar>.size)
    else { return nil }
    let plans = split.ranges(inBlocksOf: blockRows).joined().filter { !$0.fromValidation }
    let pieces = try await concurrentMap(plans, workers: workers) { plan in
      var block = SampleBlock<Scalar>(emptyFor: split)
      try split.read(plan, into: &block)
      var part = block.trainingPart
      var pass = diagnosed.emptyPass
      // All of a block may be held out or of weight 0.
      if !part.training.isEmpty {
        try pass.run(part, references: references)
        pass.weigh(part)
      }
      part.inputs.setRowCount(0)
      return (block: part, pass: pass)
    }
    return SampleSubset(pieces: pieces.filter { !$0.block.training.isEmpty })
  }
}

extension SampleSubset.Part {
  fileprivate var isHeldOut: Bool {
    if case .heldOut = self { true } else { false }
  }

  fileprivate var number: Int {
    if case .training(let number) = self { number } else { 0 }
  }
}

extension SampleSplit {
  /// Where short runs of rows stand that have as many rows of one part as are wanted.
  fileprivate func plans(of heldOut: Bool, spread number: Int, atMost wanted: Int) -> [BlockPlan] {
    let fromValidation = heldOut && validation != nil
    let count = blockCount(of: Self.rangeUnit, fromValidation: fromValidation)
    // A run yields as much of its rows as belong to the part.
    let share = validation != nil ? 1 : heldOut ? heldOutShare : 1 - heldOutShare
    let runCount = min(
      count, Int((Double(wanted) / (Double(Self.rangeUnit) * max(share, 1e-3))).rounded(.up)))
    // Those of the second subset lie halfway between those of the first.
    return (0..<runCount).map {
      block(
        (2 * $0 + number) * count / (2 * runCount), of: Self.rangeUnit,
        fromValidation: fromValidation)
    }
  }

  /// Short runs of rows of one part, in the order of the source.
  fileprivate func rows(
    of heldOut: Bool, spread number: Int, atMost wanted: Int
  ) throws -> (
    inputs: Matrix<Float>, targets: Targets<Float>, sourceRows: [Int], weights: [Double]?,
    marks: [UInt64]
  ) {
    var storage: [Float] = []
    var targets: [Targets<Float>] = []
    var sourceRows: [Int] = []
    var weights: [Double]?
    var marks: [UInt64] = []
    var block = SampleBlock<Float>(emptyFor: self)
    for plan in plans(of: heldOut, spread: number, atMost: wanted)
    where sourceRows.count < wanted {
      try read(plan, into: &block)
      let part = heldOut ? block.heldOut : block.training
      let chosen = Array(part.prefix(wanted - sourceRows.count))
      let order = block.order
      storage += block.inputs.selectingRows(chosen.map { order?[$0] ?? $0 }).storage
      targets.append(block.targets.selecting(chosen))
      sourceRows += chosen.map { block.sourceRows[$0] }
      if let more = block.weights { weights = (weights ?? []) + chosen.map { more[$0] } }
      if !block.marks.isEmpty { marks += chosen.map { block.marks[$0] } }
    }
    return (
      Matrix(rows: sourceRows.count, columns: inputCount, storage: storage),
      Targets(joining: targets), sourceRows, weights, marks
    )
  }
}
