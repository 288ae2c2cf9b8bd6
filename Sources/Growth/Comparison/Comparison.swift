package import Networks

/// Several ways to go on from a trained network, each trained on by the same budget.
public struct Comparison: Sendable {
  /// The network as it is first, then each layer's ways.
  package let ways: [WayResult]
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

  /// The place in `ways` of the new network with the lowest loss on the choosing part at its best, of
  /// those that did not diverge; `nil` if there is none.
  public var chosenScratch: Int? { chosen { $0.way.method == .scratch } }

  private func chosen(where isCandidate: (WayResult) -> Bool) -> Int? {
    let losses = ways.map {
      isCandidate($0) && !$0.isDiverged ? $0.best?.chosenBy ?? .infinity : .infinity
    }
    return losses.indices.filter { losses[$0] < .infinity }.min { losses[$0] < losses[$1] }
  }
}
