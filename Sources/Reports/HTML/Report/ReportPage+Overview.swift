import Charts

extension HTMLReport {
  /// All layers beside each other: gain against cost, the losses, and how well gains were foreseen.
  var overview: HTML {
    let figures = [frontierFigure, lossFigure, agreementFigure].compactMap { $0 }
    guard !figures.isEmpty else { return HTML("") }
    return .section(
      [HTML("All layers together")], [HTML("div", ["class": "grid2"], figures)])
  }

  /// A number of neurons in a layer.
  private struct Option {
    let layer: String
    let neurons: Int
    let parameters: Int
    let gain: Double

    var text: String { "\(layer.printable) +\(neurons)" }
  }

  private var options: [Option] {
    curves.flatMap { curve in
      curve.points.filter { $0.neurons > 0 }.compactMap { point in
        point.judged.map {
          Option(
            layer: curve.growth.layer, neurons: point.neurons,
            parameters: point.neurons * curve.growth.neuronCost, gain: $0)
        }
      }
    }
  }

  /// Gain against parameters.
  private var frontierFigure: HTML? {
    let isOfLoss = curves.first?.isOfLoss ?? true
    let options = options.sorted { ($0.parameters, -$0.gain) < ($1.parameters, -$1.gain) }
    guard options.count > 1 else { return nil }
    var best: [Option] = []
    for option in options where option.gain > max(0, best.last?.gain ?? 0) { best.append(option) }
    let rest = options.filter { option in
      !best.contains { $0.layer == option.layer && $0.neurons == option.neurons }
    }
    func line(_ name: String, _ hue: Hue, _ form: Line.Form, _ options: [Option]) -> Line? {
      guard !options.isEmpty else { return nil }
      return Line(
        name: name, hue: hue, form: form,
        band: Band(points: options.map { (Double($0.parameters), $0.gain, 0) }),
        notes: options.map { "\($0.text): \(Text.signed($0.gain))" })
    }
    let lines = [
      line("other numbers of neurons", .grey, .points, rest),
      line("best for its cost", .blue, .measured, best),
    ].compactMap { $0 }
    let costs = options.map(\.parameters)
    let isWide = (costs.last ?? 1) > 20 * max(1, costs.first ?? 1)
    let text =
      "Every number of neurons that was tried, in every layer"
      + (isOfLoss ? "; gains are falls of the loss." : "; gains are shares of the next layer's Ψ.")
    let panel = Panel(
      title: "Gain against cost",
      x: Axis(label: "parameters added", scale: isWide ? .logarithmic : .linear),
      y: Axis(
        label: isOfLoss ? "the loss falls by" : "of Ψ closed, %",
        limits: Self.limits(options.map(\.gain)), factor: isOfLoss ? 1 : 100),
      lines: lines)
    return .figure(
      name: "frontier", title: [HTML("Gain against cost "), Term.frontier.button], text: text,
      legend: lines.map { ($0.name, $0.hue) },
      plot: panel.plot(name: "frontier", description: text),
      numbers: DataTable(
        columns: [
          .init(title: "Best for its cost"), .init(title: "Parameters"), .init(title: "Gain"),
        ],
        rows: best.map { [.init($0.text), .init($0.parameters), .init($0.gain)] }))
  }

  /// From 0, or from below it, to somewhat above the largest number.
  static func limits(_ numbers: [Double]) -> ClosedRange<Double> {
    let (low, high) = (min(0, numbers.min() ?? 0), max(0, numbers.max() ?? 0))
    return high > low ? low...high + 0.06 * (high - low) : low...low + 1
  }

  /// The losses now, after growing, and of the best constant answer.
  private var lossFigure: HTML? {
    let loss = report.loss
    let growth = report.growth.first { $0.layer == report.suggestion.layer }
    func bar(
      _ name: String, _ number: Double?, _ hue: Hue, deviation: Double? = nil
    ) -> Bars.Bar? {
      guard let number, number >= 0 else { return nil }
      return Bars.Bar(
        name: name, number: number, deviation: deviation ?? 0,
        text: Text.measured(number, deviation), hue: hue)
    }
    func after(_ value: Double?, _ gain: Double?) -> Double? {
      guard let value, let gain else { return nil }
      return value - gain
    }
    let bars = [
      bar("training, now", loss.value, .grey),
      bar("training, with the new neurons", after(loss.value, growth?.measuredLossGain), .blue),
      bar("held out, now", loss.validationValue, .grey),
      bar(
        "held out, with the new neurons", after(loss.validationValue, growth?.validationLossGain),
        .blue, deviation: growth?.validationStandardError),
      bar("the best constant answer", loss.validationBaseline ?? loss.baseline, .grey),
    ].compactMap { $0 }
    guard bars.count > 1 else { return nil }
    let text = "The mean \(loss.name.printable) of the samples."
    let title = "The loss"
    return .figure(
      name: "losses", title: [HTML(title + " "), Term.baseline.button], text: text,
      plot: Bars(title: title, bars: bars).plot(name: "losses", description: text),
      numbers: DataTable(
        columns: [.init(title: "Of"), .init(title: "Loss")],
        rows: bars.map { [.init($0.name), .init($0.text)] }))
  }

  /// Predicted gains against those that were measured.
  private var agreementFigure: HTML? {
    let pairs = report.growth.compactMap { growth -> (String, Double, Double)? in
      guard let predicted = growth.predictedLossGain, let measured = growth.measuredLossGain
      else { return nil }
      return (Text.layerName(growth.layer).printable, predicted, measured)
    }
    // One pair stands in the table already.
    guard pairs.count > 1 else { return nil }
    let most = pairs.flatMap { [$0.1, $0.2] }.max() ?? 1
    let least = min(0, pairs.flatMap { [$0.1, $0.2] }.min() ?? 0)
    let limits = least...max(1.1 * most, least + .leastNormalMagnitude)
    let text = "By how much the loss should fall, from its slope, and by how much it does."
    let panel = Panel(
      title: "Predicted and measured", x: Axis(label: "predicted", limits: limits),
      y: Axis(label: "measured", limits: limits),
      lines: [
        Line(
          name: "layers", hue: .blue, form: .points,
          band: Band(points: pairs.map { ($0.1, $0.2, 0) }),
          notes: pairs.map { "\($0.0): \(Text.signed($0.1)) and \(Text.signed($0.2))" })
      ], markers: [Marker(.equality, label: "equal")])
    return .figure(
      name: "agreement", title: [HTML("Predicted and measured "), Term.predicted.button],
      text: text, plot: panel.plot(name: "agreement", description: text),
      numbers: DataTable(
        columns: ["Layer", "Predicted", "Measured"].map { .init(title: $0) },
        rows: pairs.map { [.init($0.0), .init($0.1), .init($0.2)] }))
  }
}
