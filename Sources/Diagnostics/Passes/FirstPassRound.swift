/// Some blocks that are added to the moments at once.
struct FirstPassRound: Sendable {
  /// Which blocks, of those of this process.
  let blocks: Range<Int>
  /// Where in all ranges they are.
  let place: Place

  /// Where blocks are.
  struct Place: Sendable {
    /// Their range.
    let range: Int
    /// Whether they are all that the range has, or its last ones.
    let isWholeRange, endsRange: Bool
  }

  /// Cuts ranges into rounds, each range by itself: the blocks of a round are summed in the samples' own
  /// precision, so that who has which ranges must not matter.
  ///
  /// - Parameters:
  ///   - counts: how many blocks each range of this process has.
  ///   - places: which of all ranges they are.
  ///   - size: the most blocks of a round.
  /// - Returns: rounds that have each block once, in order, and none of two ranges.
  static func rounds(
    ofRanges counts: [Int], at places: [Int], size: Int
  ) -> [FirstPassRound] {
    var rounds: [FirstPassRound] = []
    var start = 0
    for (range, count) in zip(places, counts) {
      let end = start + count
      for first in stride(from: start, to: end, by: size) {
        let last = min(first + size, end)
        rounds.append(
          FirstPassRound(
            blocks: first..<last,
            place: Place(
              range: range, isWholeRange: first == start && last == end, endsRange: last == end)))
      }
      start = end
    }
    return rounds
  }
}
