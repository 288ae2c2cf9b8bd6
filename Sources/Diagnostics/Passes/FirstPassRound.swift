/// Some blocks that are added to the moments at once.
struct FirstPassRound: Sendable {
  /// Which blocks, of all.
  let blocks: Range<Int>
  /// Which range they are of, and where in it they are.
  let range: Int
  let place: Place

  /// Where in a range blocks are.
  enum Place: Sendable {
    case inside, end
    /// They are all that the range has.
    case whole
  }

  /// Cuts ranges into rounds, each range by itself: the blocks of a round are summed in the samples' own
  /// precision, so that who has which ranges must not matter.
  ///
  /// - Parameters:
  ///   - counts: how many blocks each range has.
  ///   - size: the most blocks of a round.
  /// - Returns: rounds that have each block once, in order, and none of two ranges.
  static func rounds(ofRanges counts: [Int], size: Int) -> [FirstPassRound] {
    var rounds: [FirstPassRound] = []
    var start = 0
    for (range, count) in counts.enumerated() {
      let end = start + count
      for first in stride(from: start, to: end, by: size) {
        let last = min(first + size, end)
        rounds.append(
          FirstPassRound(
            blocks: first..<last, range: range,
            place: last < end ? .inside : first == start ? .whole : .end))
      }
      start = end
    }
    return rounds
  }
}
