import Networks

/// The losses of all ways at the steps that were looked at.
struct CollectedLosses: Sendable {
  private let parts: ComparisonParts
  private let wayCount: Int
  private var steps: [Int] = []
  /// By step, then by way.
  private var choosing: [[RunLosses?]] = []
  private var judging: [[RunLosses?]] = []

  init(parts: ComparisonParts, wayCount: Int) {
    self.parts = parts
    self.wayCount = wayCount
  }

  /// Looks at the losses of all runs as they are now.
  mutating func add(_ runs: TrainingRuns, step: Int) async throws {
    steps.append(step)
    choosing.append(try await runs.losses(on: parts.choosing))
    judging.append(try await runs.losses(on: parts.judging))
  }

  /// The results of each way.
  func results(_ ways: [ComparisonWay], parameters: [Int], diverged: [Int]) -> [WayResult] {
    let bestPlaces = ways.indices.map { bestPlace(ofWay: $0) }
    let reference = bestPlaces[0].flatMap { judging[$0][0] }
    return ways.enumerated().map { way, description in
      let best = bestPlaces[way].flatMap { judging[$0][way] }
      var gain: WayResult.Difference?
      if let best, let reference { gain = best.gain(over: reference, parts.judging) }
      return WayResult(
        way: description, parameters: parameters[way],
        curve: steps.indices.map { point($0, ofWay: way) }, divergedRuns: diverged[way],
        bestPlace: bestPlaces[way], gain: gain)
    }
  }

  private func point(_ place: Int, ofWay way: Int) -> WayResult.Point {
    let judged = judging[place][way]
    return WayResult.Point(
      step: steps[place], judged: judged?.mean(parts.judging),
      standardError: judged?.standardError(parts.judging),
      chosenBy: choosing[place][way]?.mean(parts.choosing))
  }

  /// Where the choosing part would stop a way, the first of equals.
  private func bestPlace(ofWay way: Int) -> Int? {
    let losses = steps.indices.map { choosing[$0][way]?.mean(parts.choosing) ?? .infinity }
    return losses.indices.filter { losses[$0] < .infinity && judging[$0][way] != nil }
      .min { losses[$0] < losses[$1] }
  }
}
