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

  /// The ranges of this process, of so many: one after the other they go round, so that all finish at
  /// about the same time, and sums can be handed on in the order of the ranges.
  func places(of rangeCount: Int) -> [Int] { Array(stride(from: rank, to: rangeCount, by: count)) }

  /// Adds the sums of one of this process's ranges to its strand, whose sums the process of the range before
  /// hands on; and hands them on to the process of the next range. At the end of a strand they are added to
  /// those of the strands before, and handed on to the process where the next one ends.
  ///
  /// - Parameters:
  ///   - sums: of the range.
  ///   - place: which range it is.
  ///   - order: of all ranges.
  ///   - running: the sums so far, where this process keeps them.
  ///   - channel: tells several sums apart that are handed on side by side.
  /// - Throws: an error if a process has failed.
  func add<Sums: RangeSums>(
    _ sums: consuming Sums, ofRange place: Int, in order: RangeOrder,
    to running: inout RunningSums<Sums>, channel: Int
  ) async throws {
    guard areMany else {
      running.addRange(sums)
      if order.isLast(place) { running.endStrand() }
      return
    }
    let (ofStrand, ofTotal) = (2 * channel, 2 * channel + 1)
    if !order.isFirst(place) {
      sums.follow(try await receive(from: (place - 1) % count, channel: ofStrand))
    }
    guard order.isLast(place) else {
      return try await send(sums.handedOn, to: (place + 1) % count, channel: ofStrand)
    }
    let strand = order.strand(ofRange: place)
    func end(ofStrand strand: Int) -> Int {
      (order.ranges(ofStrand: strand).upperBound - 1) % count
    }
    if strand > 0 {
      sums.follow(try await receive(from: end(ofStrand: strand - 1), channel: ofTotal))
    }
    if strand + 1 < order.strandCount {
      try await send(sums.handedOn, to: end(ofStrand: strand + 1), channel: ofTotal)
    } else {
      running.total = sums
    }
  }

  /// The total of all ranges, which the process of the last range has, at every process.
  ///
  /// - Parameters:
  ///   - total: where this process has it.
  ///   - empty: the sums of nothing.
  ///   - rangeCount: how many ranges there are.
  ///   - channel: as above.
  /// - Returns: the same everywhere.
  /// - Throws: an error if a process has failed.
  func shared<Sums: RangeSums>(
    _ total: Sums?, empty: Sums, of rangeCount: Int, channel: Int
  ) async throws -> Sums {
    guard areMany, rangeCount > 0 else { return total ?? empty }
    let owner = (rangeCount - 1) % count
    let numbers = try await broadcast(total?.handedOn ?? [], from: owner, channel: 2 * channel)
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
    _ inputs: [Input], empty: Output, _ work: @escaping @Sendable (Input) throws -> Output
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

  /// Makes sure that all processes work on the same: the first says on what.
  ///
  /// - Parameter numbers: what it is known by.
  /// - Throws: `ProcessesDiffer` if this process has others, or an error if a process has failed.
  func agree(on numbers: [Double]) async throws {
    guard areMany else { return }
    let first = try await broadcast(numbers, from: 0, channel: 0)
    guard first == numbers else { throw ProcessesDiffer(rank: rank, first: first, own: numbers) }
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

/// Two processes of a run that work on something else.
package struct ProcessesDiffer: Error, CustomStringConvertible {
  let rank: Int
  let first: [Double]
  let own: [Double]

  package var description: String {
    func text(_ numbers: [Double]) -> String {
      numbers.prefix(2).map { "\(Int($0))" }.joined(separator: " and ")
    }
    return
      "the samples or the model are others than those of rank 0: \(text(own)) samples to fit on "
      + "and to judge by, \(text(first)) there\n  give all ranks the same files, on a file system that "
      + "all of them see"
  }
}
