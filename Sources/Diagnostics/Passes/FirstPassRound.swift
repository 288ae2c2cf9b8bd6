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

  /// Cuts ranges into rounds.
  ///
  /// - Parameters:
  ///   - counts: how many blocks each range has.
  ///   - size: the most blocks of a round.
  ///   - lastSize: how few at the end, when there is nothing else to do meanwhile.
  /// - Returns: rounds that have each block once, in order, and none of two ranges.
  static func rounds(ofRanges counts: [Int], size: Int, lastSize: Int) -> [FirstPassRound] {
    let total = counts.reduce(0, +)
    var rounds: [FirstPassRound] = []
    var first = 0
    for (range, count) in counts.enumerated() {
      let (start, end) = (first, first + count)
      while first < end {
        let length = min(end - first, size, max(lastSize, (total - first) / 2))
        let isEnd = first + length == end
        rounds.append(
          FirstPassRound(
            blocks: first..<first + length, range: range,
            place: !isEnd ? .inside : first == start ? .whole : .end))
        first += length
      }
    }
    return rounds
  }
}
