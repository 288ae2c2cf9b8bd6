/// A figure of one or several panels side by side that share a legend.
struct Chart {
  /// One line above everything.
  let title: String
  /// From left to right.
  let panels: [Panel]
}

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

/// Lines in one frame.
struct Panel {
  /// One line above the frame.
  let title: String
  let x: Axis
  let y: Axis
  let lines: [Line]
}

/// What runs along one side of a panel.
struct Axis {
  /// The quantity and its unit.
  let label: String
  var scale: Scale = .linear
  /// What is shown; `nil` for all there is.
  var limits: ClosedRange<Double>?
  /// What numbers are multiplied by where they are written: 100 for percents.
  var factor = 1.0
}

/// A mean with a band of one standard deviation around it.
struct Line {
  /// As the legend has it; lines of the same name share their colour and entry.
  let name: String
  let hue: Hue
  var isDashed = false
  /// Only these places, without lines between them.
  var showsPoints = false
  let band: Band
}

/// The colours of lines, told apart also by those who do not tell red from green.
enum Hue: String, CaseIterable {
  case blue, orange, green, violet, grey, red1, red2, red3, red4

  /// On white, then on black.
  var colours: (light: String, dark: String) {
    switch self {
    case .blue: ("#1f6fd0", "#5aa2f5")
    case .orange: ("#d4591c", "#f08a4b")
    case .green: ("#14855f", "#3cc294")
    case .violet: ("#6a3fb5", "#ab8bf0")
    case .grey: ("#6b6f76", "#a3a8b0")
    // One colour in steps, for one setting in steps.
    case .red1: ("#f0937f", "#7d2b20")
    case .red2: ("#dd5c48", "#b4412f")
    case .red3: ("#b3301f", "#e57260")
    case .red4: ("#76170c", "#f9b5a8")
    }
  }
}
