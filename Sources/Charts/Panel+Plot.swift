extension Panel {
  /// The panel as part of a page, which has its title, its style, and its legend.
  ///
  /// - Parameters:
  ///   - name: that no other plot of the page has.
  ///   - description: for those who do not see it: what it shows, in a sentence or two.
  /// - Returns: an SVG element, 380 × 250 pixels where there is room.
  package func plot(name: String, description: String) -> Markup {
    let frame = Frame(
      left: 54, top: above == nil ? 24 : 40, width: 314, height: above == nil ? 182 : 166,
      isFigure: false)
    return Markup(
      "svg",
      [
        "viewBox": "0 0 380 248", "class": "plot", "role": "img",
        "aria-labelledby": "\(name)-title \(name)-text",
      ],
      [
        Markup("title", ["id": "\(name)-title"], title),
        Markup("desc", ["id": "\(name)-text"], description),
      ] + elements(in: frame, clip: "\(name)-clip"))
  }
}
