package import Networks

/// A file with what one pass over a share of some samples has left: numbers whose meaning is that of the
/// diagnosis that reads them, and what a report says of where they come from.
package struct StatisticsFile: Sendable {
  /// What it was made from, and by which program.
  package struct Source: Equatable, Sendable {
    /// The program's version.
    package var program: String
    /// The kind of processor, by which the last bits of sums may differ.
    package var processor: String
    /// The file of the model, as it was named.
    package var model: String
    /// The files of the samples.
    package var data: String
    /// The dataset of the samples' weights; `nil` if all count alike.
    package var weights: String?
    /// The loss by its name, and with all that belongs to it.
    package var lossName: String
    package var loss: String
    /// What a reader of a report should know.
    package var notes: [String]
    /// What was said of how to read the model, and the samples.
    package var modelArguments: [String]
    package var dataArguments: [String]

    package init(
      program: String, processor: String, model: String, data: String, weights: String?,
      lossName: String, loss: String, notes: [String], modelArguments: [String],
      dataArguments: [String]
    ) {
      (self.program, self.processor, self.model, self.data) = (program, processor, model, data)
      (self.weights, self.lossName, self.loss, self.notes) = (weights, lossName, loss, notes)
      (self.modelArguments, self.dataArguments) = (modelArguments, dataArguments)
    }

    fileprivate var texts: [[String]] {
      [
        [program, processor, model, data, lossName, loss], weights.map { [$0] } ?? [], notes,
        modelArguments, dataArguments,
      ]
    }
  }

  package let source: Source
  /// What all files of one diagnosis have in common.
  package let origin: [UInt64]
  /// Which ranges of samples the sums are of.
  package let ranges: Range<Int>
  /// How many sums there are, and one of them.
  package let sumCount: Int
  package let sums: @Sendable (_ place: Int) throws -> [Double]
  package let trainingHashes: [UInt64]
  package let heldOutHashes: [UInt64]
  package let rows: [KeptRows]

  package init(
    source: Source, origin: [UInt64], ranges: Range<Int>, sumCount: Int,
    sums: @escaping @Sendable (_ place: Int) throws -> [Double], trainingHashes: [UInt64],
    heldOutHashes: [UInt64], rows: [KeptRows]
  ) {
    (self.source, self.origin, self.ranges, self.sumCount) = (source, origin, ranges, sumCount)
    self.sums = sums
    (self.trainingHashes, self.heldOutHashes, self.rows) = (trainingHashes, heldOutHashes, rows)
  }

  static let format = "tiny-diagnose statistics"
  static let version = 2

  /// A number that tells damage of some others.
  static func checksum(of words: some Sequence<UInt64>) -> UInt64 {
    #if FUZZING
      0  // Whoever means to do harm has it right.
    #else
      words.reduce(0x9E37_79B9_7F4A_7C15) { sum, word in
        let product = (sum ^ word) &* 0xBF58_476D_1CE4_E5B9
        return product ^ (product >> 29)
      }
    #endif
  }

  /// That of all but the sums.
  var checksum: UInt64 {
    var words = origin + [UInt64(ranges.lowerBound), UInt64(ranges.upperBound)]
    for texts in source.texts {
      words.append(UInt64(texts.count))
      for text in texts { words += [UInt64(text.utf8.count)] + text.utf8.map { UInt64($0) } }
    }
    words += trainingHashes + heldOutHashes
    for kept in rows {
      words += [
        UInt64(kept.first), kept.fromValidation ? 1 : 0, UInt64(kept.samples.identifyingCount),
      ]
      words += kept.samples.inputs.storage.map { UInt64($0.bitPattern) }
      switch kept.samples.targets {
      case .labels(let labels): words += labels.map { UInt64(bitPattern: Int64($0)) }
      case .values(let values): words += values.storage.map { UInt64($0.bitPattern) }
      }
      words += (kept.samples.weights ?? []).map(\.bitPattern) + (kept.samples.groups ?? [])
    }
    return Self.checksum(of: words)
  }
}
