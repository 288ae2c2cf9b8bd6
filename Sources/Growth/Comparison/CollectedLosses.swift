import Networks

/// The losses of all ways at the steps that were looked at.
struct CollectedLosses: Sendable {
  private let parts: ComparisonParts
  private(set) var steps: [Int] = []
  /// By step, then by way.
  private var choosing: [[RunLosses?]] = []
  private var judging: [[RunLosses?]] = []

  init(parts: ComparisonParts) { self.parts = parts }

  /// Looks at the losses of all runs as they are now.
  mutating func add(_ runs: TrainingRuns, step: Int) async throws {
    steps.append(step)
    choosing.append(try await runs.losses(on: parts.choosing))
    judging.append(try await runs.losses(on: parts.judging))
  }

  /// Puts the ways of another collection behind these; it looked at the same steps.
  mutating func append(_ other: CollectedLosses) {
    precondition(other.steps == steps, "\(other.steps) beside \(steps)")
    for place in steps.indices {
      choosing[place] += other.choosing[place]
      judging[place] += other.judging[place]
    }
  }

  /// Of each two ways at their best, by how much the loss of the first is above that of the second, on
  /// the judging part; `nil` where one of them diverged at once.
  func differences() -> [[WayResult.Difference?]] {
    let best = (judging.first ?? []).indices.map { way in
      bestPlace(ofWay: way).flatMap { judging[$0][way] }
    }
    return best.map { first in
      best.map { second in
        first.flatMap { first in second?.gain(over: first, parts.judging) }
      }
    }
  }

  /// The results of each way, of which `gains` are the differences to the first.
  func results(
    _ ways: [ComparisonWay], parameters: [Int], diverged: [Int], gains: [WayResult.Difference?]
  ) -> [WayResult] {
    ways.enumerated().map { way, description in
      let place = bestPlace(ofWay: way)
      let (best, end) = (place.flatMap { judging[$0][way] }, judging.last?[way])
      return WayResult(
        way: description, parameters: parameters[way],
        curve: steps.indices.map { point($0, ofWay: way) }, divergedRuns: diverged[way],
        bestPlace: place, gain: gains[way],
        rise: end.flatMap { best?.gain(over: $0, parts.judging) })
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
