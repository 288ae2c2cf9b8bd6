import LinearAlgebra

/// The processes that share the samples of a run: this one alone, or several that run the same program
/// on the same files.
///
/// Every pass is a sum over ranges of rows, and each process takes its ranges. All else depends on these
/// sums alone, so that every process does the same with them, to the last bit, and nothing but sums has
/// to travel.
package protocol Processes: Sendable {
  /// How many there are, at least 1.
  var count: Int { get }
  /// Which of them this one is, counted from 0.
  var rank: Int { get }

  /// Sends numbers to another process, or to this one. What a process sends another over one channel
  /// arrives in order.
  ///
  /// - Throws: an error if a process has failed.
  func send(_ numbers: [Double], to rank: Int, channel: Int) async throws

  /// The next numbers that another process sends.
  ///
  /// - Throws: an error if a process has failed.
  func receive(from rank: Int, channel: Int) async throws -> [Double]
}

/// This process alone.
package struct OneProcess: Processes {
  package init() {}
  package var count: Int { 1 }
  package var rank: Int { 0 }
  package func send(_ numbers: [Double], to rank: Int, channel: Int) { alone() }
  package func receive(from rank: Int, channel: Int) -> [Double] { alone() }

  private func alone() -> Never { preconditionFailure("there is no other process") }
}

extension Processes {
  /// Whether there are others.
  var areMany: Bool { count > 1 }

  /// Whose each of so many pieces of independent work is: they go round.
  func places(of count: Int) -> [Int] { Array(stride(from: rank, to: count, by: self.count)) }

  /// The ranges of this process. Nodes go round the processes, so that all finish at about the same time and
  /// sums can be handed on in the order of the ranges.
  func ranges(of tree: RangeTree) -> [Int] {
    (0..<tree.rangeCount).filter { owner(of: .range($0), in: tree) == rank }
  }

  /// The process that adds up a node: that of its last range.
  private func owner(of node: RangeTree.Node, in tree: RangeTree) -> Int {
    (tree.ranges(of: node).upperBound - 1) / unit(of: tree) % count
  }

  /// How many ranges that follow each other go to one process: a whole node of the tree, so that only the sums
  /// of whole nodes have to travel. To hand on a sum takes about as long as an eighth of a range.
  private func unit(of tree: RangeTree) -> Int {
    func cost(_ span: Int) -> Int {
      let units = (tree.rangeCount + span - 1) / span
      return (units + count - 1) / count * (8 * span + 1)
    }
    let spans = (0..<max(tree.height, 1)).map { tree.span(ofLevel: $0) }
    return spans.min { cost($0) < cost($1) } ?? 1
  }

  /// Adds the sums of a node to those of its siblings before it, which the process of the one before hands on;
  /// and hands them on to the process of the next one. The process of the last one goes on with their parent.
  ///
  /// - Parameters:
  ///   - sums: of the node; with those of its siblings before it, where this process kept and has taken them.
  ///   - node: a range of this process, or what it has of a file.
  ///   - tree: of all ranges.
  ///   - running: what this process keeps.
  ///   - channel: tells several sums apart that are handed on side by side.
  /// - Throws: an error if a process has failed.
  func add<Sums: RangeSums>(
    _ sums: consuming Sums, of node: RangeTree.Node, in tree: RangeTree,
    to running: inout RunningSums<Sums>, channel: Int
  ) async throws {
    var (sums, node) = (sums, node)
    while node.level < tree.height {
      let channel = Self.channel(channel, ofLevel: node.level)
      if !tree.isFirstChild(node) {
        let previous = owner(of: node.previous, in: tree)
        if previous != rank {
          sums.follow(try await receive(from: previous, channel: channel))
        } else if var before = running.takeSiblings(before: node) {
          before.merge(sums)
          sums = before
        }
      }
      guard tree.isLastChild(node) else {
        let next = owner(of: node.next, in: tree)
        guard next != rank else { return running.keep(sums, upTo: node) }
        return try await send(sums.handedOn, to: next, channel: channel)
      }
      node = tree.parent(of: node)
    }
    running.end(with: sums)
  }

  /// Sums of different levels go the same way, and not in the order in which they are waited for.
  private static func channel(_ channel: Int, ofLevel level: Int) -> Int {
    // Of 10¹³ samples.
    let mostLevels = 8
    precondition(level < mostLevels, "too many ranges")
    return mostLevels * channel + level
  }

  /// The total of all ranges, which the process of the last range has, at every process.
  ///
  /// - Parameters:
  ///   - total: where this process has it.
  ///   - empty: the sums of nothing.
  ///   - tree: of all ranges.
  ///   - channel: as above.
  /// - Returns: the same everywhere.
  /// - Throws: an error if a process has failed.
  func shared<Sums: RangeSums>(
    _ total: Sums?, empty: Sums, of tree: RangeTree, channel: Int
  ) async throws -> Sums {
    guard areMany, tree.rangeCount > 0 else { return total ?? empty }
    let owner = owner(of: .range(tree.rangeCount - 1), in: tree)
    let numbers = try await broadcast(
      total?.handedOn ?? [], from: owner, channel: Self.channel(channel, ofLevel: 0))
    return empty.replaced(by: numbers)
  }

  /// The numbers of one process, at every process, by a binary tree.
  package func broadcast(_ numbers: [Double], from owner: Int, channel: Int) async throws
    -> [Double]
  {
    let own = (rank - owner + count) % count
    var (numbers, bit) = (numbers, 1)
    while bit < count, own & bit == 0 { bit *= 2 }
    if own > 0 { numbers = try await receive(from: (own - bit + owner) % count, channel: channel) }
    bit /= 2
    while bit > 0 {
      if own + bit < count {
        try await send(numbers, to: (own + bit + owner) % count, channel: channel)
      }
      bit /= 2
    }
    return numbers
  }

  /// What independent work makes of each input: the inputs go round the processes.
  ///
  /// - Parameters:
  ///   - inputs: the same at every process.
  ///   - empty: an output to read into.
  ///   - work: makes an output, and depends on no other.
  /// - Returns: one output for each input, the same at every process.
  /// - Throws: what `work` throws, or an error if a process has failed.
  func map<Input: Sendable, Output: Sendable & Portable>(
    _ inputs: [Input], empty: Output, _ work: @escaping @Sendable (Input) async throws -> Output
  ) async throws -> [Output] {
    let made = try await concurrentMap(places(of: inputs.count).map { inputs[$0] }, work)
    guard areMany else { return made }
    var outputs: [Output] = []
    for place in inputs.indices {
      let owner = place % count
      let numbers = owner == rank ? made[place / count].carried : []
      outputs.append(empty.carrying(try await broadcast(numbers, from: owner, channel: 0)))
    }
    return outputs
  }

  /// Hands a part of what this process has to each process.
  ///
  /// - Parameters:
  ///   - parts: one for each process.
  ///   - channel: as above.
  /// - Returns: what all have for this one, in no particular order.
  /// - Throws: an error if a process has failed.
  func exchange(_ parts: [[UInt64]], channel: Int) async throws -> [UInt64] {
    var received = parts[rank]
    for step in 1..<max(count, 1) {
      let (next, previous) = ((rank + step) % count, (rank - step + count) % count)
      async let sent: Void = send(
        parts[next].map { Double(bitPattern: $0) }, to: next, channel: channel)
      received += try await receive(from: previous, channel: channel).map(\.bitPattern)
      try await sent
    }
    return received
  }
}
