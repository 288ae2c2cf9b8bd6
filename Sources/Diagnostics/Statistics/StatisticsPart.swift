package import Networks

/// What one pass over a share of the samples leaves: with the parts of all other shares, a diagnosis.
///
/// A part holds the sums of whole strands of ranges, as a diagnosis of all samples adds them, and the few
/// samples that such a diagnosis looks at once more. So parts need not know of each other, and together they
/// say what one process says, to the last bit.
package struct StatisticsPart: Sendable {
  /// What the parts of one diagnosis have in common.
  package let origin: StatisticsOrigin
  /// Which strands, of `origin.strandCount`.
  package let strands: Range<Int>
  /// The sums of one of these strands, as numbers in a row.
  package let sums: @Sendable (_ strand: Int) throws -> [Double]
  /// A hash of the inputs of each sample; none where nothing judges.
  package let trainingHashes: [UInt64]
  package let heldOutHashes: [UInt64]
  /// The samples of these strands that are looked at again.
  package let rows: [KeptRows]

  /// A part of a file, or of a pass.
  package init(
    origin: StatisticsOrigin, strands: Range<Int>,
    sums: @escaping @Sendable (_ strand: Int) throws -> [Double], trainingHashes: [UInt64],
    heldOutHashes: [UInt64], rows: [KeptRows]
  ) {
    self.origin = origin
    self.strands = strands
    self.sums = sums
    self.trainingHashes = trainingHashes
    self.heldOutHashes = heldOutHashes
    self.rows = rows
  }
}

/// A few neighbouring samples.
package struct KeptRows: Equatable, Sendable {
  /// Where the first of them stands.
  package let first: Int
  /// Whether they are of the validation source.
  package let fromValidation: Bool
  package let samples: ArraySamples

  /// Samples from a row on.
  package init(first: Int, fromValidation: Bool, samples: ArraySamples) {
    (self.first, self.fromValidation, self.samples) = (first, fromValidation, samples)
  }
}

/// Which part of the samples: the third of eight, say.
package struct StatisticsShare: Equatable, Sendable {
  /// Which one, counted from 1, and of how many.
  package let number: Int
  package let count: Int

  /// All of them.
  package static let all = StatisticsShare(number: 1, count: 1)

  private init(number: Int, count: Int) { (self.number, self.count) = (number, count) }

  /// - Returns: `nil` for no share of so many.
  package init?(_ number: Int, of count: Int) {
    guard count >= 1, (1...count).contains(number) else { return nil }
    self.init(number: number, count: count)
  }

  /// Those of so many strands; none where there are fewer strands than shares, perhaps.
  func strands(of strandCount: Int) -> Range<Int> {
    (number - 1) * strandCount / count..<number * strandCount / count
  }
}
