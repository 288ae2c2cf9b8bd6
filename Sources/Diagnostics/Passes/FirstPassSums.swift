import LinearAlgebra
import Networks

/// What the first pass over the samples collects: moments and losses, of both parts.
struct FirstPassSums<Scalar: BLASScalar>: Sendable {
  private var training: MomentSums<Scalar>
  private var heldOut: MomentSums<Scalar>
  /// Those of the ranges so far, and that of the range that is under way.
  private var tallies = RunningSums<FirstPassTally>()
  private var rangeTally: FirstPassTally
  private let noTally: FirstPassTally
  /// A hash of each sample's inputs, eight bytes a sample; none where nothing judges.
  private var trainingHashes: [UInt64] = []
  private var heldOutHashes: [UInt64] = []

  /// Sums of nothing.
  ///
  /// - Parameters:
  ///   - network: the network whose layers they are about.
  ///   - references: the reference point of each layer's inputs.
  ///   - judges: whether the samples held out will judge updates; otherwise they only give a loss.
  ///   - rankTolerance: of the moments.
  init(network: Network<Scalar>, references: [[Scalar]], judges: Bool, rankTolerance: Double) {
    training = MomentSums(
      network: network, references: references, part: .training, rankTolerance: rankTolerance)
    heldOut = MomentSums(
      network: network, references: references, part: judges ? .heldOut : nil,
      rankTolerance: rankTolerance)
    noTally = FirstPassTally(LayerColumnLayout(of: network))
    rangeTally = noTally
  }

  /// The tally of all ranges, once they have ended.
  var tally: FirstPassTally { tallies.total ?? noTally }

  /// Counts a block, whose products the panels add.
  mutating func count(_ block: BlockColumns<Scalar>) {
    rangeTally.merge(block.tally)
    guard !block.inputHashes.isEmpty else { return }
    trainingHashes += block.inputHashes[block.training]
    heldOutHashes += block.inputHashes[block.heldOut]
  }

  /// Hands out the tally of the range that is under way, which ends here, and those of the ranges before it.
  mutating func takeTallies() -> (range: FirstPassTally, running: RunningSums<FirstPassTally>) {
    defer { (rangeTally, tallies) = (noTally, RunningSums()) }
    return (rangeTally, tallies)
  }

  /// Takes them back, the range added.
  mutating func putBack(_ running: RunningSums<FirstPassTally>) { tallies = running }

  /// Brings the sums of all ranges from the process of the last one to every process.
  ///
  /// - Parameters:
  ///   - tree: of all ranges.
  ///   - emptyTally: that of no samples, with answers if there are any.
  ///   - processes: who shares them.
  /// - Throws: an error if a process has failed.
  mutating func share(
    of tree: RangeTree, emptyTally: FirstPassTally, among processes: any Processes
  ) async throws {
    tallies = RunningSums(
      total: try await processes.shared(tallies.total, empty: emptyTally, of: tree, channel: 0))
    var panels = takePanels()
    for place in panels.indices {
      try await panels[place].share(of: tree, channel: 1 + place, among: processes)
    }
    putBack(panels)
  }

  /// How often samples have the inputs of others; `nil` where nothing judges. The hashes are gone after
  /// this.
  ///
  /// - Throws: an error if a process has failed.
  mutating func takeRepetition(among processes: any Processes) async throws -> SampleRepetition? {
    let (training, heldOut) = takeHashes()
    return try await SampleRepetition(training: training, heldOut: heldOut, among: processes)
  }

  /// A hash of each sample's inputs, which are gone after this.
  mutating func takeHashes() -> (training: [UInt64], heldOut: [UInt64]) {
    defer { (trainingHashes, heldOutHashes) = ([], []) }
    return (trainingHashes, heldOutHashes)
  }

  /// Takes the hashes of all samples.
  mutating func setHashes(_ hashes: (training: [UInt64], heldOut: [UInt64])) {
    (trainingHashes, heldOutHashes) = hashes
  }

  /// Hands out all panels, to be given back in the same order.
  mutating func takePanels() -> [MomentPanel<Scalar>] {
    training.takePanels() + heldOut.takePanels()
  }

  /// Takes them back.
  mutating func putBack(_ panels: [MomentPanel<Scalar>]) {
    training.putBack(panels.filter { $0.part == .training })
    heldOut.putBack(panels.filter { $0.part == .heldOut })
  }

  /// The averages over the training part; their sums are gone after this.
  mutating func takeTrainingMoments() -> Moments? { training.takeMoments(tally.training) }

  /// What judges updates on the samples held out; the sums are gone after this.
  mutating func takeHeldOutMoments() -> [UpdateMoments?]? {
    heldOut.takeUpdateMoments(tally.heldOut)
  }
}

extension Pass {
  /// Sends a block forward and back as far as a layer, and takes every layer's inputs relative to its
  /// reference.
  ///
  /// - Throws: `DiagnosticsError.lossNotFinite` with the first sample whose loss is not finite.
  mutating func run(
    _ block: SampleBlock<Scalar>, to first: Int = 0, references: [[Scalar]]
  ) throws(DiagnosticsError) {
    try run(block, to: first)
    takeInputs(relativeTo: references)
  }

  /// Sends a block forward and back as far as a layer.
  ///
  /// - Throws: `DiagnosticsError.lossNotFinite` with the first sample whose loss is not finite.
  mutating func run(_ block: SampleBlock<Scalar>, to first: Int = 0) throws(DiagnosticsError) {
    forward(block.inputs, rows: block.order, differentiating: true)
    backward(targets: block.targets, to: first)
    if let row = losses.firstIndex(where: { !$0.isFinite }) {
      throw .lossNotFinite(sampleRow: block.sourceRows[row])
    }
  }

  /// Makes sums of products of the inputs and desired updates of a block weighted sums.
  mutating func weigh(_ block: SampleBlock<Scalar>) {
    if let roots = block.weightRoots { multiplySamples(by: roots) }
  }

  /// Sends a block forward alone, and takes every layer's inputs relative to its reference.
  mutating func runForward(
    _ block: SampleBlock<Scalar>, references: [[Scalar]], differentiating: Bool = true
  ) {
    forward(block.inputs, rows: block.order, differentiating: differentiating)
    takeInputs(relativeTo: references)
  }

  private mutating func takeInputs(relativeTo references: [[Scalar]]) {
    for (index, reference) in references.enumerated() {
      inputs[index].subtractFromRows(reference)
    }
  }
}
