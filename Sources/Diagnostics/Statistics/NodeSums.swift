import LinearAlgebra

/// All sums over the samples of a node that the first pass leaves.
struct NodeSums: RangeSums {
  var tally: FirstPassTally
  /// Of the panels, in their order.
  var panels: [ProductSum]

  mutating func merge(_ other: NodeSums) {
    tally.merge(other.tally)
    for place in panels.indices { panels[place].merge(other.panels[place]) }
  }

  mutating func carry(in stream: inout NumberStream) {
    tally.carry(in: &stream)
    for place in panels.indices { panels[place].carry(in: &stream) }
  }

  /// Whether they can be sums over at most so many samples.
  func areOf(atMost rowCount: Int) -> Bool {
    let counts = tally.sampleCounts
    guard panels.allSatisfy({ $0.storedNumbers.allSatisfy(\.isFinite) }) else { return false }
    return counts.allSatisfy { (0...rowCount).contains($0) }
      && tally.training.total.sampleCount + tally.heldOut.total.sampleCount <= rowCount
  }
}

extension FirstPassSums {
  /// The sums as they are, to be added to those of other nodes.
  mutating func takeNode() -> NodeSums {
    let panels = takePanels()
    defer { putBack(panels) }
    return NodeSums(tally: tally, panels: panels.map(\.sum))
  }

  /// The memory that the panels take once they have been added to.
  var momentBytes: Int {
    var copy = self
    return copy.takePanels().reduce(0) { $0 + $1.cost } * MemoryLayout<Double>.size
  }

  /// Sums of nothing, of every panel.
  var emptyPanels: [ProductSum] {
    var copy = self
    return copy.takePanels().map { ProductSum(left: $0.sum.left, right: $0.sum.right) }
  }

  /// Takes the sums of the root.
  mutating func set(_ root: consuming NodeSums) {
    putBack(RunningSums(total: root.tally))
    var panels = takePanels()
    for place in panels.indices { panels[place].sum = root.panels[place] }
    putBack(panels)
  }
}
