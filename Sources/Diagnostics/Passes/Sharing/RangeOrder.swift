/// The order in which the sums of ranges are added.
///
/// Ranges that follow each other make a strand. The sums of its ranges are added in their order, and then
/// the sums of the strands in theirs. So strands can be summed by those who know nothing of each other, and
/// there are never more than a few: of few ranges each is a strand of its own.
struct RangeOrder: Equatable, Sendable {
  let rangeCount: Int
  let strandCount: Int

  /// So many totals can be kept in files, or be summed side by side.
  static let mostStrands = 64

  init(_ rangeCount: Int, mostStrands: Int = mostStrands) {
    precondition(rangeCount >= 0 && mostStrands > 0, "\(rangeCount) ranges, \(mostStrands) strands")
    self.rangeCount = rangeCount
    strandCount = min(mostStrands, rangeCount)
  }

  /// The ranges of a strand, at least one.
  func ranges(ofStrand strand: Int) -> Range<Int> {
    strand * rangeCount / strandCount..<(strand + 1) * rangeCount / strandCount
  }

  /// The strand that a range is of.
  func strand(ofRange place: Int) -> Int { ((place + 1) * strandCount - 1) / rangeCount }

  /// Whether a range is the first, or the last, of its strand.
  func isFirst(_ place: Int) -> Bool {
    ranges(ofStrand: strand(ofRange: place)).lowerBound == place
  }
  func isLast(_ place: Int) -> Bool {
    ranges(ofStrand: strand(ofRange: place)).upperBound == place + 1
  }
}

/// The sums of ranges so far.
struct RunningSums<Sums: RangeSums>: Sendable {
  /// Of the strand that is under way; `nil` between two.
  var strand: Sums?
  /// Of the strands before; `nil` before the first has ended.
  var total: Sums?

  /// Adds those of the next range to its strand. (A sum of nothing and −0 would be 0.)
  mutating func addRange(_ sums: Sums) {
    if strand?.merge(sums) == nil { strand = sums }
  }

  /// Adds the strand to those before it.
  mutating func endStrand() {
    guard let ended = strand.take() else { return }
    if total?.merge(ended) == nil { total = ended }
  }
}
