import Charts

extension HTMLReport {
  /// The network as a chain.
  var network: HTML {
    let (layers, suggestion) = (report.model.layers, report.suggestion)
    let hasDead = report.layers.contains { $0.deadUnits ?? 0 > 0 }
    return .network(
      inputs: layers.first?.inputs ?? 0,
      layers: zip(layers, report.layers).map { layer, diagnosis in
        let isMarked = layer.name == suggestion.layer
        return (
          Text.layerName(layer.name),
          Chain.Station(
            units: layer.units, added: isMarked ? suggestion.neurons : 0,
            dead: diagnosis.deadUnits ?? 0, isMarked: isMarked)
        )
      },
      legend: (suggestion.layer == nil ? "" : " Dashed: the suggested neurons.")
        + (hasDead ? " Hatched: dead units, which answer the same to every sample." : "")
        + reuses.map { " " + $0 }.joined())
  }

  /// What dead and duplicate units can be put to use for, and how.
  private var reuses: [String] {
    let sentences = zip(report.layers, report.layers.dropFirst()).compactMap { layer, next in
      layer.reuse?.sentence(layer: layer.name, next: next.name)
    }
    return sentences.isEmpty
      ? [] : sentences + ["A growth without --add puts them to use."]
  }

  /// From so many layers on remarks are to be opened.
  static let longFrom = 12

  /// A row for each layer.
  var layerTable: HTML {
    let growths = report.layers.map { layer in
      report.growth.first { $0.layer == layer.name }
    }
    func column(
      _ title: String, _ term: Term?, _ cell: (Int) -> DataTable.Cell?
    ) -> (DataTable.Column, [DataTable.Cell])? {
      let cells = report.layers.indices.map(cell)
      guard cells.contains(where: { $0 != nil }) else { return nil }
      return (
        DataTable.Column(title: title, term: term), cells.map { $0 ?? DataTable.Cell(Text.dash) }
      )
    }
    func suggested(_ cell: @escaping (JSONReport.Growth) -> DataTable.Cell?) -> (Int)
      -> DataTable.Cell?
    {
      { index in growths[index].flatMap { $0.suggestedNeurons > 0 ? cell($0) : nil } }
    }
    let layers = report.layers
    let columns: [(DataTable.Column, [DataTable.Cell])?] = [
      column("Layer", nil) { name(of: layers[$0]) },
      column("Units", nil) { units(of: report.model.layers[$0]) },
      column("Ψ", .lack) { layers[$0].lackOfExpressivity.map { DataTable.Cell($0) } },
      column("Ψ / D", .relativeLack) { layers[$0].relativeLack.map(share) },
      column("New units", .neurons) { growths[$0].map(newUnits) },
      column("Closes", nil, suggested { growth in growth.closedLackShare.map(share) }),
      column("Predicted", .predicted, suggested { $0.predictedLossGain.map { .init($0) } }),
      column("Measured", .measured, suggested { $0.measuredLossGain.map { .init($0) } }),
      column(
        "Held out", .heldOut,
        suggested { growth in
          growth.validationLossGain.map {
            DataTable.Cell(
              Text.measured($0, growth.validationStandardError), number: $0, style: "strong")
          }
        }),
      column(
        "Cross-validated", .crossValidated,
        suggested { growth in
          guard let judged = growth.judged.wrappedValue, judged.parts != nil,
            let gain = judged.gain.wrappedValue
          else { return nil }
          return DataTable.Cell(
            Text.measured(gain, judged.standardError), number: gain, style: "strong")
        }),
      column("Cost", .cost, suggested { DataTable.Cell($0.parameterCost) }),
    ]
    let shown = columns.compactMap { $0 }
    let table = DataTable(
      columns: shown.map(\.0), rows: layers.indices.map { row in shown.map { $0.1[row] } },
      markedRow: layers.firstIndex { $0.name == report.suggestion.layer }, isSortable: true)
    let all =
      report.network.relativeLack.map {
        " All weights changed together leave \(Text.percent($0)) of the last layer's."
      } ?? ""
    return .section(
      [HTML("Layer by layer")],
      lead: "What each layer cannot do, and by how much the loss falls when units are added to it."
        + all,
      [
        HTML(
          "div", ["class": "scroll", "tabindex": "0", "role": "region", "aria-label": "Layers"],
          [table.element])
      ])
  }

  private func name(of layer: JSONReport.Layer) -> DataTable.Cell {
    let remarks = layer.warnings.map { HTML("div", ["class": "remark"], "⚠ " + $0.printable) }
    // Many rows stay a table only if each is short.
    let isLong = report.layers.count > Self.longFrom && !remarks.isEmpty
    let shown =
      isLong
      ? [
        HTML(
          "details", [:],
          [
            HTML(
              "summary", ["class": "remark"],
              "⚠ \(remarks.count) \(remarks.count == 1 ? "remark" : "remarks")")
          ] + remarks)
      ] : remarks
    return DataTable.Cell(
      [HTML(Text.layerName(layer.name).printable)] + shown, number: Double(layer.index))
  }

  private func units(of layer: JSONReport.ModelLayer) -> DataTable.Cell {
    DataTable.Cell(
      [
        HTML(Text.count(layer.units) + " "),
        HTML("span", ["class": "faint"], layer.activation.printable.shortened(to: 24)),
      ], number: Double(layer.units))
  }

  private func share(_ share: Double) -> DataTable.Cell {
    DataTable.Cell([HTML(Text.percent(share)), Gauge(share).plot], number: share)
  }

  private func newUnits(_ growth: JSONReport.Growth) -> DataTable.Cell {
    guard !report.warningCodes.contains("neuronsNotSought") else {
      return DataTable.Cell(Text.dash)
    }
    return growth.suggestedNeurons > 0
      ? DataTable.Cell(
        "+\(growth.suggestedNeurons)", number: Double(growth.suggestedNeurons), style: "plus")
      : DataTable.Cell("0", number: 0)
  }
}
