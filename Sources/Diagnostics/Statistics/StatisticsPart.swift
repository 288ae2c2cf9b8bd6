package import Networks

/// What one pass over a share of the samples leaves: with the parts of all other shares, a diagnosis.
///
/// A part holds the sums of whole nodes of the tree of ranges, as a diagnosis of all samples adds them, and the
/// few samples that such a diagnosis looks at once more. So parts need not know of each other, and together they
/// say what one process says, to the last bit.
package struct StatisticsPart: Sendable {
  /// What the parts of one diagnosis have in common.
  package let origin: StatisticsOrigin
  /// Which ranges.
  package let ranges: Range<Int>
  /// The sums of one of the fewest nodes that have these ranges, as numbers in a row.
  package let sums: @Sendable (_ place: Int) throws -> [Double]
  /// How many sums there are.
  package var sumCount: Int { origin.tree.nodes(of: ranges).count }
  /// A hash of the inputs of each sample; none where nothing judges.
  package let trainingHashes: [UInt64]
  package let heldOutHashes: [UInt64]
  /// The samples of these ranges that are looked at again.
  package let rows: [KeptRows]

  /// A part of a file, or of a pass.
  package init(
    origin: StatisticsOrigin, ranges: Range<Int>,
    sums: @escaping @Sendable (_ place: Int) throws -> [Double], trainingHashes: [UInt64],
    heldOutHashes: [UInt64], rows: [KeptRows]
  ) {
    self.origin = origin
    self.ranges = ranges
    self.sums = sums
    self.trainingHashes = trainingHashes
    self.heldOutHashes = heldOutHashes
    self.rows = rows
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

  /// Its ranges; none where there are fewer ranges than shares, perhaps.
  func ranges(of tree: RangeTree) -> Range<Int> {
    bound(number - 1, in: tree)..<bound(number, in: tree)
  }

  /// Where a share ends: by the fraction of all that it is, so that the half ends where two quarters do.
  private func bound(_ number: Int, in tree: RangeTree) -> Int {
    let grain = Self.grain(of: tree)
    let grains = (tree.rangeCount + grain - 1) / grain
    let (below, rest) = (number * grains).quotientAndRemainder(dividingBy: count)
    let above = below + min(rest, 1)
    // Where larger nodes end, there are fewer of them.
    func level(_ place: Int) -> Int {
      (1...max(tree.height, 1)).last { place.isMultiple(of: tree.span(ofLevel: $0)) } ?? 0
    }
    return min((level(above) > level(below) ? above : below) * grain, tree.rangeCount)
  }

  /// The ranges that no share divides: a node so small that 64 shares are about even.
  private static func grain(of tree: RangeTree) -> Int {
    let fewest = 512
    return (0...tree.height).map { tree.span(ofLevel: $0) }.last { $0 * fewest <= tree.rangeCount }
      ?? 1
  }

  /// Into so many shares a tree can be cut for sure.
  static func most(of tree: RangeTree) -> Int { max(1, tree.rangeCount / grain(of: tree) / 2) }
}
