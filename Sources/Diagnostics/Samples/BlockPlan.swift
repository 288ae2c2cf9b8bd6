import LinearAlgebra

/// A run of rows of one of the split's sources.
struct BlockPlan: Hashable, Sendable {
  let rows: Range<Int>
  let fromValidation: Bool
}

extension SampleSplit {
  /// The rows of a range: all sums are made of ranges summed apart.
  ///
  /// It follows from the number of samples alone. About 8 √n rows make about √n / 8 ranges: enough to
  /// share out among many workers, and so few that adding their sums costs nothing beside making them.
  var rangeRows: Int {
    let count = Double(sampleCount + (validation?.sampleCount ?? 0))
    return Self.rangeUnit
      * max(1, Int(nearest: 8 * count.squareRoot() / Double(Self.rangeUnit)))
  }

  /// Ranges have whole blocks of the first pass.
  static var rangeUnit: Int { 256 }

  /// The ranges of all rows of both sources.
  var wholeRanges: [BlockPlan] { blocks(of: rangeRows) }

  /// The order in which so many ranges are added.
  func order(ofRanges count: Int) -> RangeOrder { RangeOrder(count, mostStrands: mostStrands) }

  /// All rows of both sources in ranges, each in blocks of at most `rows` rows.
  func ranges(inBlocksOf rows: Int) -> [[BlockPlan]] {
    wholeRanges.map { range in
      stride(from: range.rows.lowerBound, to: range.rows.upperBound, by: rows).map {
        BlockPlan(
          rows: $0..<min($0 + rows, range.rows.upperBound), fromValidation: range.fromValidation)
      }
    }
  }
}
