/// Numbers as bars from zero, one below the other.
package struct Bars: Sendable {
  /// One bar.
  package struct Bar: Sendable {
    /// What it is.
    package let name: String
    /// How long it is; not below 0.
    package let number: Double
    /// How far it may be from the truth.
    package let deviation: Double
    /// The number as it is written beside it.
    package let text: String
    /// Its colour.
    package let hue: Hue

    /// A bar with its name and number.
    package init(name: String, number: Double, deviation: Double = 0, text: String, hue: Hue) {
      (self.name, self.number, self.deviation) = (name, number, deviation)
      (self.text, self.hue) = (text, hue)
    }
  }

  /// What they are of.
  package let title: String
  /// From the top.
  package let bars: [Bar]

  /// Some bars.
  package init(title: String, bars: [Bar]) { (self.title, self.bars) = (title, bars) }

  /// The bars as part of a page.
  ///
  /// - Parameters:
  ///   - name: that no other plot of the page has.
  ///   - description: for those who do not see it.
  /// - Returns: an SVG element, 380 pixels wide where there is room.
  package func plot(name: String, description: String) -> Markup {
    let most = max(bars.map { $0.number + $0.deviation }.max() ?? 0, .leastNormalMagnitude)
    let rows = bars.enumerated().flatMap { index, bar -> [Markup] in
      let top = Double(index) * Self.row
      let length = Self.length * bar.number / most
      let spread = Self.length * bar.deviation / most
      let error = Markup(
        "path",
        [
          "class": "error",
          "d":
            "M\(tenth(length - spread)) \(tenth(top + 23))v6m0 -3H\(tenth(length + spread))m0 -3v6",
        ])
      return [
        Markup("text", ["x": "0", "y": tenth(top + 14)], bar.name),
        Markup(
          "text", ["x": tenth(Self.width), "y": tenth(top + 14), "text-anchor": "end"], bar.text),
        Markup(
          "rect",
          [
            "class": "track", "y": tenth(top + 21), "width": tenth(Self.length), "height": "10",
            "rx": "2",
          ]),
        Markup(
          "rect",
          [
            "class": "bar b\(bar.hue.rawValue)", "y": tenth(top + 21),
            "width": tenth(max(length, 0)), "height": "10", "rx": "2",
          ]),
      ] + (bar.deviation > 0 ? [error] : [])
    }
    return Markup(
      "svg",
      [
        "viewBox": "0 0 \(tenth(Self.width)) \(tenth(Self.row * Double(max(bars.count, 1))))",
        "class": "plot", "role": "img", "aria-labelledby": "\(name)-title \(name)-text",
      ],
      [
        Markup("title", ["id": "\(name)-title"], title),
        Markup("desc", ["id": "\(name)-text"], description),
      ] + rows)
  }

  private static let width = 380.0
  private static let length = 380.0
  private static let row = 42.0
}
