import Charts

extension Chart {
  /// The numbers of all lines.
  var csv: CSV {
    CSV(
      columns: ["panel", "line", "x", "mean", "deviation", "runs"],
      rows: panels.flatMap { panel in
        panel.lines.flatMap { line in
          zip(line.band.x, line.band.spreads).map { place, spread in
            // The names hold widths in brackets, and the fields of a table no comma.
            [panel.title, line.name].map { $0.replacing(",", with: "") }
              + ["\(place)", "\(spread.mean)", "\(spread.deviation)", "\(spread.count)"]
          }
        }
      })
  }
}
