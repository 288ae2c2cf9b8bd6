extension Panel {
  /// The panel with its title and axes around a frame.
  ///
  /// - Parameters:
  ///   - frame: where the lines are drawn; the axes stand around it.
  ///   - clip: a name that no other panel of the document has.
  /// - Returns: elements of an SVG document.
  func elements(in frame: Frame, clip: String) -> [Markup] {
    let plane = Plane(of: self, in: frame)
    let bounds = Markup(
      "rect",
      [
        "x": tenth(frame.left), "y": tenth(frame.top), "width": tenth(frame.width),
        "height": tenth(frame.height),
      ])
    let heading =
      frame.isFigure
      ? [Markup("text", ["class": "subtitle", "x": tenth(frame.left), "y": "52"], title)] : []
    return heading + [Markup("clipPath", ["id": clip], [bounds])]
      + horizontalAxis(plane) + verticalAxis(plane) + (above.map { axis($0, above: plane) } ?? [])
      + [
        Markup(
          "g", ["clip-path": "url(#\(clip))"], plane.bands(of: lines) + plane.lines(of: lines)),
        Markup(
          "path",
          [
            "class": "frame",
            "d": "M\(tenth(frame.left)) \(tenth(frame.top))v\(tenth(frame.height))"
              + "h\(tenth(frame.width))",
          ]),
      ] + plane.markers(markers) + plane.points(of: lines)
  }

  private func horizontalAxis(_ plane: Plane) -> [Markup] {
    let frame = plane.frame
    return plane.horizontal.places.flatMap { place in
      let left = tenth(plane.across(place))
      return [
        Markup(
          "path", ["class": "grid", "d": "M\(left) \(tenth(frame.top))v\(tenth(frame.height))"]),
        Markup(
          "text",
          ["class": "faint", "text-anchor": "middle", "x": left, "y": tenth(frame.bottom + 16)],
          tickText(x.factor * place)),
      ]
    } + [
      Markup(
        "text",
        [
          "class": frame.isFigure ? nil : "faint", "text-anchor": "middle",
          "x": tenth(frame.left + frame.width / 2), "y": tenth(frame.bottom + 34),
        ], x.label)
    ]
  }

  private func verticalAxis(_ plane: Plane) -> [Markup] {
    let frame = plane.frame
    let name =
      frame.isFigure
      ? Markup(
        "text",
        [
          "text-anchor": "middle",
          "transform": "translate(14 \(tenth(frame.top + frame.height / 2))) rotate(-90)",
        ], y.label) : Markup("text", ["class": "faint", "x": "2", "y": "12"], y.label)
    return plane.vertical.places.flatMap { place in
      let top = plane.down(place)
      return [
        Markup(
          "path",
          ["class": "grid", "d": "M\(tenth(frame.left)) \(tenth(top))h\(tenth(frame.width))"]),
        Markup(
          "text",
          [
            "class": "faint", "text-anchor": "end", "x": tenth(frame.left - 6), "y": tenth(top + 4),
          ], tickText(y.factor * place)),
      ]
    } + [name]
  }

  /// The same places as below, in the unit of another axis.
  private func axis(_ axis: Axis, above plane: Plane) -> [Markup] {
    let frame = plane.frame
    let range = plane.horizontal.range
    let ticks = Ticks(
      holding: [axis.factor * range.lowerBound, axis.factor * range.upperBound], scale: x.scale,
      count: 4)
    return ticks.places.map { place in
      Markup(
        "text",
        [
          "class": "faint", "text-anchor": "middle", "x": tenth(plane.across(place / axis.factor)),
          "y": tenth(frame.top - 6),
        ], tickText(place))
    } + [
      Markup(
        "text",
        ["class": "faint", "text-anchor": "end", "x": tenth(frame.right), "y": "12"], axis.label)
    ]
  }
}
