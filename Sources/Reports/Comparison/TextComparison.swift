import Diagnostics
package import Growth
import Networks

/// A comparison as one screen of text, as wide as its reader's window: a line for each way, and what to do.
package struct TextComparison: Sendable {
  private let comparison: Comparison
  private let context: ComparisonContext
  private let style: TextStyle

  private static let titleWidth = 8

  /// The report on a comparison.
  package init(_ comparison: Comparison, context: ComparisonContext, style: TextStyle = .plain) {
    self.comparison = comparison
    self.context = context
    self.style = style
  }

  /// The report, with a newline at the end.
  package func rendered() -> String {
    let table = table
    return [header, table.lines(style: style) + legend(of: table), notes, outcome].filter {
      !$0.isEmpty
    }
    .map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
  }

  private var header: [String] {
    let (base, counts) = (context.base, comparison.sampleCounts)
    let optimizer = comparison.configuration.optimizer.text
    let seeds = comparison.seeds == 1 ? "1 batch order" : "\(comparison.seeds) batch orders"
    return [
      line("model", base.model.path, [base.model.format]),
      line(
        "data", base.dataPath,
        [
          "\(Text.count(counts.training)) to train on, \(Text.count(counts.choosing)) choose, "
            + "\(Text.count(counts.judging)) judge"
        ] + base.weighting),
      line("loss", base.lossName, [], isPath: false),
      line("trained", optimizer, [context.origin.words], isPath: false),
      line(
        "",
        "\(Text.count(comparison.steps)) steps of \(comparison.configuration.batchSize) samples",
        [seeds], isPath: false),
    ]
  }

  private func line(
    _ title: String, _ first: String, _ others: [String], isPath: Bool = true
  ) -> String {
    headerLine(
      title.padding(to: Self.titleWidth), first, others, style: style, width: style.width,
      isPath: isPath)
  }

  // MARK: A line for each way

  private var table: TextTable {
    let ways = comparison.ways
    func column(
      _ titles: [String], isNumeric: Bool = true, _ text: (WayResult) -> String
    ) -> TextTable.Column {
      TextTable.Column(titles: titles, cells: ways.map(text), isNumeric: isNumeric)
    }
    func loss(_ titles: [String], _ point: @escaping (WayResult) -> WayResult.Point?)
      -> [TextTable.Column]
    {
      [
        column(titles) { way in
          point(way)?.judged.map { Text.number($0) } ?? (way.isDiverged ? "diverged" : Text.dash)
        },
        column(["", ""], isNumeric: false) { way in
          point(way)?.standardError.map { $0 > 0 ? "± " + Text.number($0) : "" } ?? ""
        },
      ]
    }
    let name = [
      column(["", "layer"], isNumeric: false) {
        Text.layer($0.way.layerName ?? Text.dash).printable
      },
      column(["new", "units"]) { $0.way.neurons > 0 ? "+\($0.way.neurons)" : Text.dash },
      column(["", "way"], isNumeric: false) { $0.way.method.shortText },
    ]
    let numbers =
      [cost, column(["loss:", "at once"]) { Text.number($0.atOnce) }]
      + loss(["", "best"], \.best)
      + [
        column(["at", "step"]) { $0.best.map { Text.count($0.step) } ?? Text.dash },
        column(["", "at end"]) { way in
          way.atEnd.map { Text.number($0) } ?? (way.isDiverged ? "diverged" : Text.dash)
        },
      ]
    func table(_ columns: [TextTable.Column]) -> TextTable {
      TextTable(columns: columns, limit: style.width, strongRow: comparison.verdict.way)
    }
    let whole = table(name + numbers)
    // What is repeated before the columns below has to tell the ways apart.
    let short = [column(["", "way"], isNumeric: false) { $0.way.text.printable }]
    return whole.isBroken ? table(short + numbers) : whole
  }

  /// The parameters that a way adds.
  private var cost: TextTable.Column {
    let now = comparison.ways[0].parameters
    return TextTable.Column(
      titles: ["", "cost"],
      cells: comparison.ways.map {
        $0.parameters == now ? Text.dash : Text.count($0.parameters - now)
      }, worth: .little)
  }

  /// The words of the table, as far as it has them.
  private func legend(of table: TextTable) -> [String] {
    let different = comparison.ways.compactMap(\.way.method.explanation).withoutRepetition
    let ofColumns =
      (table.shows("cost") ? "cost: in parameters; " : "")
      + "best: where the choosing samples would have stopped, ± over "
      + (comparison.seeds == 1 ? "the samples." : "the batch orders.")
    return ((different.isEmpty ? [] : [different.joined(separator: "; ") + "."]) + [ofColumns])
      .flatMap { wrapped($0, width: style.width) }.map { style.apply(.faint, to: $0) }
  }

  // MARK: What to beware of, and what to do

  private var notes: [String] {
    context.notes(comparison)
      .flatMap { remark("note:", $0, style: style, width: style.width) }
  }

  private var outcome: [String] {
    wrapped(comparison.outcome.printable, width: style.width)
      .map { style.apply(.strong, to: $0) }
      + (context.command(comparison).map { lines(ofCommand: $0, width: style.width) } ?? [])
  }
}
