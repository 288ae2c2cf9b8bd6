import LinearAlgebra
import Networks

/// Who does what in the first pass over the samples: workers ask for blocks to send through the network,
/// and for panels of the moments to add them to.
///
/// Blocks are added some at a time, a round. The panels of a round are handed out when all of its
/// blocks have come through and the panels of the round before are back; blocks of the next round go
/// through meanwhile, as long as there are traces for what they leave. So nobody waits for a slower
/// worker but at the very end, and every sum is added up in the order of the samples, whoever does it:
/// each range by itself, as all passes sum.
actor FirstPassSchedule<Scalar: BLASScalar> {
  /// A block to go forward and back, or a panel to add the traces of a round to.
  struct Work: Sendable {
    /// Among the blocks, or the panels.
    let place: Int
    var plan: BlockPlan?
    var layerColumns: BlockColumns<Scalar>?
    var panel: MomentPanel<Scalar>?
    /// The round that is added to the panel, and where in a range it is.
    var round: [BlockColumns<Scalar>] = []
    var roundPlace: FirstPassRound.Place?
    /// The tally of the range that ends here, if this is who adds it to those before it.
    var tallies: Tallies?
  }

  typealias Tallies = (range: FirstPassTally, running: RunningSums<FirstPassTally>)

  private let plans: [BlockPlan]
  private let rounds: [FirstPassRound]
  /// The blocks that are handed out, the first so many.
  private var blockCount = 0
  /// Traces that are free.
  private var unused: [BlockColumns<Scalar>]
  /// Those of blocks that have come through before their round's turn.
  private var arrived: [Int: BlockColumns<Scalar>] = [:]

  /// The round that is added next, or just now.
  private var turn = 0
  private var added: [BlockColumns<Scalar>] = []
  /// The panels of this turn, `nil` while they are handed out, and which of them are still to be, the
  /// last one first.
  private var panels: [MomentPanel<Scalar>?] = []
  /// The tally of a range that has ended, until somebody adds it.
  private var tallies: Tallies?
  private var waitingPanels: [Int] = []

  private var sums: FirstPassSums<Scalar>?
  private var failure: (place: Int, error: any Error)?
  private var idle: [CheckedContinuation<Work?, Never>] = []

  /// - Parameters:
  ///   - ranges: all blocks of this process, in the order of the samples.
  ///   - places: which of all ranges they are.
  ///   - layerColumns: buffers for at least one round.
  ///   - roundSize: how many blocks are added at once.
  ///   - sums: of nothing.
  init(
    _ ranges: [[BlockPlan]], at places: [Int], layerColumns: [BlockColumns<Scalar>], roundSize: Int,
    sums: FirstPassSums<Scalar>
  ) {
    precondition(layerColumns.count >= roundSize, "too few buffers")
    plans = Array(ranges.joined())
    unused = layerColumns
    self.sums = sums
    rounds = FirstPassRound.rounds(
      ofRanges: ranges.map(\.count), at: places, size: max(1, roundSize))
  }

  /// Takes back what a worker has done, and gives it what to do next.
  ///
  /// - Parameter done: consumed, so that the next to use the trace finds it nobody else's.
  /// - Returns: `nil` when everything is done, or something has failed.
  func next(after done: consuming Work?) async -> Work? {
    if let done = consume done { takeBack(done) }
    proceed()
    if let work = work() { return work }
    if isOver { return nil }
    return await withCheckedContinuation { idle.append($0) }
  }

  /// Ends the work, because a block has failed. Those before it are in work already, and each says
  /// itself whether it fails, too.
  func fail(at place: Int, _ error: any Error) {
    if place < failure?.place ?? .max { failure = (place, error) }
    proceed()
  }

  /// The sums over all blocks, once; what a block has failed with, of several the first.
  func takeSums() throws -> FirstPassSums<Scalar> {
    if let failure { throw failure.error }
    guard isOver, let sums = sums.take() else { preconditionFailure("not all blocks are added") }
    return sums
  }

  private var isOver: Bool { failure != nil || turn == rounds.count }

  private func takeBack(_ done: consuming Work) {
    if let layerColumns = done.layerColumns { arrived[done.place] = layerColumns }
    if let panel = done.panel { panels[done.place] = panel }
    if let tallies = done.tallies { sums?.putBack(tallies.running) }
  }

  /// Begins the next round if it can, and wakes whom there is work for.
  private func proceed() {
    if !isOver, waitingPanels.isEmpty, panels.allSatisfy({ $0 != nil }) {
      if !added.isEmpty { endRound() }
      if turn < rounds.count, rounds[turn].blocks.allSatisfy({ arrived[$0] != nil }) {
        beginRound()
      }
    }
    while !idle.isEmpty, let work = work() { idle.removeFirst().resume(returning: work) }
    guard isOver else { return }
    for worker in idle { worker.resume(returning: nil) }
    idle = []
  }

  private func beginRound() {
    added = rounds[turn].blocks.compactMap { arrived.removeValue(forKey: $0) }
    for layerColumns in added { sums?.count(layerColumns) }
    if rounds[turn].place.endsRange { tallies = sums?.takeTallies() }
    panels = sums?.takePanels() ?? []
    // Large work first, and small at the end.
    waitingPanels = panels.indices.sorted { panels[$0]?.cost ?? 0 < panels[$1]?.cost ?? 0 }
  }

  private func endRound() {
    sums?.putBack(panels.compactMap { $0 })
    panels = []
    unused += added
    added = []
    turn += 1
  }

  private func work() -> Work? {
    if failure != nil { return nil }
    if let place = waitingPanels.popLast() {
      return Work(
        place: place, panel: panels[place].take(), round: added, roundPlace: rounds[turn].place,
        tallies: tallies.take())
    }
    guard blockCount < plans.count, let layerColumns = unused.popLast() else { return nil }
    defer { blockCount += 1 }
    return Work(place: blockCount, plan: plans[blockCount], layerColumns: layerColumns)
  }
}
