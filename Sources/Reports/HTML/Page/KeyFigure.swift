import Charts

/// The most important numbers of a page.
struct KeyFigure {
  let name: String
  let value: String
  let note: String

  /// Several, side by side.
  static func list(_ figures: [KeyFigure]) -> HTML {
    HTML(
      "dl", ["class": "figures"],
      figures.map { figure in
        HTML(
          "div", [:],
          [
            HTML("dt", [:], figure.name),
            HTML(
              "dd", [:],
              [
                HTML(figure.value.replacing(" %", with: "\u{A0}%")),
                HTML("span", ["class": "note"], figure.note),
              ]),
          ])
      })
  }
}
