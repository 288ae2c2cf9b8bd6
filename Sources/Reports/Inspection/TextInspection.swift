/// What a model's file holds as one screen of text.
package struct TextInspection: Sendable {
  private let inspection: Inspection
  private let style: TextStyle

  private static let titleWidth = 8

  /// The report on an inspection.
  package init(_ inspection: Inspection, style: TextStyle = .plain) {
    self.inspection = inspection
    self.style = style
  }

  /// The report, with a newline at the end.
  package func rendered() -> String {
    let model = inspection.model
    let header = [
      line("model", model.path, isPath: true),
      line("format", "\(model.format), written by \(inspection.producer)"),
      line("input", shape(inspection.inputShape)),
      line("loss", inspection.lossProblem ?? inspection.lossName ?? "the file names none"),
      line("samples", samples),
      line(
        "size",
        "\(Text.count(model.parameters)) parameters in \(model.layers.count) Dense "
          + (model.layers.count == 1 ? "layer" : "layers")),
    ]
    let notes = inspection.notes.flatMap {
      remark("note:", $0, style: style, width: style.width)
    }
    return [header, table, history, notes].filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }
      .joined(separator: "\n\n") + "\n"
  }

  private var samples: String {
    switch inspection.samples {
    case nil: "none in the file: name one with --data"
    case .usable(let count, let inputs, let targets, let weights):
      "\(Text.count(count)) in the file: \(inputs) and \(targets)"
        + (weights.map { ", weighted by \($0)" } ?? "")
    case .unusable(let problem): problem
    }
  }

  private var table: [String] {
    let layers = inspection.structure
    func column(
      _ title: String, enough: Int? = nil, _ text: (InspectedLayer) -> String
    ) -> TextTable.Column {
      TextTable.Column(
        titles: [title], cells: layers.map { text($0).printable }, isNumeric: false,
        enough: enough)
    }
    return TextTable(
      columns: [
        column("layer") { Text.layerName($0.name) }, column("class", enough: 24, \.className),
        column("output") { shape($0.outputShape) }, column("in a diagnosis", \.treatment),
      ], limit: style.width
    ).lines(style: style)
  }

  private var history: [String] {
    let growths = inspection.history
    guard !growths.isEmpty else { return [] }
    func column(
      _ titles: [String], isNumeric: Bool = false, _ text: (InspectedGrowth) -> String
    ) -> TextTable.Column {
      TextTable.Column(
        titles: titles, cells: growths.map { text($0).printable }, isNumeric: isNumeric)
    }
    return TextTable(
      columns: [
        column(["", "grown"]) { Text.layer($0.layer) },
        column(["", "units"]) { "\($0.unitsBefore) + \($0.unitsAdded)" },
        column(["", "method"]) { $0.method.shortened(to: 12) },
        column(["loss fell:", "measured"], isNumeric: true) { Text.number($0.measuredLossGain) },
        column(["", "held out"], isNumeric: true) { Text.number($0.validationLossGain) },
        column(["", "date"]) { $0.date.shortened(to: 20) },
      ], limit: style.width
    ).lines(style: style)
  }

  private func line(_ title: String, _ text: String, isPath: Bool = false) -> String {
    headerLine(
      title.padding(to: Self.titleWidth), text, [], style: style, width: style.width,
      isPath: isPath)
  }

  private func shape(_ dimensions: [Int?]) -> String {
    dimensions.map { $0.map(String.init) ?? "any" }.joined(separator: " × ")
  }
}
