import Charts

/// Growing training as a page: loss, accuracy and widths over time.
package struct HTMLTrainingReport: Sendable {
  private let report: JSONTrainingReport
  private let outcome: String

  /// The page of a training.
  package init(_ run: TrainingRun, context: TrainingContext) {
    report = JSONTrainingReport(run, context: context)
    outcome = TextTrainingReport(run, context: context).outcomeText
  }

  /// The page, with a newline at the end.
  ///
  /// - Throws: `EncodingError`, which no report causes.
  package func rendered() throws -> String {
    let name = report.model.path.fileName.printable
    return Page(
      title: "\(name) trained · tiny-diagnose", json: try renderedJSON(report, isCompact: true),
      fileName: "\(report.model.path.fileStem.printable)-training.json",
      content: [
        .masthead(name, facts: facts), verdict, network,
        .section([HTML("Over time")], [HTML("div", ["class": "grid2"], figures)]), growths,
        .footer(report.tool), Term.explanations,
      ]
    ).rendered()
  }

  private var facts: [String] {
    let data = report.data
    var samples = "\(Text.count(data.samples)) samples from \(data.path.fileName)"
    if data.validationSamples > 0 { samples += ", \(Text.count(data.validationSamples)) held out" }
    return [samples, report.loss, "seed \(report.seed)", report.solver]
  }

  private var isHeldOut: Bool { report.data.validationSamples > 0 }

  private var verdict: HTML {
    let widths = report.curve.last?.widths.text ?? ""
    return HTML(
      "div", ["class": "verdict"],
      [
        HTML("span", ["class": "kind"], report.interrupted ? "Interrupted" : "Trained"),
        HTML("h2", [:], widths.isEmpty ? "A new network" : "Hidden units \(widths)"),
        KeyFigure.list(keyFigures), HTML("p", [:], outcome.printable),
        .command(report.command, name: "command"), .remarks(report.notes),
      ])
  }

  private var keyFigures: [KeyFigure] {
    guard let first = report.curve.first, let last = report.curve.last else { return [] }
    let judge = isHeldOut ? " on held-out samples" : ""
    var figures: [KeyFigure] = []
    if let before = isHeldOut ? first.validationLoss : first.loss,
      let after = isHeldOut ? last.validationLoss : last.loss
    {
      figures.append(
        KeyFigure(
          name: "Loss" + judge, value: Text.signed(after), note: "from \(Text.signed(before))"))
    }
    if let accuracy = isHeldOut ? last.validationAccuracy : last.accuracy {
      figures.append(
        KeyFigure(
          name: "Accuracy" + judge, value: Text.precisePercent(accuracy),
          note: "after \(Text.count(last.step)) steps"))
    }
    figures.append(
      KeyFigure(
        name: "Parameters", value: Text.count(last.parameters),
        note: "from \(Text.count(first.parameters)), in \(Text.count(last.growth)) growths"))
    return figures
  }

  private var network: HTML {
    let start = report.curve.first?.widths ?? []
    return .network(
      inputs: report.model.layers.first?.inputs ?? 0,
      layers: report.model.layers.enumerated().map { index, layer in
        let before = index < start.count ? min(start[index], layer.units) : layer.units
        return (
          Text.layerName(layer.name), Chain.Station(units: before, added: layer.units - before)
        )
      }, legend: " Dashed: what was added while it was trained.")
  }

  private var figures: [HTML] {
    typealias Point = JSONTrainingReport.Point
    func line(
      _ name: String, _ hue: Hue, _ value: (Point) -> Double?
    ) -> Line? {
      let points = report.curve.compactMap { point in
        value(point).map { (x: Double(point.step), mean: $0, deviation: 0.0) }
      }
      return points.isEmpty ? nil : Line(name: name, hue: hue, band: Band(points: points))
    }
    let widths = (report.curve.first?.widths ?? []).indices.compactMap { layer in
      line(
        report.model.layers.indices.contains(layer)
          ? Text.layerName(report.model.layers[layer].name).printable : "\(layer + 1)",
        Self.hues[layer % Self.hues.count]
      ) { Double($0.widths[layer]) }
    }
    return [
      figure(
        "loss", "The loss", "mean loss",
        [line("training", .grey, \.loss), line("held out", .blue, \.validationLoss)]),
      figure(
        "accuracy", "The accuracy", "right answers, %",
        [line("training", .grey, \.accuracy), line("held out", .blue, \.validationAccuracy)],
        factor: 100),
      figure("widths", "The widths", "units", widths),
    ].compactMap { $0 }
  }

  private static let hues: [Hue] = [.blue, .orange, .green, .violet, .grey]

  private func figure(
    _ name: String, _ title: String, _ unit: String, _ lines: [Line?], factor: Double = 1
  ) -> HTML? {
    let lines = lines.compactMap { $0 }
    guard !lines.isEmpty else { return nil }
    let text = "Over the steps of training."
    let panel = Panel(
      title: title, x: Axis(label: "steps", isWhole: true), y: Axis(label: unit, factor: factor),
      lines: lines)
    // Of long trainings some rows do; the report as JSON has all.
    let places = report.curve.indices.filter { $0 % (1 + report.curve.count / 40) == 0 }
    return .figure(
      name: name, title: [HTML(title)], text: text, legend: lines.map { ($0.name, $0.hue) },
      plot: panel.plot(name: name, description: text),
      numbers: DataTable(
        columns: [.init(title: "Step")] + lines.map { .init(title: $0.name) },
        rows: places.map { place in
          [.init(report.curve[place].step)]
            + lines.map { line in
              let step = Double(report.curve[place].step)
              return .init(
                line.band.x.firstIndex(of: step).map { factor * line.band.spreads[$0].mean })
            }
        }))
  }

  private var growths: HTML {
    guard !report.growth.isEmpty else { return HTML("") }
    let table = DataTable(
      columns: [
        .init(title: "Layer"), .init(title: "Growth"), .init(title: "Step"),
        .init(title: "New units", term: .neurons), .init(title: "Predicted", term: .predicted),
        .init(title: "Measured", term: .measured), .init(title: "Widths", isText: true),
      ],
      rows: report.growth.map { growth in
        [
          .init(Text.layerName(growth.layer).printable), .init(growth.growth), .init(growth.step),
          .init("+\(growth.neurons)", number: Double(growth.neurons), style: "plus"),
          .init(growth.predictedLossGain), .init(growth.measuredLossGain),
          .init(growth.widths.text),
        ]
      }, isSortable: true)
    return .section(
      [HTML("Every growth")], lead: "By how much the loss fell at once.",
      [
        HTML(
          "div", ["class": "scroll", "tabindex": "0", "role": "region", "aria-label": "Growths"],
          [table.element])
      ])
  }
}
