/// The sums of nodes of a `RangeTree`, as far as one process has added them up.
struct RunningSums<Sums: RangeSums>: Sendable {
  /// Of each level but the root's, the nodes so far that have the same parent as the next one to come; `nil`
  /// before the first of them, and where another process has them. (A sum of nothing and −0 would be 0.)
  private var siblings: [Sums?] = []
  /// Of all ranges, at the process of the last one.
  private(set) var total: Sums?

  init() {}

  /// Sums of all ranges.
  init(total: Sums) { self.total = total }

  /// Keeps the sums of the children of a node up to one of them.
  mutating func keep(_ sums: consuming Sums, upTo node: RangeTree.Node) {
    while siblings.count <= node.level { siblings.append(nil) }
    siblings[node.level] = sums
  }

  /// Takes what has been kept of a node's siblings before it; `nil` if that has been taken.
  mutating func takeSiblings(before node: RangeTree.Node) -> Sums? {
    guard siblings.indices.contains(node.level) else { return nil }
    return siblings[node.level].take()
  }

  /// Takes the sums of all ranges.
  mutating func end(with sums: consuming Sums) { total = sums }
}
