package import Networks

/// Several ways to go on from a trained network, each trained on by the same budget.
public struct Comparison: Sendable {
  /// The network as it is first, then each layer's ways; last, where a wider network from scratch is the
  /// best of them, one from scratch of the present widths.
  package let ways: [WayResult]
  /// Of each two ways at their best, by how much the loss of the first is above that of the second, on
  /// the judging part.
  package let differences: [[WayResult.Difference?]]
  /// The units of each hidden layer of the network as it is.
  package let widths: [Int]
  /// How they were trained.
  package let configuration: TrainingConfiguration
  /// The steps of each run.
  public let steps: Int
  /// The runs of each way, with other batch orders.
  public let seeds: Int
  /// The samples trained on, those that chose, and those that judged.
  public let sampleCounts: (training: Int, choosing: Int, judging: Int)
  /// Whether the diagnosis suggests any of these neurons, or they were tried all the same.
  public let isSuggested: Bool

  /// The place in `ways` of the growing way with the lowest loss on the choosing part at its best, of those
  /// that did not diverge; `nil` if there is none.
  public var chosenGrowth: Int? { chosen { $0.way.method.grows } }

  /// The place in `ways` of the wider new network with the lowest loss on the choosing part at its best,
  /// of those that did not diverge; `nil` if there is none.
  public var chosenScratch: Int? { chosen { $0.way.method == .scratch && $0.way.layer != nil } }

  /// The place in `ways` of the new network of the present widths; `nil` if it diverged, or where no
  /// wider one was the best.
  package var chosenAnew: Int? { chosen { $0.way == .anew } }

  /// The units of each hidden layer of a way's network.
  package func widths(of way: ComparisonWay) -> [Int] {
    widths.enumerated().map { $0.offset == way.layer ? $0.element + way.neurons : $0.element }
  }

  private func chosen(where isCandidate: (WayResult) -> Bool) -> Int? {
    let losses = ways.map {
      isCandidate($0) && !$0.isDiverged ? $0.best?.chosenBy ?? .infinity : .infinity
    }
    return losses.indices.filter { losses[$0] < .infinity }.min { losses[$0] < losses[$1] }
  }
}
