extension Comparison {
  /// A way with a lower loss on the judging part than the one that the verdict names.
  package struct Lower: Equatable, Sendable {
    /// The place in `ways`.
    package let way: Int
    /// By how much the loss of the named way is above this one's, both at their best.
    package let difference: WayResult.Difference
  }

  /// The way of the lowest loss on the judging part, of those that the verdict could have named in the
  /// place of the one it names; `nil` if none is lower by so much that it counts.
  ///
  /// The choosing part alone decides between ways of one kind: whoever names the way that does best on
  /// the judging part has no samples left that tell what it is worth.
  package var lower: Lower? {
    let verdict = verdict
    guard let named = verdict.way, let loss = ways[named].best?.judged else { return nil }
    let least = ComparisonVerdict.worthwhileShare * loss.magnitude
    return ways.indices.filter { !ways[$0].isDiverged && isRival($0, of: verdict.kind) }
      .compactMap { way in differences[named][way].map { Lower(way: way, difference: $0) } }
      .filter { $0.difference.mean > least && ($0.difference.isClear || !needsMore(than: named)) }
      .max { $0.difference.mean < $1.difference.mean }
  }

  private func isRival(_ way: Int, of kind: ComparisonVerdict.Kind) -> Bool {
    switch kind {
    case .grow: ways[way].way.method.grows
    case .scratch: ways[way].way.method == .scratch
    case .leave, .trainOn: way > 0
    case .diverges: false
    }
  }

  /// Whether the named way has the present widths: others need more units, and have to be lower beyond
  /// chance.
  private func needsMore(than named: Int) -> Bool { ways[named].way.layer == nil }
}
