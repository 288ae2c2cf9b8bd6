import Charts
package import Growth

/// A growth as a page: what was added, and what it did to the loss.
package struct HTMLGrowthReport: Sendable {
  private let report: JSONGrowthReport
  private let outcome: String

  /// The page of a growth.
  package init(_ run: GrowthRun, context: GrowthContext) {
    report = JSONGrowthReport(run, context: context)
    outcome = TextGrowthReport(run, context: context).outcomeText
  }

  /// The page, with a newline at the end.
  ///
  /// - Throws: `EncodingError`, which no report causes.
  package func rendered() throws -> String {
    let name = report.model.path.fileName.printable
    return Page(
      title: "\(name) grown · tiny-diagnose", json: try renderedJSON(report, isCompact: true),
      fileName: "\(report.model.path.fileStem.printable)-growth.json",
      content: [
        .masthead(name, facts: facts), verdict, network, steps, losses, .footer(report.tool),
        Term.explanations,
      ]
    ).rendered()
  }

  private var facts: [String] {
    let data = report.data
    var samples = "\(Text.count(data.samples)) samples"
    if data.validationSamples > 0 { samples += ", \(Text.count(data.validationSamples)) held out" }
    return [report.model.format, samples, report.before.name]
  }

  private var verdict: HTML {
    HTML(
      "div", ["class": "verdict"],
      [
        HTML("span", ["class": "kind"], report.steps.isEmpty ? "Not grown" : "Grown"),
        HTML("h2", [:], changes.isEmpty ? "Nothing was added" : changes.joined(separator: ", ")),
        KeyFigure.list(figures), HTML("p", [:], outcome.printable), .remarks(report.notes),
      ])
  }

  /// What became of each layer that is another one now.
  private var changes: [String] {
    zip(report.model.layers, report.grown.layers).compactMap { before, after in
      let (name, added) = (Text.layer(before.name).printable, after.units - before.units)
      let reused = report.steps.filter { $0.layer == before.name }
        .reduce(0) { $0 + $1.reusedUnits }
      let reuse = reused == 1 ? "1 dead unit put to use" : "\(reused) dead units put to use"
      switch (added, reused) {
      case (0, 0): return nil
      case (_, 0): return "\(name) +\(added)"
      case (0, _): return "\(name): \(reuse)"
      default: return "\(name) +\(added) and \(reuse)"
      }
    }
  }

  private var isWider: Bool { report.grown.parameters > report.model.parameters }

  private var figures: [KeyFigure] {
    let (before, after) = (report.before, report.after)
    var figures: [KeyFigure] = []
    func add(_ name: String, _ first: Double?, _ last: Double?, _ text: (Double, Double) -> String)
    {
      guard let first, let last else { return }
      figures.append(
        KeyFigure(
          name: name, value: text(first, last),
          note: report.steps.isEmpty ? "as it was" : "before any training"))
    }
    add("Loss", before.value, after.value, Text.change)
    add(
      "Loss on held-out samples", before.validationValue, after.validationValue, Text.change)
    add("Accuracy on held-out samples", before.validationAccuracy, after.validationAccuracy) {
      "\(Text.precisePercent($0)) → \(Text.precisePercent($1))"
    }
    figures.append(
      KeyFigure(
        name: "Parameters", value: Text.count(report.grown.parameters),
        note: "\(Text.count(report.grown.parameters - report.model.parameters)) more"))
    return figures
  }

  private var network: HTML {
    HTML.network(
      inputs: report.model.layers.first?.inputs ?? 0,
      layers: zip(report.model.layers, report.grown.layers).map { before, after in
        (
          Text.layer(before.name),
          Chain.Station(
            units: before.units, added: after.units - before.units,
            isMarked: after.units > before.units)
        )
      }, legend: isWider ? " Dashed: the new neurons." : "")
  }

  private var steps: HTML {
    guard !report.steps.isEmpty else { return HTML("") }
    let table = DataTable(
      columns: [
        .init(title: "Layer"), .init(title: "New units", term: .neurons),
        .init(title: "Method", isText: true), .init(title: "Predicted", term: .predicted),
        .init(title: "Measured", term: .measured), .init(title: "Held out", term: .heldOut),
        .init(title: "Cost", term: .cost),
      ],
      rows: report.steps.map { step in
        [
          .init(Text.layer(step.layer).printable), .init("+\(step.neurons)", style: "plus"),
          .init(step.method), .init(step.predictedLossGain), .init(step.measuredLossGain),
          .init(step.validationLossGain), .init(step.parametersAfter - step.parametersBefore),
        ]
      })
    return .section(
      [HTML("Step by step")], lead: "By how much the loss fell with each.",
      [
        HTML(
          "div", ["class": "scroll", "tabindex": "0", "role": "region", "aria-label": "Steps"],
          [table.element])
      ])
  }

  private var losses: HTML {
    let rows: [(String, Double?, Hue)] = [
      ("training, before", report.before.value, .grey),
      ("training, after", report.after.value, .blue),
      ("held out, before", report.before.validationValue, .grey),
      ("held out, after", report.after.validationValue, .blue),
    ]
    let bars = rows.compactMap { name, number, hue in
      number.flatMap { number in
        number >= 0
          ? Bars.Bar(name: name, number: number, text: Text.signed(number), hue: hue) : nil
      }
    }
    guard !bars.isEmpty else { return HTML("") }
    let text = "The mean \(report.before.name.printable) of the samples, before any training."
    return .section(
      [HTML("Before and after")],
      [
        .figure(
          name: "losses", title: [HTML("The loss")], text: text,
          plot: Bars(title: "The loss", bars: bars).plot(name: "losses", description: text),
          numbers: DataTable(
            columns: [.init(title: "Of"), .init(title: "Loss")],
            rows: bars.map { [.init($0.name), .init($0.text)] }))
      ])
  }
}
