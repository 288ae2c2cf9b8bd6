import Charts
package import Growth

/// A comparison of ways to go on from a model as a page: which ends best, and how each went.
package struct HTMLComparisonReport: Sendable {
  private typealias Way = JSONComparison.Way

  private let report: JSONComparison
  private var ways: [Way] { report.ways }
  /// The place of the way that is named, the model as it is among them.
  private var chosen: Int? { report.verdict.way }

  /// The page of a comparison.
  package init(_ comparison: Comparison, context: ComparisonContext) {
    report = JSONComparison(comparison, context: context)
  }

  /// The page, with a newline at the end.
  ///
  /// - Throws: `EncodingError`, which no report causes.
  package func rendered() throws -> String {
    let (name, training, data) = (
      report.model.path.fileName.printable, report.training, report.data
    )
    return Page(
      title: "\(name) compared · tiny-diagnose", json: try renderedJSON(report, isCompact: true),
      fileName: "\(report.model.path.fileStem.printable)-comparison.json",
      content: [
        .masthead(
          name,
          facts: [
            report.model.format, "\(training.settings) (\(training.origin.words))",
            "\(Text.count(training.steps)) steps of \(training.batchSize) samples",
            training.seeds == 1 ? "1 batch order" : "\(training.seeds) batch orders",
            "\(Text.count(data.judgingSamples)) samples judge", training.loss,
          ]),
        answer, .section([HTML("How they went")], [HTML("div", ["class": "grid2"], figures)]),
        table, .footer(report.tool), Term.explanations,
      ]
    ).rendered()
  }

  private var answer: HTML {
    HTML(
      "div", ["class": "verdict"],
      [
        HTML("span", ["class": "kind"], "Compared"), HTML("h2", [:], headline),
        KeyFigure.list(keyFigures), HTML("p", [:], report.verdict.text.printable),
      ] + (report.verdict.command.map { [HTML.command($0, name: "command")] } ?? [])
        + [.remarks(report.notes)])
  }

  private var headline: String {
    switch report.verdict.kind {
    case "diverges": "Lower the learning rate"
    case "leave": "Leave the network as it is"
    case "trainOn": "Train on without growing"
    case "scratch": "Train a new network"
    default: chosen.map { "Grow: \(ways[$0].label)" } ?? "Compared"
    }
  }

  private var keyFigures: [KeyFigure] {
    let best = chosen.map { ways[$0] }
    var figures = [ways.first, chosen == 0 ? nil : best].compactMap { $0 }.map { way in
      KeyFigure(
        name: way.label, value: Text.signed(way.best),
        note: way.bestStep.map {
          "loss after \(Text.count($0)) steps, where the choosing samples stop"
        } ?? "diverged")
    }
    if let best {
      let more = best.parameters - (ways.first?.parameters ?? 0)
      figures.append(
        KeyFigure(
          name: "Size", value: Text.count(best.parameters),
          note: more == 0 ? "parameters" : "parameters, \(Text.count(more)) more"))
    }
    return figures
  }

  private static let hues: [Hue] = [.grey, .blue, .orange, .green, .violet]

  private var figures: [HTML] { [curveFigure, bestFigure].compactMap { $0 } }

  /// Loss against steps. The model as it is is grey, the best way in the page's colour; further ones
  /// that come back to a colour are dashed.
  private var curveFigure: HTML? {
    let first = [0, chosen].compactMap { $0 }.filter(ways.indices.contains)
    let order =
      Set(first).sorted { $0 == 0 || ($1 != 0 && $0 < $1) }
      + ways.indices.filter { !first.contains($0) }
    var lines: [Line] = []
    for (place, index) in order.enumerated() {
      let points = ways[index].curve.compactMap { point in
        point.loss.map { (x: Double(point.step), mean: $0, deviation: point.standardError ?? 0) }
      }
      guard !points.isEmpty else { continue }
      lines.append(
        Line(
          name: ways[index].label, hue: Self.hues[place % Self.hues.count],
          isDashed: place >= Self.hues.count, band: Band(points: points)))
    }
    guard !lines.isEmpty else { return nil }
    let text = "The mean loss over steps of training; bands are one standard error."
    let panel = Panel(
      title: "Loss against steps", x: Axis(label: "steps", isWhole: true), y: Axis(label: "loss"),
      lines: lines)
    return .figure(
      name: "curves", title: [HTML("Loss against steps")], text: text,
      legend: lines.map { ($0.name, $0.hue) },
      plot: panel.plot(name: "curves", description: text),
      numbers: DataTable(
        columns: ["Way", "Step", "Loss"].map { .init(title: $0) },
        rows: order.flatMap { curveRows(of: ways[$0]) }))
  }

  private func curveRows(of way: Way) -> [[DataTable.Cell]] {
    way.curve.map { point in
      [
        DataTable.Cell(way.label), DataTable.Cell(point.step),
        DataTable.Cell(Text.measured(point.loss, point.standardError)),
      ]
    }
  }

  private var bestFigure: HTML? {
    let bars = ways.enumerated().compactMap { index, way -> Bars.Bar? in
      guard let best = way.best, best >= 0 else { return nil }
      return Bars.Bar(
        name: way.label, number: best, deviation: way.bestStandardError ?? 0,
        text: Text.measured(best, way.bestStandardError), hue: index == chosen ? .blue : .grey)
    }
    guard !bars.isEmpty else { return nil }
    let text =
      "The loss of each way where the choosing samples would have stopped, on samples that neither fitted "
      + "nor chose anything."
    return .figure(
      name: "best", title: [HTML("At their best")], text: text,
      plot: Bars(title: "At their best", bars: bars).plot(name: "best", description: text),
      numbers: DataTable(
        columns: [.init(title: "Way"), .init(title: "Loss")],
        rows: bars.map { [.init($0.name), .init($0.text)] }))
  }

  private var table: HTML {
    let table = DataTable(
      columns: ["Way", "Parameters", "At once", "At the end", "At its best", "After steps"].map {
        .init(title: $0)
      },
      rows: ways.map { way in
        [
          .init(
            [HTML(way.label)]
              + (way.diverged ? [HTML("div", ["class": "remark"], "⚠ diverged")] : [])),
          .init(way.parameters), .init(way.atOnce), .init(way.atEnd),
          .init(
            Text.measured(way.best, way.bestStandardError), number: way.best,
            style: "strong"),
          way.bestStep.map { .init($0) } ?? .init(Text.dash),
        ]
      }, markedRow: chosen, isSortable: true)
    return .section(
      [HTML("All ways")],
      [
        HTML(
          "div", ["class": "scroll", "tabindex": "0", "role": "region", "aria-label": "Ways"],
          [table.element])
      ])
  }
}
