import Diagnostics
import Growth

/// Growing training as one screen of text: how the widths, the loss and the
/// accuracy went, and what came of it.
package struct TextTrainingReport: Sendable {
  private let run: TrainingRun
  private let context: TrainingContext
  private let style: TextStyle
  private let isDetailed: Bool

  private static let titleWidth = 6

  /// The report on a training.
  ///
  /// - Parameters:
  ///   - run: what happened.
  ///   - context: on what, and where to.
  ///   - style: whether a terminal reads it.
  ///   - isDetailed: whether to show what every growth did to every layer.
  package init(
    _ run: TrainingRun, context: TrainingContext, style: TextStyle = .plain,
    isDetailed: Bool = false
  ) {
    self.run = run
    self.context = context
    self.style = style
    self.isDetailed = isDetailed
  }

  /// The report, with a newline at the end.
  package func rendered() -> String {
    [header, stages, isDetailed ? growths : [], notes, outcome].filter { !$0.isEmpty }
      .map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
  }

  private var header: [String] {
    var samples =
      "\(Text.count(context.sampleCount)) \(context.sampleCount == 1 ? "sample" : "samples")"
    if context.heldOutCount > 0 { samples += ", and \(Text.count(context.heldOutCount)) held out" }
    let layers = context.model.layers
    func counted(_ count: Int, _ word: String) -> String {
      "\(Text.count(count)) \(word)\(count == 1 ? "" : "s")"
    }
    let shape =
      counted(layers.first?.inputs ?? 0, "input") + ", "
      + counted(layers.last?.units ?? 0, "output")
    let start = run.curve.first.map { "hidden units \($0.widths.text)" } ?? ""
    let activations = layers.map(\.activation).withoutRepetition
    return [
      line("data", context.dataPath, [samples, shape]),
      line("start", start, [activations.joined(separator: ", "), "seed \(seed)"], isPath: false),
      line(
        "train", context.options.trainingText, context.options.growthTexts, isPath: false),
      line("loss", context.lossName, [], isPath: false),
    ]
  }

  private var seed: UInt64 { context.options.training.seed }

  private func line(
    _ title: String, _ first: String, _ others: [String], isPath: Bool = true
  ) -> String {
    headerLine(
      title.padding(to: Self.titleWidth), first, others, style: style, width: style.width,
      isPath: isPath)
  }

  // MARK: How it went

  /// The time between two growths.
  private struct Stage {
    let first: GrowingPoint
    var last: GrowingPoint
  }

  private var stagesOfGrowth: [Stage] {
    run.curve.reduce(into: []) { stages, point in
      if let last = stages.last?.last, last.growth == point.growth {
        stages[stages.count - 1].last = point
      } else {
        stages.append(Stage(first: point, last: point))
      }
    }
  }

  private var stages: [String] {
    let stages = stagesOfGrowth
    func column(_ titles: [String], _ text: (Stage) -> String) -> TextTable.Column {
      TextTable.Column(titles: titles, cells: stages.map(text))
    }
    func accuracy(_ evaluation: Evaluation?) -> String {
      evaluation?.accuracy.map(Text.precisePercent) ?? Text.dash
    }
    var columns = [
      column(["", "growth"]) { "\($0.first.growth)" },
      column(["hidden", "units"]) { $0.last.widths.text },
      column(["", "parameters"]) { Text.count($0.last.parameters) },
      column(["up to", "step"]) { Text.count($0.last.step) },
      column(["loss:", "at first"]) { Text.number($0.first.training.loss) },
      column(["", "at last"]) { Text.number($0.last.training.loss) },
    ]
    let hasHeldOut = context.heldOutCount > 0
    if hasHeldOut {
      columns.append(column(["", "held out"]) { Text.number($0.last.heldOut?.loss) })
    }
    if run.curve.first?.training.accuracy != nil {
      columns.append(column(["accuracy", "at last"]) { accuracy($0.last.training) })
      if hasHeldOut { columns.append(column(["", "held out"]) { accuracy($0.last.heldOut) }) }
    }
    return TextTable(columns: columns, limit: style.width).lines(style: style)
  }

  private var growths: [String] {
    guard !run.growths.isEmpty else { return [] }
    func column(_ titles: [String], _ text: (LayerGrowth) -> String) -> TextTable.Column {
      TextTable.Column(titles: titles, cells: run.growths.map(text))
    }
    func numbers(_ titles: [String], _ number: (LayerGrowth) -> Double?) -> TextTable.Column {
      column(titles) { Text.number(number($0)) }
    }
    var layers = column(["", "layer"]) { Text.layer($0.layerName).printable }
    layers.isNumeric = false
    return TextTable(
      columns: [
        column(["", "growth"]) { "\($0.growth)" }, layers,
        column(["new", "units"]) { "+\($0.neurons)" },
        column(["found on", "samples"]) { Text.count($0.sampleCount) },
        numbers(["", "max λ"]) { $0.largestSingularValue },
        numbers(["", "Σ λ²"]) { $0.singularValues.isEmpty ? nil : $0.paperGain },
        numbers(["", "γ₀"]) { $0.updateAmplitude }, numbers(["", "γ"]) { $0.amplitude },
        numbers(["loss falls", "predicted"]) { $0.predictedGain },
        numbers(["", "measured"]) { $0.measuredGain },
        numbers(["", "elsewhere"]) { $0.judgedGain?.mean },
      ], limit: style.width
    ).lines(style: style)
  }

  // MARK: What to beware of, and what became of it

  private var notes: [String] {
    context.notes.flatMap { remark("note:", $0, style: style, width: style.width) }
  }

  /// What became of it, in whole sentences.
  var outcomeText: String {
    guard let first = run.curve.first, let last = run.curve.last else { return "" }
    let judge = context.heldOutCount > 0 ? " on held-out samples" : ""
    var sentences = [
      "\(reason) \(change(first.judged, last.judged))\(judge), while the hidden units went from "
        + "\(first.widths.text) to \(last.widths.text).",
      "The model is in \(context.model.path).",
    ]
    if let checkpoint = context.checkpoint {
      sentences.append(
        context.isInterrupted
          ? "The same command with --resume goes on from \(checkpoint)."
          : "The same command with --resume and a later end goes on from \(checkpoint).")
    }
    return sentences.joined(separator: " ")
  }

  private var outcome: [String] {
    guard !run.curve.isEmpty else { return [] }
    return wrapped("\(outcomeText) The report on it:".printable, width: style.width).map {
      style.apply(.strong, to: $0)
    } + lines(ofCommand: context.next, width: style.width)
  }

  private func change(_ first: Evaluation, _ last: Evaluation) -> String {
    if let before = first.accuracy, let after = last.accuracy {
      return "the accuracy went from \(Text.precisePercent(before)) to "
        + "\(Text.precisePercent(after))"
    }
    return "the loss went from \(Text.number(first.loss)) to \(Text.number(last.loss))"
  }

  private var reason: String {
    if context.isInterrupted { return "Interrupted at step \(Text.count(lastStep)):" }
    switch run.end {
    case .accuracy: return "The accuracy asked for is reached:"
    case .loss: return "The loss asked for is reached:"
    case .steps: return "After the \(Text.count(lastStep)) steps asked for,"
    case .epochs: return "After the epochs asked for,"
    case .seconds: return "After the time asked for,"
    case .growth, nil:
      switch run.growthEnd {
      case .parameters: return "The budget has room for no further neuron:"
      case .noGain: return "No further neurons lower the loss:"
      case .growths: return "All growths asked for are done:"
      case nil: return "Done:"
      }
    }
  }

  private var lastStep: Int { run.curve.last?.step ?? 0 }
}

extension [Int] {
  /// Widths as people write them.
  var text: String { map(String.init).joined(separator: "–") }
}

extension GrowingOptions {
  /// How the weights are changed between growths.
  fileprivate var trainingText: String {
    if omitsGradientDescent { return "by growths alone" }
    switch training.optimizer {
    case .adam(let rate, _, _, _): return "adam \(rate), batches of \(training.batchSize)"
    case .sgd(let rate): return "sgd \(rate), batches of \(training.batchSize)"
    }
  }

  /// How the network grows.
  fileprivate var growthTexts: [String] {
    let every: String? =
      switch growthInterval {
      case _ where omitsGradientDescent || limits.growths == 0: nil
      case .steps(let steps): "growth every \(Text.count(steps)) steps"
      case .seconds(let seconds): "growth every \(seconds) s"
      case nil: nil
      }
    let times = limits.growths.map { $0 == 0 ? "no growth" : "\($0) times" }
    return [every, times, limits.growths == 0 ? nil : neurons.rawValue].compactMap { $0 }
  }
}
