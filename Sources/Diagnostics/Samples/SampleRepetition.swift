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
    self.init(
      sampleCount: fitted.count + judged.count, differentCount: fittedCount + judgedCount - common,
      repeatedCount: fitted.count - fittedCount + judged.count - judgedCount, sharedCount: shared,
      repeatedHeldOutCount: judged.count - judgedCount)
  }
}
