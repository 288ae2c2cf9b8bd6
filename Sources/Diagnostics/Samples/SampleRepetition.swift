import LinearAlgebra
package import Networks

/// How often samples have the inputs of others.
package struct SampleRepetition: Equatable, Sendable {
  /// The number of samples that the first pass has seen.
  package let sampleCount: Int
  /// How many different inputs they have.
  package let differentCount: Int
  /// The samples whose inputs equal those of an earlier one of the same part.
  package let repeatedCount: Int
  /// The held-out samples whose inputs are those of a training sample.
  package let sharedCount: Int
  /// The held-out samples whose inputs equal those of an earlier held-out one.
  let repeatedHeldOutCount: Int
}

extension SampleRepetition {
  /// Whether a tenth of the samples and more are copies of others.
  var isOfCopies: Bool { 10 * repeatedCount >= sampleCount }

  /// - Parameters:
  ///   - training: a hash of the inputs of each training sample.
  ///   - heldOut: the same of the held-out samples.
  init(training: [UInt64], heldOut: [UInt64]) {
    self.init(Self.counts(training: training, heldOut: heldOut))
  }

  /// The same of the samples of all processes: each counts the hashes that fall to it. `nil` if none is
  /// held out anywhere.
  ///
  /// - Parameters:
  ///   - training: of this process's training samples.
  ///   - heldOut: of its held-out samples.
  ///   - processes: who shares the samples.
  /// - Throws: an error if a process has failed.
  init?(training: [UInt64], heldOut: [UInt64], among processes: any Processes) async throws {
    func own(_ hashes: [UInt64]) async throws -> [UInt64] {
      guard processes.areMany else { return hashes }
      var parts = [[UInt64]](repeating: [], count: processes.count)
      for hash in hashes { parts[Int(hash % UInt64(processes.count))].append(hash) }
      return try await processes.exchange(parts, channel: 0)
    }
    let counts = Self.counts(training: try await own(training), heldOut: try await own(heldOut))
    var running = RunningSums<CountSums>()
    let tree = RangeTree(processes.count)
    try await processes.add(
      CountSums(counts: counts), of: .range(processes.rank), in: tree, to: &running, channel: 0)
    let all = try await processes.shared(
      running.total, empty: CountSums(counts: counts), of: tree, channel: 0
    ).counts
    guard all[5] > 0 else { return nil }
    self.init(all)
  }

  /// The numbers in the order of the properties; then the number of held-out samples.
  private init(_ counts: [Int]) {
    self.init(
      sampleCount: counts[0], differentCount: counts[1], repeatedCount: counts[2],
      sharedCount: counts[3], repeatedHeldOutCount: counts[4])
  }

  private static func counts(training: [UInt64], heldOut: [UInt64]) -> [Int] {
    let (fitted, judged) = (training.sorted(), heldOut.sorted())
    func different(_ sorted: [UInt64]) -> Int {
      sorted.indices.count { $0 == 0 || sorted[$0] != sorted[$0 - 1] }
    }
    var (shared, common) = (0, 0)
    var place = 0
    for (index, hash) in judged.enumerated() {
      while place < fitted.count, fitted[place] < hash { place += 1 }
      guard place < fitted.count, fitted[place] == hash else { continue }
      shared += 1
      if index == 0 || judged[index - 1] != hash { common += 1 }
    }
    let (fittedCount, judgedCount) = (different(fitted), different(judged))
    return [
      fitted.count + judged.count, fittedCount + judgedCount - common,
      fitted.count - fittedCount + judged.count - judgedCount, shared,
      judged.count - judgedCount, judged.count,
    ]
  }
}

extension ArraySamples {
  /// What to say of held-out samples that are among those that were trained on.
  ///
  /// - Parameter training: those, in several parts perhaps.
  /// - Returns: a whole sentence; `nil` if no sample has the inputs of one of them.
  package func sharedSentence(with training: [ArraySamples]) -> String? {
    func hashes(_ samples: ArraySamples) -> [UInt64] {
      samples.inputs.rowHashes(rows: samples.sampleCount, columns: samples.identifyingCount)
    }
    let repetition = SampleRepetition(
      training: training.flatMap(hashes), heldOut: hashes(self))
    guard repetition.sharedCount > 0 else { return nil }
    return Warning.sharedSamples(repetition.sharedCount).description + "."
  }
}
