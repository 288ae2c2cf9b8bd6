package import Diagnostics

/// A diagnosis as one screen of text.
///
/// What the model and the data are, a row per layer, what to beware of, and the verdict, with the
/// command that follows it. A column
/// for which no row has a number is left out, unless the report is `detailed`.
package struct TextReport: Sendable {
  private let diagnosis: Diagnosis
  private let context: ReportContext
  private let style: TextStyle
  private let isDetailed: Bool

  private static let titleWidth = 7
  /// So much of a layer's name, and of its units, is worth more than a column.
  private static let (enoughOfName, enoughOfUnits) = (24, 20)
  private static let barWidth = 8
  private static let mostWarnings = 8

  /// The report on a diagnosis.
  ///
  /// - Parameters:
  ///   - diagnosis: what was found.
  ///   - context: what it was found on.
  ///   - style: whether a terminal reads it.
  ///   - isDetailed: whether to show every column, and the paper's numbers below.
  package init(
    _ diagnosis: Diagnosis, context: ReportContext, style: TextStyle = .plain,
    isDetailed: Bool = false
  ) {
    self.diagnosis = diagnosis
    self.context = context
    self.style = style
    self.isDetailed = isDetailed
  }

  /// The report, with a newline at the end.
  package func rendered() -> String {
    var paragraphs = [header, table + legend]
    if isDetailed { paragraphs.append(lackTable) }
    if isDetailed, !diagnosis.growth.isEmpty { paragraphs.append(paperTable) }
    paragraphs.append(warnings)
    paragraphs.append(reuses)
    paragraphs.append(verdict)
    return paragraphs.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }
      .joined(separator: "\n\n") + "\n"
  }

  /// Whether there is no model to run.
  private var isRecorded: Bool { diagnosis.evaluation == nil }

  // MARK: What was judged

  private var header: [String] {
    let (training, heldOut) = (diagnosis.training, diagnosis.heldOut)
    let count = diagnosis.trainingCount
    var samples = "\(Text.count(count)) \(count == 1 ? "sample" : "samples")"
    if diagnosis.heldOutCount > 0 {
      samples += ", and \(Text.count(diagnosis.heldOutCount)) held out"
    }
    var loss =
      "\(context.lossName.printable) \(Text.number(training?.loss ?? context.recordedLoss))"
    var accuracy = training?.accuracy.map { "accuracy \(Text.precisePercent($0))" }
    if let heldOutLoss = heldOut?.loss ?? context.recordedValidationLoss {
      loss += ", held out \(Text.number(heldOutLoss))"
      if let share = heldOut?.accuracy {
        accuracy = accuracy.map { "\($0), held out \(Text.precisePercent(share))" }
      }
    }
    let model = context.model
    return [
      line("model", model.path, [model.format, "\(Text.count(model.parameters)) parameters"]),
      line("data", context.dataPath, [samples] + context.weighting),
      line("loss", loss, accuracy.map { [$0] } ?? [], isPath: false),
    ]
  }

  private func line(
    _ title: String, _ first: String, _ others: [String], isPath: Bool = true
  ) -> String {
    headerLine(
      title.padding(to: Self.titleWidth), first, others, style: style, width: style.width,
      isPath: isPath)
  }

  // MARK: The layers

  private var table: [String] {
    let layers = diagnosis.layers
    let growth = layers.indices.map { diagnosis.growth(ofLayer: $0) }
    func numbers(
      _ titles: [String], isDispensable: Bool = false, _ number: (GrowthDiagnosis) -> Double?
    ) -> TextTable.Column? {
      let values = growth.map { $0.flatMap { $0.suggestedNeurons > 0 ? number($0) : nil } }
      guard isDetailed || values.contains(where: { $0 != nil }) else { return nil }
      return TextTable.Column(
        titles: titles, cells: values.map(Text.number), worth: isDispensable ? .little : .all)
    }
    let closed = TextTable.Column(
      titles: ["of next Ψ", "they close"],
      cells: growth.map {
        $0?.suggestedNeurons ?? 0 > 0 ? Text.percent($0?.closedLack?.share) : Text.dash
      })
    let columns: [TextTable.Column?] = [
      TextTable.Column(
        titles: ["", "units"], cells: context.model.layers.map(units), isNumeric: false,
        enough: Self.enoughOfUnits),
      TextTable.Column(
        titles: ["lack", "Ψ"], cells: layers.map { Text.number($0.lackOfExpressivity) }),
      TextTable.Column(titles: ["", "Ψ/D"], cells: layers.map { Text.percent($0.relativeLack) }),
      seeksNeurons
        ? TextTable.Column(titles: ["new", "units"], cells: growth.map(newUnits)) : singularValues,
      isRecorded ? closed : nil,
      numbers(["loss falls", "predicted"], isDispensable: true) { $0.lossGain?.predicted },
      numbers(["", "measured"]) { $0.lossGain?.measured },
      numbers(["", "held out"]) { $0.lossGain?.heldOut?.mean },
      crossValidated,
      bars,
      seeksNeurons
        ? TextTable.Column(
          titles: ["", "cost"],
          cells: growth.map { $0.map { Text.count($0.parameterCost) } ?? Text.dash }) : nil,
    ]
    let names = TextTable.Column(
      titles: ["", "layer"], cells: layers.map { name(of: $0) }, isNumeric: false,
      enough: Self.enoughOfName)
    return TextTable(
      columns: [names] + columns.compactMap { $0 }, limit: style.width,
      strongRow: diagnosis.verdict.layerIndex
    ).lines(style: style)
  }

  private var seeksNeurons: Bool { !diagnosis.warnings.contains(.neuronsNotSought) }

  /// What is known of new neurons where none were sought: the largest λ of the paper's solve.
  private var singularValues: TextTable.Column? {
    let values = diagnosis.layers.indices.map { layer in
      diagnosis.growth(ofLayer: layer).map { growth in
        Text.measured(
          growth.paper.singularValues.first, growth.paper.singularValueStandardErrors.first)
      }
    }
    guard !isDetailed, values.contains(where: { $0 != nil }) else { return nil }
    return TextTable.Column(titles: ["paper's", "λ₁"], cells: values.map { $0 ?? Text.dash })
  }

  /// The gains on all samples, part after part held out, where the held-out ones left them in doubt.
  private var crossValidated: TextTable.Column? {
    let gains = diagnosis.layers.indices.map { layer in
      diagnosis.growth(ofLayer: layer)?.lossGain?.crossValidated?.whole.mean
    }
    guard gains.contains(where: { $0 != nil }) else { return nil }
    return TextTable.Column(titles: ["cross-", "validated"], cells: gains.map(Text.number))
  }

  /// What decides, to be seen: the share of the loss, or of the next layer's lack, that goes.
  private var bars: TextTable.Column? {
    let shares = diagnosis.layers.indices.map { layer in
      diagnosis.growth(ofLayer: layer).flatMap {
        $0.suggestedNeurons > 0 ? diagnosis.judgedShare(of: $0) : nil
      }
    }
    guard shares.contains(where: { $0 != nil }) else { return nil }
    return TextTable.Column(
      titles: ["", ""], cells: shares.map { Text.bar($0, width: Self.barWidth) }, isNumeric: false,
      role: .bar, worth: .none)
  }

  private func name(of layer: LayerDiagnosis) -> String { Text.layerName(layer.name).printable }

  private func units(of layer: ReportedLayer) -> String {
    "\(layer.units) \(layer.activation.printable)"
  }

  private func newUnits(_ growth: GrowthDiagnosis?) -> String {
    guard let growth else { return Text.dash }
    return growth.suggestedNeurons > 0 ? "+\(growth.suggestedNeurons)" : "0"
  }

  private var legend: [String] {
    var together: [String] = []
    if let network = diagnosis.network, let share = network.relativeLack, diagnosis.layers.count > 1
    {
      together.append(
        "All weights changed together leave Ψ \(Text.number(network.lackOfExpressivity)), "
          + "\(Text.percent(share)), at the last layer.")
    } else if diagnosis.network == nil, diagnosis.layers.count > 1, !isRecorded {
      together.append(
        "Ψ of all weights together would take many passes: "
          + (context.isMerged ? "report --network-lack finds it." : "--network-lack finds it."))
    }
    return together.flatMap { wrapped($0, width: style.width) }
      + [
        "Ψ: the part of the change asked of a layer that it cannot make; D: all of that change.",
        seeksNeurons
          ? "New units in a layer lower Ψ of the layer after it; their cost is in parameters."
          : "λ₁: how strongly the best direction for a new unit there would lower Ψ of the layer after it.",
      ].flatMap { wrapped($0, width: style.width) }.map { style.apply(.faint, to: $0) }
      + (isRecorded && seeksNeurons
        ? wrapped(Text.closedLack, width: style.width).map { style.apply(.faint, to: $0) } : [])
  }

  // MARK: For a reader of the paper

  private var lackTable: [String] {
    let layers = diagnosis.layers
    func numbers(_ title: String, _ number: (LayerDiagnosis) -> Double?) -> TextTable.Column {
      TextTable.Column(titles: [title], cells: layers.map { Text.number(number($0)) })
    }
    return TextTable(
      columns: [
        TextTable.Column(titles: ["layer"], cells: layers.map { name(of: $0) }, isNumeric: false),
        numbers("D", \.desiredUpdate), numbers("A", \.bestUpdate),
        numbers("Ψ", \.lackOfExpressivity), numbers("± std. error", \.lackStandardError),
      ], limit: style.width
    ).lines(style: style)
  }

  private var paperTable: [String] {
    let growth = diagnosis.growth
    func texts(_ titles: [String], _ text: (GrowthDiagnosis) -> String) -> TextTable.Column {
      TextTable.Column(titles: titles, cells: growth.map(text), isNumeric: false)
    }
    func numbers(_ titles: [String], _ number: (GrowthDiagnosis) -> Double?) -> TextTable.Column {
      TextTable.Column(titles: titles, cells: growth.map { Text.number(number($0)) })
    }
    return TextTable(
      columns: [
        texts(["", "new units in"]) { name(of: diagnosis.layers[$0.layer]) },
        texts(["", "kind"]) { $0.kind?.rawValue ?? Text.dash },
        numbers(["Ψ falls:", "fitted"], \.expressivityGain),
        numbers(["", "held out"]) { $0.suggestedPoint?.validationExpressivityGain },
        numbers(["", "slope"], \.slope),
        numbers(["paper's:", "λ₁"], \.paper.singularValues.first),
        numbers(["", "±"], \.paper.singularValueStandardErrors.first),
        numbers(["", "Σ λ²"], \.paper.gain),
        numbers(["", "σ'(0) Σ λ²"], \.paper.slope),
        numbers(["", "true slope"], \.paper.exactSlope),
      ], limit: style.width
    ).lines(style: style)
  }

  // MARK: What to beware of, and what to do

  private var warnings: [String] {
    let layers = diagnosis.layers.indices.flatMap { index in
      diagnosis.warnings(ofLayer: index).map {
        "\(Text.layer(diagnosis.layers[index].name)): \($0)"
      }
    }
    let all =
      // The verdict says that no neurons were sought.
      (diagnosis.troubleSigns.map(\.text) + layers
      + diagnosis.warnings.filter { $0 != .neuronsNotSought }.map(\.description))
      .map { ("warning:", $0) }
      + context.notes.map { ("note:", $0) }
    var shown = all.prefix(Self.mostWarnings).flatMap { title, text in
      remark(title, text, style: style, width: style.width)
    }
    if all.count > Self.mostWarnings {
      shown.append("\(all.count - Self.mostWarnings) more warnings: see --format json")
    }
    return shown
  }

  private var reuses: [String] {
    let reuses = diagnosis.unitReuses
    guard !reuses.isEmpty else { return [] }
    let layers = diagnosis.layers
    let sentences = reuses.map { reuse in
      JSONReport.Reuse(reuse).sentence(
        layer: layers[reuse.layer].name, next: layers[reuse.layer + 1].name)
    }
    guard let command = context.reuseCommand else {
      return sentences.flatMap { wrapped($0.printable, width: style.width) }
    }
    return (sentences + [JSONReport.Reuse.advice])
      .flatMap { wrapped($0.printable, width: style.width) }
      + lines(ofCommand: command, width: style.width)
  }

  private var verdict: [String] {
    let verdict = diagnosis.verdict
    let sentence = wrapped(
      verdict.text(hasDropout: context.model.hasDropout).printable + ".", width: style.width
    )
    .map { style.apply(.strong, to: $0) }
    guard let command = context.command(diagnosis) else { return sentence }
    return sentence + lines(ofCommand: command, width: style.width)
  }
}
