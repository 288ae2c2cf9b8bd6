import Charts

// What all pages are made of.

extension HTML {
  /// A part of the page under a heading.
  static func section(_ title: [HTML], lead: String? = nil, _ content: [HTML]) -> HTML {
    HTML(
      "section", [:],
      [HTML("h2", [:], title)] + (lead.map { [HTML("p", ["class": "lead"], $0)] } ?? []) + content)
  }

  /// A plot with its title, what it shows, its legend, and its numbers as a table.
  ///
  /// - Parameters:
  ///   - name: that no other figure of the page has.
  ///   - title: its caption.
  ///   - text: what there is to see, in a sentence or two.
  ///   - legend: names and colours of what is drawn; none if there is one thing only.
  ///   - plot: the drawing.
  ///   - numbers: the same as a table.
  /// - Returns: one element.
  static func figure(
    name: String, title: [HTML], text: String, legend: [(name: String, hue: Hue)] = [], plot: HTML,
    numbers: DataTable
  ) -> HTML {
    let caption = HTML(
      "figcaption", [:],
      [
        HTML("h3", [:], title), HTML("p", [:], text),
        legend.isEmpty ? HTML("") : HTML("ul", ["class": "legend"], legend.map(legendEntry)),
      ])
    let details = HTML(
      "details", [:],
      [
        HTML("summary", [:], "Numbers"),
        HTML("div", ["class": "scroll", "tabindex": "0"], [numbers.element]),
      ])
    return HTML("figure", ["id": name], [caption, plot, details])
  }

  private static func legendEntry(_ name: String, _ hue: Hue) -> HTML {
    let line = HTML(
      "svg", ["viewBox": "0 0 18 8", "aria-hidden": "true"],
      [
        HTML("path", ["class": "line \(hue.rawValue)", "d": "M0 4h18"]),
        HTML(
          "circle", ["class": "point b\(hue.rawValue)", "cx": "9", "cy": "4", "r": "3"], []),
      ])
    return HTML("li", [:], [line, HTML(name)])
  }

  /// A command with a button that copies it.
  static func command(_ words: [String], name: String) -> HTML {
    HTML(
      "div", ["class": "command"],
      [
        HTML("code", ["id": name], words.map(\.quotedForShell).joined(separator: " ").printable),
        HTML(
          "button",
          ["type": "button", "class": "copy", "data-of": name, "data-script": "", "hidden": ""],
          "Copy"),
      ])
  }

  /// What heads every page: the program, the file, and facts about it.
  static func masthead(_ name: String, facts: [String]) -> HTML {
    HTML(
      "header", ["class": "masthead"],
      [
        HTML("span", ["class": "brand"], "tiny-diagnose"), HTML("h1", [:], name.printable),
        HTML("ul", ["class": "facts"], facts.map { HTML("li", [:], $0.printable) }),
      ])
  }

  /// What ends every page: how it was made, and a button that saves the report for a program.
  static func footer(_ tool: JSONReport.Tool) -> HTML {
    let time = tool.seconds.map { " in \($0.inThreeDigits) s" } ?? ""
    let threads = "\(tool.threads) \(tool.threads == 1 ? "thread" : "threads")"
    return HTML(
      "footer", [:],
      [
        HTML(
          "span", [:], "tiny-diagnose \(tool.version)\(time) on \(threads), OpenBLAS \(tool.blas)"),
        HTML(
          "button", ["type": "button", "class": "save", "data-script": "", "hidden": ""],
          "Save as JSON"),
      ])
  }

  /// What to beware of.
  static func remarks(_ texts: [String]) -> HTML {
    guard !texts.isEmpty else { return HTML("") }
    return HTML(
      "ul", ["class": "remarks"],
      texts.map { HTML("li", ["class": "remark"], $0.printable) })
  }
}
