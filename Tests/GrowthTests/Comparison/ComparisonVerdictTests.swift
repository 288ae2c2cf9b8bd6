import Networks
import TestSupport
import Testing

@testable import Growth

@Suite("The verdict of a comparison")
struct ComparisonVerdictTests {
  private typealias Difference = WayResult.Difference

  private static let asItIs = ComparisonWay(method: .none, layer: nil, layerName: nil, neurons: 0)
  private static let tiny = way(.tiny(amplitude: 1, fanInScale: 1))
  private static let random = way(.random)
  private static let wider = way(.scratch)

  private static func way(_ method: ComparisonWay.Method) -> ComparisonWay {
    ComparisonWay(method: method, layer: 0, layerName: "hidden", neurons: 3)
  }

  /// A comparison of ways that end at these losses at step 100, all with a difference of this standard
  /// error.
  private func comparison(
    _ ways: [(way: ComparisonWay, choosing: Double, judging: Double)], standardError: Double = 0.01,
    atOnce: Double = 1
  ) -> Comparison {
    func point(_ step: Int, _ choosing: Double, _ judging: Double) -> WayResult.Point {
      WayResult.Point(step: step, judged: judging, standardError: 0, chosenBy: choosing)
    }
    let results = ways.map { way in
      WayResult(
        way: way.way, parameters: 9,
        curve: [point(0, 1, atOnce), point(100, way.choosing, way.judging)], divergedRuns: 0,
        bestPlace: 1, gain: nil, rise: Difference(mean: 0, standardError: 0))
    }
    return Comparison(
      ways: results,
      differences: ways.map { first in
        ways.map { second in
          Difference(mean: first.judging - second.judging, standardError: standardError)
        }
      }, widths: [4], configuration: TrainingConfiguration(), steps: 100, seeds: 3,
      sampleCounts: (60, 20, 20), isSuggested: true)
  }

  @Test("A wider new network has to be better than one of the present widths")
  func presentWidths() {
    let ways = [(Self.asItIs, 0.9, 0.9), (Self.tiny, 0.8, 0.8), (Self.wider, 0.5, 0.5)]
    #expect(comparison(ways).verdict == ComparisonVerdict(kind: .scratch, way: 2))
    for (anew, named) in [(0.7, 2), (0.51, 3), (0.4, 3), (0.504, 3)] {
      let verdict = comparison(ways + [(ComparisonWay.anew, anew, anew)]).verdict
      #expect(verdict == ComparisonVerdict(kind: .scratch, way: named), "\(anew)")
    }
    // Beyond chance, but by less than a percent.
    let hardly = comparison(ways + [(ComparisonWay.anew, 0.504, 0.504)], standardError: 1e-4)
    #expect(hardly.verdict.way == 3)
    let asWide = comparison(ways + [(ComparisonWay.anew, 0.7, 0.7)])
    #expect(asWide.widths(of: Self.wider) == [7] && asWide.widths(of: .anew) == [4])
  }

  @Test("Growing is named where it is below the new network of the present widths")
  func growthBelowAnew() {
    let ways = [
      (Self.asItIs, 0.9, 0.9), (Self.tiny, 0.51, 0.51), (Self.wider, 0.5, 0.5),
      (ComparisonWay.anew, 0.515, 0.515),
    ]
    #expect(comparison(ways).verdict == ComparisonVerdict(kind: .grow, way: 1))
  }

  @Test("A way that is lower on the judging part is told, and never named")
  func lower() {
    let ways = [(Self.asItIs, 0.9, 0.9), (Self.tiny, 0.5, 0.5), (Self.random, 0.51, 0.45)]
    let result = comparison(ways)
    #expect(result.verdict == ComparisonVerdict(kind: .grow, way: 1))
    #expect(result.lower?.way == 2 && result.lower?.difference.isClear == true)
    #expect(comparison(ways, standardError: 0.1).lower?.difference.isClear == false)
    #expect(comparison([ways[0], ways[1], (Self.random, 0.51, 0.499)]).lower == nil)
    // The network that is left as it is needs no units: only what is beyond chance counts.
    let left = [(Self.asItIs, 0.9, 0.9), (Self.tiny, 0.5, 0.9), (Self.random, 0.51, 0.8)]
    #expect(comparison(left).lower?.way == 2)
    #expect(comparison(left, standardError: 0.1).lower == nil)
  }

  @Test("To train on is advised only where the judging part confirms it")
  func trainOn() {
    let ways = [(Self.asItIs, 0.9, 0.9), (Self.tiny, 0.9, 0.9)]
    #expect(comparison(ways).verdict.kind == .trainOn)
    #expect(comparison(ways, atOnce: 0.85).verdict.kind == .leave)
  }
}
