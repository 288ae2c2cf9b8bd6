/// The order in which the sums of ranges are added: a tree, whose leaves are the ranges.
///
/// Eight ranges that follow each other make a node of level 1, eight of these a node of level 2, and so on up
/// to the root. The sums of a node are those of its children, added in their order. So the sums of a node can
/// be made by somebody who knows nothing of the others, and be handed on once; and whoever adds up all ranges
/// keeps one sum for each level.
struct RangeTree: Equatable, Sendable {
  let rangeCount: Int
  /// So many children a node has, but for the last one of each level.
  let fanIn: Int
  /// The level of the root; that of a range is 0.
  let height: Int

  /// Ranges that follow each other: `fanIn` to the power of the level, or those that are left.
  struct Node: Hashable, Sendable {
    let level: Int
    /// Which node of its level.
    let place: Int

    static func range(_ place: Int) -> Node { Node(level: 0, place: place) }

    var previous: Node { Node(level: level, place: place - 1) }
    var next: Node { Node(level: level, place: place + 1) }
  }

  static let fanIn = 8

  init(_ rangeCount: Int, fanIn: Int = fanIn) {
    precondition(rangeCount >= 0 && fanIn > 1, "\(rangeCount) ranges, by \(fanIn)")
    (self.rangeCount, self.fanIn) = (rangeCount, fanIn)
    var (height, count) = (0, rangeCount)
    while count > 1 { (height, count) = (height + 1, (count + fanIn - 1) / fanIn) }
    self.height = height
  }

  /// How many ranges a node of a level has.
  func span(ofLevel level: Int) -> Int { (0..<level).reduce(1) { span, _ in span * fanIn } }

  func ranges(of node: Node) -> Range<Int> {
    let span = span(ofLevel: node.level)
    return min(node.place * span, rangeCount)..<min((node.place + 1) * span, rangeCount)
  }

  func parent(of node: Node) -> Node { Node(level: node.level + 1, place: node.place / fanIn) }

  func isFirstChild(_ node: Node) -> Bool { node.place.isMultiple(of: fanIn) }

  func isLastChild(_ node: Node) -> Bool {
    ranges(of: node).upperBound == ranges(of: parent(of: node)).upperBound
  }

  /// The fewest nodes that have some ranges, in order.
  func nodes(of ranges: Range<Int>) -> [Node] {
    var nodes: [Node] = []
    var first = ranges.lowerBound
    while first < ranges.upperBound {
      var node = Node.range(first)
      while node.level < height, isFirstChild(node),
        self.ranges(of: parent(of: node)).upperBound <= ranges.upperBound
      {
        node = parent(of: node)
      }
      nodes.append(node)
      first = self.ranges(of: node).upperBound
    }
    return nodes
  }
}
