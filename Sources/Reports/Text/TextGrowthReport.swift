import Diagnostics
package import Growth

/// A growth as one screen of text: what was added, and the model before
/// and after.
package struct TextGrowthReport: Sendable {
  private let run: GrowthRun
  private let context: GrowthContext
  private let style: TextStyle
  private let isDetailed: Bool

  private static let titleWidth = 7
  /// Two means over up to a million samples may differ by this share, and be equal.
  private static let rounding = 1e-12

  /// Whether a recording says what grew: it knows no loss, unless its owner finds it.
  private var isRecorded: Bool { run.before == nil }

  /// The report on a growth.
  ///
  /// - Parameters:
  ///   - run: what was grown.
  ///   - context: from what, and where to.
  ///   - style: whether a terminal reads it.
  ///   - isDetailed: whether to show the amplitudes, and how neurons were found.
  package init(
    _ run: GrowthRun, context: GrowthContext, style: TextStyle = .plain, isDetailed: Bool = false
  ) {
    self.run = run
    self.context = context
    self.style = style
    self.isDetailed = isDetailed
  }

  /// The report, with a newline at the end.
  package func rendered() -> String {
    [header, steps, comparison, notes, outcome].filter { !$0.isEmpty }
      .map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
  }

  private var header: [String] {
    let (before, counts) = (context.before, run.sampleCounts)
    var samples = "\(Text.count(counts.training)) \(counts.training == 1 ? "sample" : "samples")"
    if counts.heldOut > 0 { samples += ", and \(Text.count(counts.heldOut)) held out" }
    return [
      line("model", before.model.path, [before.model.format]),
      line("data", before.dataPath, [samples] + before.weighting),
    ] + (isRecorded ? [] : [line("loss", before.lossName, [], isPath: false)])
  }

  private func line(
    _ title: String, _ first: String, _ others: [String], isPath: Bool = true
  ) -> String {
    headerLine(
      title.padding(to: Self.titleWidth), first, others, style: style, width: style.width,
      isPath: isPath)
  }

  // MARK: What was added

  private var steps: [String] {
    guard !run.steps.isEmpty else { return [] }
    func numbers(_ titles: [String], _ number: (GrowthStep) -> Double?) -> TextTable.Column {
      TextTable.Column(titles: titles, cells: run.steps.map { Text.number(number($0)) })
    }
    func texts(_ titles: [String], _ text: (GrowthStep) -> String) -> TextTable.Column {
      TextTable.Column(titles: titles, cells: run.steps.map(text), isNumeric: false)
    }
    var columns = [
      texts(["", "grown"]) { Text.layer($0.layerName).printable },
      TextTable.Column(titles: ["new", "units"], cells: run.steps.map { "+\($0.neurons)" }),
      texts(["", "method"], \.method.rawValue),
    ]
    if isRecorded {
      columns += [
        TextTable.Column(
          titles: ["of next Ψ", "they close"],
          cells: run.steps.map { Text.percent($0.closedLack?.share) }),
        numbers(["", "amplitude"], \.amplitudes.neurons),
      ]
    } else if isDetailed {
      columns += [
        texts(["", "kind"]) { $0.kind?.rawValue ?? Text.dash },
        numbers(["amplitude:", "γ"], \.amplitudes.neurons),
        numbers(["", "γ₀"], \.amplitudes.update),
      ]
    }
    if !isRecorded {
      columns += [
        numbers(["loss falls", "predicted"]) { $0.diagnosed?.predicted },
        numbers(["", "measured"]) { gain($0.measuredGain, of: run.before?.training.loss) },
      ]
    } else if run.evaluated != nil {
      columns.append(
        numbers(["the loss", "falls by"]) { gain($0.measuredGain, of: run.evaluated?.before) })
    }
    if let heldOut = run.before?.heldOut {
      columns.append(numbers(["", "held out"]) { gain($0.heldOutGain, of: heldOut.loss) })
    }
    columns.append(
      TextTable.Column(
        titles: ["", "cost"], cells: run.steps.map { Text.count($0.addedParameters) }))
    return TextTable(columns: columns, limit: style.width).lines(style: style)
      + (isRecorded
        ? wrapped(Text.closedLack, width: style.width).map { style.apply(.faint, to: $0) } : [])
  }

  /// What the loss falls by; 0 where that is the rounding of two equal losses, as where neurons are
  /// added without changing what the network answers.
  private func gain(_ gain: Double?, of loss: Double?) -> Double? {
    guard let gain, let loss, abs(gain) <= Self.rounding * abs(loss) else { return gain }
    return 0
  }

  // MARK: Before and after

  /// A line of the comparison.
  private typealias Row = (name: String, before: String, after: String)

  private var comparison: [String] {
    let rows = (losses + stability + sizes)
    func column(_ title: String, _ text: (Row) -> String) -> TextTable.Column {
      TextTable.Column(titles: [title], cells: rows.map(text))
    }
    var names = column("", \.name)
    names.isNumeric = false
    let isGrown = !run.steps.isEmpty
    return TextTable(
      columns: isGrown
        ? [names, column("before", \.before), column("after", \.after)]
        : [names, column("now", \.before)], limit: style.width
    ).lines(style: style)
      + (stability.isEmpty
        ? [] : wrapped(Self.stabilityText, width: style.width).map { style.apply(.faint, to: $0) })
  }

  private static let stabilityName = "SGD's learning rate, at most"
  private static let stabilityText =
    "\(stabilityName): with a larger one, steps of plain gradient descent raise the loss. Adam has "
    + "other bounds."

  private var losses: [Row] {
    func row(_ name: String, _ before: String?, _ after: String?) -> Row? {
      guard let before, let after else { return nil }
      return (name, before, after)
    }
    guard let before = run.before, let after = run.after else {
      return run.evaluated.map { [("loss", Text.number($0.before), Text.number($0.after))] } ?? []
    }
    let rows: [Row?] = [
      row("loss", Text.number(before.training.loss), Text.number(after.training.loss)),
      row(
        "loss, held out", before.heldOut.map { Text.number($0.loss) },
        after.heldOut.map { Text.number($0.loss) }),
      row(
        "accuracy", before.training.accuracy.map(Text.precisePercent),
        after.training.accuracy.map(Text.precisePercent)),
      row(
        "accuracy, held out", before.heldOut?.accuracy.map(Text.precisePercent),
        after.heldOut?.accuracy.map(Text.precisePercent)),
    ]
    return rows.compactMap { $0 }
  }

  private var stability: [Row] {
    guard let (before, after) = run.sharpness else { return [] }
    return [
      (
        Self.stabilityName,
        Text.number(before.largestStableLearningRate), Text.number(after.largestStableLearningRate)
      )
    ]
  }

  private var sizes: [Row] {
    let (before, after) = (context.before.model, context.grown)
    return [("parameters", Text.count(before.parameters), Text.count(after.parameters))]
      + zip(before.layers, after.layers).map {
        ("units of \(Text.layer($0.name).printable)", "\($0.units)", "\($1.units)")
      }
  }

  // MARK: What to beware of, and what became of it

  private var notes: [String] {
    context.notes(on: run).flatMap {
      remark("note:", $0, style: style, width: style.width)
    }
  }

  /// What became of it, in whole sentences.
  var outcomeText: String {
    let end = run.end.map {
      "\(opening): \($0.text(hasDropout: context.before.model.hasDropout))."
    }
    let sentence: String
    if context.isWritten {
      sentence =
        isRecorded
        ? "The grown weights are in \(context.grown.path)."
        : "The grown model is in \(context.grown.path)."
    } else {
      sentence = run.steps.isEmpty ? "Nothing was written." : "A dry run: nothing was written."
    }
    return ((end.map { [$0] } ?? []) + [sentence]).joined(separator: " ")
  }

  /// What the reason why growth ended is the reason of.
  private var opening: String {
    guard !run.steps.isEmpty else { return "Nothing to grow" }
    let isWider = run.steps.contains { $0.addedUnits > 0 }
    // Units whose places are taken make no layer wider, and are looked at last.
    guard run.steps.last?.addedUnits == 0 else { return "No more was added" }
    let layers = run.steps.filter { $0.reusedUnits > 0 }.map { Text.layer($0.layerName) }
      .withoutRepetition
    return
      "Dead or duplicate units of \(layers.joined(separator: ", ")) were put to use, and no layer "
      + (isWider ? "was widened further" : "was widened")
  }

  private var outcome: [String] {
    wrapped(outcomeText.printable, width: style.width).map { style.apply(.strong, to: $0) }
  }
}
