import LinearAlgebra

/// A run of rows of one of the split's sources.
struct BlockPlan: Hashable, Sendable {
  let rows: Range<Int>
  let fromValidation: Bool
}

extension SampleSplit {
  /// The ranges of all rows of both sources: all sums are made of ranges summed apart.
  ///
  /// They follow from the number of samples alone. About 8 √n rows make about √n / 8 ranges: enough to
  /// share out among many workers, and so few that adding their sums costs nothing beside making them. All of
  /// a source are as long as the others, but for one unit, and they make whole nodes of a `RangeTree`.
  var wholeRanges: [BlockPlan] {
    [false, true].flatMap { fromValidation in
      let units = 0..<blockCount(of: Self.rangeUnit, fromValidation: fromValidation)
      return units.cut(into: rangeCount(of: units.count)).map { run in
        let (first, last) = (
          block(run.lowerBound, of: Self.rangeUnit, fromValidation: fromValidation),
          block(run.upperBound - 1, of: Self.rangeUnit, fromValidation: fromValidation)
        )
        return BlockPlan(
          rows: first.rows.lowerBound..<last.rows.upperBound, fromValidation: fromValidation)
      }
    }
  }

  /// Into so many ranges a source of some units falls.
  private func rangeCount(of unitCount: Int) -> Int {
    let samples = Double(sampleCount + (validation?.sampleCount ?? 0))
    let units = max(1, 8 * samples.squareRoot() / Double(Self.rangeUnit))
    let count = max(1, Int(nearest: Double(unitCount) / units))
    return count < fanIn ? count : (count + fanIn / 2) / fanIn * fanIn
  }

  /// Ranges have whole blocks of the first pass.
  static var rangeUnit: Int { 256 }

  /// The order in which so many ranges are added.
  func tree(ofRanges count: Int) -> RangeTree { RangeTree(count, fanIn: fanIn) }

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
