import Charts

/// The charts of the figures.
struct Drawing {
  let setting: ExperimentScale
  let archive: RunFolder

  /// A figure from its runs.
  ///
  /// - Throws: `PaperError` if a run is missing or damaged.
  func chart(of figure: Figure) throws(PaperError) -> Chart {
    switch figure {
    case .figure5:
      let series = try solvers(setting.usual) + large(setting.large)
      return accuracyChart(
        "Growth against large networks", series, seconds: setting.seconds, last: .pointwise)
    case .figure6:
      let series = try solvers(setting.usual) + same(setting.usual)
      return accuracyChart(
        "Growth against the same architecture from the start", series, seconds: setting.seconds,
        last: .zoom)
    case .figure8: return try intervals()
    case .figure9:
      let series = try solvers(setting.few) + same(setting.few)
      return accuracyChart(
        "The same with fewer growths", series, seconds: setting.shortSeconds, last: .pointwise)
    case .figure10:
      let series = try solvers(setting.many) + large(Array(setting.large.prefix(1)))
      return accuracyChart(
        "Many growths against a large network", series, seconds: setting.longSeconds,
        last: .pointwise)
    case .figure11:
      return try singularValues("Mean of λ² by growth", "mean of λ²") { $0.meanOfSquares }
    case .figure12: return try singularValues("Largest λ by growth", "largest λ") { $0.largest }
    case .figure13: return try bestAgainstRandom()
    case .additions: return try additions()
    }
  }

  /// The runs of one line, with its name and colour.
  private struct Series {
    let name: String
    let hue: Hue
    var isDashed = false
    let results: Results

    func line(_ band: Band) -> Line { Line(name: name, hue: hue, isDashed: isDashed, band: band) }
  }

  private func results(_ recipe: Recipe) throws(PaperError) -> Results {
    try Results(of: recipe, in: archive)
  }
}

// MARK: - Series

extension Drawing {
  private func solvers(_ recipe: (GrowthWay) -> Recipe) throws(PaperError) -> [Series] {
    var series: [Series] = []
    for way in GrowthWay.solvers {
      let results = try results(recipe(way))
      series.append(
        Series(
          name: "growth, \(way.text): \(results.widthsText)", hue: way.hue, results: results))
    }
    return series
  }

  private func same(_ recipe: (GrowthWay) -> Recipe) throws(PaperError) -> [Series] {
    var series: [Series] = []
    for way in GrowthWay.solvers {
      series.append(
        Series(
          name: "the same widths from the start, for \(way.text)", hue: way.hue, isDashed: true,
          results: try results(setting.same(as: recipe(way)))))
    }
    return series
  }

  private func large(_ widths: [[Int]]) throws(PaperError) -> [Series] {
    var series: [Series] = []
    for (widths, hue) in zip(widths, [Hue.grey, .green]) {
      series.append(
        Series(
          name: "fixed \(widths)", hue: hue, isDashed: true,
          results: try results(setting.fixed(widths))))
    }
    return series
  }
}

extension GrowthWay {
  /// As legends and tables have it.
  var text: String {
    switch self {
    case .paper: "the paper's solver"
    case .ours: "our solver"
    case .random: "random neurons"
    }
  }

  var hue: Hue {
    switch self {
    case .paper: .orange
    case .ours: .blue
    case .random: .violet
    }
  }
}

// MARK: - Panels

extension Drawing {
  private enum LastPanel {
    /// All runs' i-th points at the mean of their times.
    case pointwise
    /// The second half of the time.
    case zoom
  }

  private func accuracyAxis(_ lines: [Line], span: Double) -> Axis {
    let best = lines.compactMap { $0.band.spreads.map(\.mean).max() }.max() ?? 1
    return Axis(
      label: "test accuracy, %", limits: max(0, best - span)...min(1, best + 0.1 * span),
      factor: 100)
  }

  private func accuracyChart(
    _ text: String, _ series: [Series], seconds: Double, last: LastPanel
  ) -> Chart {
    let time = series.map {
      $0.line(Band(of: $0.results.accuracies { $0.seconds }, every: seconds / 80))
    }
    let seconds = 0...seconds
    let left = Panel(
      title: "by time, interpolated", x: Axis(label: "processor seconds", limits: seconds),
      y: accuracyAxis(time, span: 0.15), lines: time)
    let epochs = epochPanel(series, seconds: seconds.upperBound)
    guard case .zoom = last else {
      let pointwise = series.map {
        $0.line(Band(pointwise: $0.results.accuracies { $0.seconds }))
      }
      return Chart(
        title: text,
        panels: [
          left, epochs,
          Panel(
            title: "by mean time of each point",
            x: Axis(label: "processor seconds", limits: seconds),
            y: accuracyAxis(pointwise, span: 0.15), lines: pointwise),
        ])
    }
    let late = Axis(
      label: "processor seconds", limits: seconds.upperBound / 2...seconds.upperBound)
    return Chart(
      title: text,
      panels: [
        left,
        Panel(
          title: "the second half, nearer", x: late,
          y: Axis(label: "test accuracy, %", factor: 100), lines: time), epochs,
      ])
  }

