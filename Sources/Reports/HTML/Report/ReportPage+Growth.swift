import Charts

extension HTMLReport {
  /// What more neurons gain in the layer to widen, or in the one where they would gain most.
  func growth(_ curve: GrowthCurve) -> HTML {
    .section(
      [HTML("More neurons in \(Text.layerName(curve.growth.layer).printable)")],
      lead: "New neurons there help \(curve.growth.relieves.printable), the layer after it.",
      [HTML("div", ["class": "grid2"], figures(of: curve))])
  }

  /// The same of all other layers, to be opened.
  var otherLayers: HTML {
    let others = curves.filter { !$0.isMain && !figures(of: $0).isEmpty }
    guard !others.isEmpty else { return HTML("") }
    let layers = others.map { curve in
      HTML(
        "details", ["class": "more"],
        [
          HTML(
            "summary", [:],
            Text.layerName(curve.growth.layer).printable
              + (curve.growth.suggestedNeurons > 0 ? " +\(curve.growth.suggestedNeurons)" : "")),
          HTML("div", ["class": "grid2"], figures(of: curve)),
        ])
    }
    let content =
      layers.count > Self.longFrom
      ? [
        HTML(
          "details", ["class": "more"],
          [HTML("summary", [:], "All \(layers.count) of them")] + layers)
      ] : layers
    return .section([HTML("The other layers")], lead: "The same plots for each of them.", content)
  }

  private func figures(of curve: GrowthCurve) -> [HTML] {
    [gainFigure(curve), spectrumFigure(curve)].compactMap { $0 }
  }

  /// The gain against the number of neurons.
  private func gainFigure(_ curve: GrowthCurve) -> HTML? {
    guard !curve.points.isEmpty else { return nil }
    let growth = curve.growth
    func line(
      _ name: String, _ hue: Hue, _ value: (GrowthCurve.Point) -> Double?,
      _ error: (GrowthCurve.Point) -> Double? = { _ in nil }
    ) -> Line? {
      let points = curve.points.compactMap { point in
        value(point).map { (x: Double(point.neurons), mean: $0, deviation: error(point) ?? 0) }
      }
      guard !points.isEmpty else { return nil }
      return Line(
        name: name, hue: hue, form: .measured, band: Band(points: points),
        notes: points.map {
          "\(Int($0.x)) neurons, \(name): "
            + Text.measured($0.mean, $0.deviation > 0 ? $0.deviation : nil)
        })
    }
    let lines = [
      line("training", .grey, \.fitted), line("held out", .blue, \.heldOut, \.standardError),
    ].compactMap { $0 }
    let chosen = growth.suggestedNeurons
    let unit = curve.isOfLoss ? "the loss falls by" : "of Ψ closed, %"
    let title = curve.isOfLoss ? "What they gain" : "What they close of Ψ"
    let panel = Panel(
      title: "\(title) in \(Text.layerName(growth.layer).printable)",
      x: Axis(label: "new neurons", isWhole: true),
      y: Axis(
        label: unit,
        limits: Self.limits(
          curve.points.flatMap { point in
            let error = point.standardError ?? 0
            return [
              point.fitted, point.heldOut.map { $0 - error }, point.heldOut.map { $0 + error },
            ]
            .compactMap { $0 }
          }), factor: curve.isOfLoss ? 1 : 100),
      above: Axis(label: "parameters", factor: Double(growth.neuronCost)), lines: lines,
      markers: chosen > 0
        ? [Marker(.x, at: Double(chosen), label: "\(chosen) suggested")] : [])
    let text =
      curve.isOfLoss
      ? "By how much the loss falls at once, with the best new weights of "
        + "\(growth.relieves.printable); 0 neurons are those weights alone."
      : "The share of what \(growth.relieves.printable) lacks that they close."
    return .figure(
      name: "gain-\(curve.index)", title: [HTML(title + " "), Term.heldOut.button], text: text,
      legend: lines.map { ($0.name, $0.hue) },
      plot: panel.plot(name: "gain-\(curve.index)", description: text),
      numbers: DataTable(
        columns: ["Neurons", "Parameters", "Training", "Held out"].map { .init(title: $0) },
        rows: curve.points.map { point in
          [
            .init(point.neurons), .init(point.neurons * growth.neuronCost), .init(point.fitted),
            .init(Text.measured(point.heldOut, point.standardError)),
          ]
        }))
  }

  /// λ with their standard errors and the noise floor.
  private func spectrumFigure(_ curve: GrowthCurve) -> HTML? {
    let growth = curve.growth
    let pairs = zip(growth.singularValues, growth.singularValueStandardErrors).enumerated()
      .compactMap { index, pair -> (index: Int, value: Double, error: Double)? in
        pair.0.wrappedValue.map { (index + 1, $0, pair.1.wrappedValue ?? 0) }
      }
    guard let largest = pairs.first?.value, largest > 0 else { return nil }
    let floor = growth.noiseFloor ?? 0
    func line(_ name: String, _ hue: Hue, isAbove: Bool) -> Line? {
      let points = pairs.filter { ($0.value > floor) == isAbove }
      guard !points.isEmpty else { return nil }
      return Line(
        name: name, hue: hue, form: .points,
        band: Band(points: points.map { (Double($0.index), $0.value, $0.error) }),
        notes: points.map { "λ\($0.index) \(Text.measured($0.value, $0.error))" })
    }
    let lines = [
      line("above the noise", .blue, isAbove: true),
      line("within the noise", .grey, isAbove: false),
    ].compactMap { $0 }
    // What rounding leaves of the last λ would take up most of the axis.
    let low = max(largest * 1e-4, min(floor, largest) / 5)
    let shown = pairs.map(\.value).filter { $0 > low }.min() ?? low
    let high = max(largest + (pairs.first?.error ?? 0), floor) * 1.25
    let panel = Panel(
      title: "λ of \(Text.layerName(growth.layer).printable)",
      x: Axis(
        label: "direction k", limits: 0...Double(max(2, (pairs.last?.index ?? 1) + 1)),
        isWhole: true),
      y: Axis(label: "λ", scale: .logarithmic, limits: min(shown, max(floor, low)) * 0.7...high),
      lines: lines,
      markers: floor > 0 ? [Marker(.y, at: floor, label: "noise floor")] : [])
    let text = "How strongly each direction, alone, could help. Below the floor it may be chance."
    return .figure(
      name: "spectrum-\(curve.index)",
      title: [HTML("Directions that could help "), Term.singularValue.button], text: text,
      legend: lines.map { ($0.name, $0.hue) },
      plot: panel.plot(name: "spectrum-\(curve.index)", description: text),
      numbers: DataTable(
        columns: ["k", "λ", "± std. error"].map { .init(title: $0) },
        rows: pairs.map { [.init($0.index), .init($0.value), .init($0.error)] }))
  }
}
