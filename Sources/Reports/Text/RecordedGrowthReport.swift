import Diagnostics
package import Growth

// What was grown by a recording: no loss before and after, as there is none to measure.

extension JSONGrowthReport {
  /// The report on a growth by a recording: all losses and their gains are `null`.
  package init(_ growth: RecordedGrowth, context: GrowthContext) {
    let (before, counts) = (context.before, growth.sampleCounts)
    self.init(
      context: context,
      data: JSONReport.Samples(
        path: before.dataPath, samples: counts.training, validationSamples: counts.heldOut,
        sampleWeights: before.weightsPath),
      steps: growth.steps.map(Step.init), end: growth.end?.text, notes: growth.notes + before.notes)
  }
}

/// A growth by a recording, as one screen of text.
package struct RecordedGrowthReport: Sendable {
  private let growth: RecordedGrowth
  private let context: GrowthContext
  private let style: TextStyle

  private static let titleWidth = 7

  /// The report on a growth.
  ///
  /// - Parameters:
  ///   - growth: what was grown.
  ///   - context: from what, and where to.
  ///   - style: whether a terminal reads it.
  package init(_ growth: RecordedGrowth, context: GrowthContext, style: TextStyle = .plain) {
    self.growth = growth
    self.context = context
    self.style = style
  }

  /// The report, with a newline at the end.
  package func rendered() -> String {
    [header, steps, sizes, notes, outcome].filter { !$0.isEmpty }
      .map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
  }

  private var header: [String] {
    let (before, counts) = (context.before, growth.sampleCounts)
    var samples = "\(Text.count(counts.training)) \(counts.training == 1 ? "sample" : "samples")"
    if counts.heldOut > 0 { samples += ", and \(Text.count(counts.heldOut)) held out" }
    return [
      line("model", before.model.path, [before.model.format]),
      line("data", before.dataPath, [samples] + before.weighting),
    ]
  }

  private func line(_ title: String, _ first: String, _ others: [String]) -> String {
    headerLine(
      title.padding(to: Self.titleWidth), first, others, style: style, width: style.width)
  }

  private var steps: [String] {
    guard !growth.steps.isEmpty else { return [] }
    func column(
      _ titles: [String], isNumeric: Bool = true, _ text: (RecordedGrowthStep) -> String
    ) -> TextTable.Column {
      TextTable.Column(titles: titles, cells: growth.steps.map(text), isNumeric: isNumeric)
    }
    return TextTable(
      columns: [
        column(["", "grown"], isNumeric: false, \.layerName.printable),
        column(["new", "units"]) { "+\($0.neurons)" },
        column(["", "method"], isNumeric: false, \.method.rawValue),
        column(["of next Ψ", "they close"]) { Text.percent($0.closedLack?.share) },
        column(["", "amplitude"]) { Text.number($0.amplitude) },
        column(["", "cost"]) { Text.count($0.parametersAfter - $0.parametersBefore) },
      ], limit: style.width
    ).lines(style: style)
  }

  private var sizes: [String] {
    let (before, after) = (context.before.model, context.grown)
    let isGrown = !growth.steps.isEmpty
    let rows =
      [("parameters", Text.count(before.parameters), Text.count(after.parameters))]
      + zip(before.layers, after.layers).map {
        ("units of \($0.name.printable)", "\($0.units)", "\($1.units)")
      }
    var names = TextTable.Column(titles: [""], cells: rows.map(\.0))
    names.isNumeric = false
    let old = TextTable.Column(titles: [isGrown ? "before" : "now"], cells: rows.map(\.1))
    let new = TextTable.Column(titles: ["after"], cells: rows.map(\.2))
    return TextTable(columns: isGrown ? [names, old, new] : [names, old], limit: style.width)
      .lines(style: style)
  }

  private var notes: [String] {
    (growth.notes + context.before.notes).flatMap {
      remark("note:", $0, style: style, width: style.width)
    }
  }

  /// The outcome of the growth, in whole sentences.
  var outcomeText: String {
    let end = growth.end.map { "Nothing to grow: \($0.text)." }
    let sentence: String
    if context.isWritten {
      sentence = "The grown weights are in \(context.grown.path)."
    } else {
      sentence = growth.steps.isEmpty ? "Nothing was written." : "A dry run: nothing was written."
    }
    return ([end].compactMap { $0 } + [sentence]).joined(separator: " ")
  }

  private var outcome: [String] {
    wrapped(outcomeText.printable, width: style.width).map { style.apply(.strong, to: $0) }
  }
}