  /// By epochs, as far as the time of the other panels took the fastest.
  private func epochPanel(_ series: [Series], seconds: Double) -> Panel {
    let reached = series.compactMap {
      $0.results.values(at: seconds) { $0.epochs }.min()
    }
    // The largest networks go through the samples a few times only; all lines should be seen.
    let limit = reached.sorted().last ?? 1
    let lines = series.map {
      $0.line(Band(of: $0.results.accuracies { $0.epochs }, every: limit / 80))
    }
    return Panel(
      title: "by epochs", x: Axis(label: "epochs", limits: 0...limit),
      y: accuracyAxis(lines, span: 0.15), lines: lines)
  }

  private func intervals() throws(PaperError) -> Chart {
    var panels: [Panel] = []
    for way in GrowthWay.solvers {
      var lines: [Line] = []
      for (interval, hue) in zip(setting.intervals, [Hue.red1, .red2, .red3, .red4]) {
        let results = try results(setting.every(interval, way))
        lines.append(
          Line(
            name: "\(interval) s between growths", hue: hue,
            band: Band(
              of: results.accuracies { $0.seconds }, every: setting.shortSeconds / 80)))
      }
      panels.append(
        Panel(
          title: way.text,
          x: Axis(label: "processor seconds", limits: 0...setting.shortSeconds),
          y: accuracyAxis(lines, span: 0.2), lines: lines))
    }
    return Chart(title: "Training time between growths", panels: panels)
  }

  private func singularValues(
    _ text: String, _ label: String, _ number: (RunRecord.Growth) -> Double?
  ) throws(PaperError) -> Chart {
    var panels: [Panel] = []
    let series = try solvers(setting.many)
    for layer in 1...2 {
      let lines = series.map {
        $0.line(Band(collecting: $0.results.growths(ofLayer: layer, number)))
      }
      panels.append(
        Panel(
          title: "hidden layer \(layer)", x: Axis(label: "growth"),
          y: Axis(label: label, scale: .logarithmic), lines: lines))
    }
    return Chart(title: text, panels: panels)
  }

  private func bestAgainstRandom() throws(PaperError) -> Chart {
    var panels: [Panel] = []
    let start = Series(name: "[1, 1], not grown", hue: .grey, results: try results(setting.start))
    for way in GrowthWay.solvers {
      let best = try results(setting.atOnce(way))
      let random = try results(setting.random(like: way))
      let series = [
        Series(name: "\(way.text): \(best.widthsText)", hue: way.hue, results: best),
        Series(name: "random neurons, the same widths", hue: .violet, results: random), start,
      ]
      let end = best.values { $0.seconds }.max() ?? 1
      let lines = series.map {
        $0.line(Band(pointwise: $0.results.accuracies { $0.seconds }))
      }
      panels.append(
        Panel(
          title: way.text, x: Axis(label: "processor seconds", limits: 0...end),
          y: Axis(label: "test accuracy, %", limits: 0...1, factor: 100), lines: lines))
      panels.append(
        Panel(
          title: "nearer", x: Axis(label: "processor seconds", limits: 0...end),
          y: accuracyAxis(lines, span: 0.12), lines: lines))
    }
    return Chart(title: "The best neurons against random ones", panels: panels)
  }

  private func additions() throws(PaperError) -> Chart {
    var series: [Series] = []
    for way in GrowthWay.allCases {
      series.append(
        Series(name: way.text, hue: way.hue, results: try results(setting.additions(way))))
    }
    series.append(
      Series(
        name: "the paper's solver, from all samples", hue: .orange, isDashed: true,
        results: try results(setting.additions(.paper, ofAllSamples: true))))
    func panel(
      _ name: String, _ y: Axis, _ number: (RunRecord.Point) -> Double
    ) -> Panel {
      Panel(
        title: name, x: Axis(label: "growth"), y: y,
        lines: series.map { $0.line(Band(collecting: $0.results.afterGrowths(number))) })
    }
    return Chart(
      title: "New neurons alone, without gradient descent",
      panels: [
        panel(
          "accuracy", Axis(label: "test accuracy, %", limits: 0...1, factor: 100),
          \.testAccuracy),
        panel("loss", Axis(label: "test loss", scale: .logarithmic), \.testLoss),
        panel("size", Axis(label: "parameters", scale: .logarithmic)) { Double($0.parameters) },
      ])
  }
}
