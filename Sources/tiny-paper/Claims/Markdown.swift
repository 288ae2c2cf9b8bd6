import Charts
import Foundation

/// A table in Markdown.
func markdownTable(_ titles: [String], _ rows: [[String]]) -> String {
  ([titles, titles.map { _ in "---" }] + rows)
    .map { "| " + $0.joined(separator: " | ") + " |\n" }.joined()
}

/// A text with what stands between `<!-- name -->` and `<!-- /name -->` replaced; `nil` if these are
/// not there.
func replacing(_ name: String, in text: String, by insert: String) -> String? {
  let (open, close) = ("<!-- \(name) -->", "<!-- /\(name) -->")
  guard let start = text.range(of: open),
    let end = text.range(of: close, range: start.upperBound..<text.endIndex)
  else { return nil }
  return text[..<start.upperBound] + "\n" + insert + text[end.lowerBound...]
}

extension Spread {
  /// Mean ± deviation, both with so many digits after the point.
  func text(factor: Double = 1, digits: Int) -> String {
    let mean = String(format: "%.\(digits)f", factor * mean)
    return count > 1 ? mean + String(format: " ± %.\(digits)f", factor * deviation) : mean
  }
}

/// The tables of docs/paper.md.
struct TableWriter {
  let setting: ExperimentScale
  let archive: RunFolder

  /// What the runs of a figure came to, one row each.
  ///
  /// - Throws: `PaperError` if a run is missing or damaged.
  func table(of figure: Figure) throws(PaperError) -> String {
    switch figure {
    case .figure11, .figure12: return try growthTable(figure)
    case .additions: return try additionsTable()
    default:
      var rows: [[String]] = []
      for recipe in figure.recipes(in: setting) {
        rows.append(try row(Results(of: recipe, in: archive), time: time(of: figure)))
      }
      return markdownTable(
        [
          "run", "seeds", "final widths", "parameters", "seconds", "of these growing", "epochs",
          "test accuracy, %", "test loss",
        ], rows)
    }
  }

  /// Claims and verdicts.
  func claimTable(_ claims: [Claim]) -> String {
    markdownTable(
      ["claim", "measured", "verdict"], claims.map { [$0.text, $0.measured, $0.verdict.rawValue] })
  }

  /// Until when the figure shows networks that are trained for longer.
  private func time(of figure: Figure) -> Double? {
    switch figure {
    case .figure5: setting.seconds
    case .figure10: setting.longSeconds
    case .figure8: setting.shortSeconds
    default: nil
    }
  }

  private func row(_ results: Results, time: Double?) -> [String] {
    let end = results.values { $0.seconds }.max() ?? 0
    let growing = results.records.map { $0.growths.reduce(0) { $0 + $1.duration } }
    // Others are trained for just this time, give or take a step.
    let cut = time.flatMap { $0 < 0.99 * end ? $0 : nil }
    func text(_ digits: Int, _ factor: Double = 1, _ number: (RunRecord.Point) -> Double) -> String
    {
      let values = cut.map { results.values(at: $0, number) } ?? results.values(number)
      return Spread(values)?.text(factor: factor, digits: digits) ?? "–"
    }
    let parameters = Spread(results.values { Double($0.parameters) })
    return [
      "`\(results.recipe.name)`", "\(results.records.count)", results.widthsText,
      parameters.map { grouped(Int($0.mean.rounded())) } ?? "–", text(1) { $0.seconds },
      results.recipe.growth == nil ? "–" : Spread(growing)?.text(digits: 2) ?? "–",
      text(1) { $0.epochs }, text(2, 100) { $0.testAccuracy },
      text(3) { $0.testLoss },
    ]
  }

  private func growthTable(_ figure: Figure) throws(PaperError) -> String {
    var rows: [[String]] = []
    let results = try Results(of: setting.many(.paper), in: archive)
    let own = try Results(of: setting.many(.ours), in: archive)
    for number in 1...setting.growths.many {
      var row = ["\(number)"]
      for results in [results, own] {
        for layer in 1...2 {
          let values = results.records.compactMap { record in
            record.growths.first { $0.layer == layer && $0.number == number }.flatMap {
              figure == .figure11 ? $0.meanOfSquares : $0.largest
            }
          }
          row.append(
            Spread(values).map { String(format: "%.2g", $0.mean) + " (\($0.count))" } ?? "–")
        }
      }
      rows.append(row)
    }
    return markdownTable(
      ["growth", "paper's, layer 1", "layer 2", "ours, layer 1", "layer 2"], rows)
  }

  private func additionsTable() throws(PaperError) -> String {
    var rows: [[String]] = []
    for recipe in Figure.additions.recipes(in: setting) {
      let results = try Results(of: recipe, in: archive)
      let best = results.records.compactMap { $0.points.map(\.testAccuracy).max() }
      rows.append([
        "`\(recipe.name)`", "\(results.records.count)", results.widthsText,
        Spread(results.values { Double($0.parameters) }).map { grouped(Int($0.mean.rounded())) }
          ?? "–",
        Spread(results.values { $0.seconds })?.text(digits: 1) ?? "–",
        Spread(best)?.text(factor: 100, digits: 2) ?? "–",
        Spread(results.values(\.testAccuracy))?.text(factor: 100, digits: 2) ?? "–",
        Spread(results.values(\.testLoss))?.text(digits: 3) ?? "–",
      ])
    }
    return markdownTable(
      [
        "run", "seeds", "final widths", "parameters", "seconds", "best test accuracy, %", "last",
        "last test loss",
      ], rows)
  }
}

/// A count with a space between thousands.
func grouped(_ count: Int) -> String {
  var (text, rest) = ("", "\(count)")
  while rest.count > 3 {
    text = " " + rest.suffix(3) + text
    rest = String(rest.dropLast(3))
  }
  return rest + text
}
