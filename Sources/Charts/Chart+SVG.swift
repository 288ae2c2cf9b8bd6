extension Chart {
  /// The figure as an SVG document: on a ground of its own, light or dark as its reader's system.
  package var svg: String {
    let width = Layout.panelWidth * Double(panels.count)
    let places = legendPlaces(width: width)
    let height =
      Layout.legendTop + Layout.legendRow * Double(places.last.map { $0.row + 1 } ?? 0) + 8
    var body = [
      Markup("rect", ["class": "ground", "width": tenth(width), "height": tenth(height)]),
      Markup("text", ["class": "title", "x": "14", "y": "22"], title),
    ]
    for (index, panel) in panels.enumerated() {
      body.append(
        Markup(
          "g", ["transform": "translate(\(tenth(Layout.panelWidth * Double(index))) 0)"],
          panel.elements(in: Layout.frame, clip: "clip\(index)")))
    }
    body += legend(at: places)
    return Markup(
      "svg",
      [
        "xmlns": "http://www.w3.org/2000/svg", "viewBox": "0 0 \(tenth(width)) \(tenth(height))",
        "width": tenth(width), "height": tenth(height), "role": "img", "aria-label": title,
      ],
      [Markup("style", [:], verbatim: Self.style)] + body
    ).source + "\n"
  }

  /// Every name once, in the order of its first line, one after the other in as many rows as they
  /// need.
  private func legendPlaces(width: Double) -> [(line: Line, x: Double, row: Int)] {
    var places: [(line: Line, x: Double, row: Int)] = []
    var (x, row) = (14.0, 0)
    for line in panels.flatMap(\.lines) where !places.contains(where: { $0.line.name == line.name })
    {
      let length = 40 + Layout.letterWidth * Double(line.name.count)
      if x > 14, x + length > width { (x, row) = (14, row + 1) }
      places.append((line, x, row))
      x += length
    }
    return places
  }

  private func legend(at places: [(line: Line, x: Double, row: Int)]) -> [Markup] {
    places.flatMap { line, x, row in
      let y = Layout.legendTop + Layout.legendRow * Double(row)
      return [
        Markup("path", ["class": line.lineClass, "d": "M\(tenth(x)) \(tenth(y - 4))h20"]),
        Markup("text", ["x": tenth(x + 26), "y": tenth(y)], line.name),
      ]
    }
  }

  private static let style: String = {
    func rules(_ isDark: Bool) -> String {
      let (ground, text, faint, grid) =
        isDark
        ? ("#16181c", "#e3e5e8", "#a9adb4", "#33363c")
        : ("#ffffff", "#1c1e21", "#5b6068", "#e4e6e9")
      return ".ground{fill:\(ground)}text{fill:\(text)}.faint{fill:\(faint)}.grid{stroke:\(grid)}"
        + ".frame{stroke:\(faint)}" + Hue.rules(isDark: isDark)
    }
    return
      "text{font:12px system-ui,'DejaVu Sans',sans-serif}.title{font-size:15px;font-weight:600}"
      + ".subtitle{font-weight:600}.faint{font-size:11px}" + ChartStyle.marks
      + rules(false) + "@media(prefers-color-scheme:dark){\(rules(true))}"
  }()
}

/// Sizes in pixels.
private enum Layout {
  static let panelWidth = 360.0
  static let frame = Frame(left: 58, top: 66, width: 286, height: 210)
  static let legendTop = 336.0
  static let legendRow = 18.0
  /// Of the widest face that may be used.
  static let letterWidth = 6.9
}
