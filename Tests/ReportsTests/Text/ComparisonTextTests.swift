import Networks
import Testing

@testable import Growth
@testable import Reports

@Suite("The words of a comparison") struct ComparisonTextTests {
  private typealias Difference = WayResult.Difference

  private static func way(_ method: ComparisonWay.Method, neurons: Int = 8) -> ComparisonWay {
    ComparisonWay(method: method, layer: 1, layerName: "second", neurons: neurons)
  }
  private static let asItIs = ComparisonWay(method: .none, layer: nil, layerName: nil, neurons: 0)

  /// A way of this loss at step 60, and at the end after 1 500 steps.
  private static func result(
    _ way: ComparisonWay, choosing: Double, judging: Double, end: Double, riseError: Double = 0.01
  ) -> WayResult {
    func point(_ step: Int, _ choosing: Double, _ judging: Double) -> WayResult.Point {
      WayResult.Point(step: step, judged: judging, standardError: 0.01, chosenBy: choosing)
    }
    return WayResult(
      way: way, parameters: 9,
      curve: [
        point(0, 2, 2), point(60, choosing, judging), point(1500, choosing + 1, end),
      ], divergedRuns: 0, bestPlace: 1, gain: Difference(mean: 1.8 - judging, standardError: 0.1),
      rise: Difference(mean: end - judging, standardError: riseError))
  }

  private static func comparison(_ ways: [WayResult], standardError: Double = 0.01) -> Comparison {
    let losses = ways.map { $0.best?.judged ?? 0 }
    return Comparison(
      ways: ways,
      differences: losses.map { first in
        losses.map { Difference(mean: first - $0, standardError: standardError) }
      }, widths: [64, 64], configuration: TrainingConfiguration(), steps: 1500, seeds: 3,
      sampleCounts: (92, 28, 449), isSuggested: false)
  }

  private static let kept = result(asItIs, choosing: 1.8, judging: 1.8, end: 1.8)
  private static let wider = result(way(.scratch), choosing: 0.5, judging: 0.5, end: 2.1)

  @Test("A new network has its widths, where to stop, and what the new units gain it")
  func newNetwork() {
    let anew = Self.result(.anew, choosing: 0.51, judging: 0.505, end: 2)
    #expect(
      Self.comparison([Self.kept, Self.wider, anew]).outcome
        == "Train a new network of the same 64 and 64 hidden units: by the same steps it gets down to 0.505 "
        + "at step 60, 1.30 ± 0.100 below this one not grown and below every way of growing it. Stop at "
        + "step 60: after 1 500 it is 2.00. More units do not pay: with 8 more in second it comes to "
        + "0.500, 0.00500 ± 0.0100 lower, which may be chance.")
    let worse = Self.result(.anew, choosing: 0.9, judging: 0.9, end: 0.9)
    #expect(
      Self.comparison([Self.kept, Self.wider, worse]).outcome
        == "Train a new network of 64 and 72 hidden units, 8 more in second: by the same steps it gets "
        + "down to 0.500 at step 60, 1.30 ± 0.100 below this one not grown and below every way of growing "
        + "it. Stop at step 60: after 1 500 it is 2.10. Without the new units it comes to 0.900, 0.400 ± "
        + "0.0100 above that.")
  }

  @Test("A row that is lower in the table, or lower at the end, is told with the reason")
  func lower() {
    let named = Self.result(
      Self.way(.tiny(amplitude: 1, fanInScale: 1)), choosing: 0.4, judging: 0.6, end: 0.55,
      riseError: 0.03)
    let lower = Self.result(Self.way(.random), choosing: 0.41, judging: 0.5, end: 0.5)
    let ways = [Self.kept, named, lower]
    let beginning =
      "Grow second by 8 neurons (as found): trained on, the loss gets down to 0.600 at step 60, 1.20 ± "
      + "0.100 below the network that is not grown. At the end it is 0.550, 0.0500 ± 0.0300 lower, which "
      + "may be chance: the samples that choose stop at step 60. "
    #expect(
      Self.comparison(ways, standardError: 0.1).outcome
        == beginning
        + "second +8 random is 0.100 ± 0.100 lower in the table, which may be chance: the samples that "
        + "choose prefer the one that is named.")
    #expect(
      Self.comparison(ways).outcome
        == beginning
        + "second +8 random is 0.100 ± 0.0100 lower in the table, but the samples that choose prefer the "
        + "one that is named: try both.")
  }

  @Test("The legend explains no column that there is no room for")
  func narrowWindow() {
    let comparison = Self.comparison([Self.kept, Self.wider])
    let context = ComparisonContext(base: Example.context, origin: .usual, hasValidation: false)
    var widths: Set<Bool> = []
    for width in 40...120 {
      let text = TextComparison(
        comparison, context: context, style: TextStyle(hasColours: false, width: width)
      ).rendered()
      let hasColumn = text.split(separator: "\n").contains {
        $0.split(separator: " ").contains("cost") && !$0.contains("in parameters")
          && !$0.contains("cost:")
      }
      #expect(text.contains("cost: in") == hasColumn, "\(text)")
      widths.insert(hasColumn)
    }
    #expect(widths == [true, false])
  }

  @Test("Beside samples that only judge, those that choose may have been trained on")
  func choosing() {
    let context = ComparisonContext(base: Example.context, origin: .usual, hasValidation: true)
    let notes = context.notes(Self.comparison([Self.kept, Self.wider]))
    #expect(
      notes.contains {
        $0.hasPrefix(
          "The samples that choose are of digits.h5: if the model was trained on them, they ")
      })
    #expect(!context.notes(Self.comparison([Self.kept])).contains { $0.contains("that choose") })
  }

  @Test("What to beware of stands in the JSON, too")
  func notes() {
    let context = ComparisonContext(
      base: Example.context, origin: .usual, hasValidation: false)
    let comparison = Self.comparison([Self.kept, Self.wider])
    let json = JSONComparison(comparison, context: context)
    #expect(json.notes.count == 2 && json.notes[0].contains("were tried all the same") == false)
    #expect(json.notes == context.notes(comparison))
    #expect(json.training.origin == .usual && json.ways[1].widths == [64, 72])
    let text = TextComparison(comparison, context: context).rendered()
    #expect(text.contains(" · the file names none known here\n"), "\(text)")
    for note in json.notes { #expect(text.contains(note.prefix(40)), "\(text)") }
  }
}
