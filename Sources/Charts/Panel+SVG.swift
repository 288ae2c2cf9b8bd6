/// Where a panel's lines are drawn, in pixels.
struct Frame {
  let left: Double
  let top: Double
  let width: Double
  let height: Double

  var bottom: Double { top + height }
}

extension Line {
  /// What the style knows the line by.
  var lineClass: String {
    "\(showsPoints ? "dots" : "line") \(hue.rawValue)\(isDashed ? " dashed" : "")"
  }
}

extension Panel {
  /// The panel with its title and axes around a frame.
  ///
  /// - Parameters:
  ///   - frame: where the lines are drawn; the axes stand around it.
  ///   - clip: a name that no other panel of the document has.
  /// - Returns: elements of an SVG document.
  func elements(in frame: Frame, clip: String) -> [Markup] {
    let horizontal = Ticks(holding: lines.flatMap(\.band.x), scale: x.scale, limits: x.limits)
    let vertical = Ticks(holding: verticalNumbers, scale: y.scale, limits: y.limits)
    let bounds = Markup(
      "rect",
      [
        "x": tenth(frame.left), "y": tenth(frame.top), "width": tenth(frame.width),
        "height": tenth(frame.height),
      ])
    return [
      Markup("text", ["class": "subtitle", "x": tenth(frame.left), "y": "52"], title),
      Markup("clipPath", ["id": clip], [bounds]),
    ] + horizontalAxis(horizontal, frame) + verticalAxis(vertical, frame) + [
      Markup(
        "g", ["clip-path": "url(#\(clip))"],
        marks(in: frame, horizontal: horizontal, vertical: vertical)),
      Markup(
        "path",
        [
          "class": "frame",
          "d": "M\(tenth(frame.left)) \(tenth(frame.top))v\(tenth(frame.height))"
            + "h\(tenth(frame.width))",
        ]),
    ]
  }

  /// The bands, and the lines above them.
  private func marks(in frame: Frame, horizontal: Ticks, vertical: Ticks) -> [Markup] {
    func place(_ x: Double, _ y: Double) -> String {
      // Far outside the frame only the direction matters, and a clip cuts it off.
      let (across, up) = (horizontal.position(of: x), min(max(vertical.position(of: y), -2), 3))
      return "\(tenth(frame.left + frame.width * across)) "
        + tenth(frame.top + frame.height * (1 - up))
    }
    let bands = lines.filter { $0.band.spreads.contains { $0.deviation > 0 } }.map { line in
      let upper = zip(line.band.x, line.band.spreads).map { place($0, $1.mean + $1.deviation) }
      let lower = zip(line.band.x, line.band.spreads).map { place($0, $1.mean - $1.deviation) }
      return Markup(
        "path",
        [
          "class": "band b\(line.hue.rawValue)",
          "d": "M\((upper + lower.reversed()).joined(separator: "L"))Z",
        ])
    }
    return bands
      + lines.filter { !$0.band.x.isEmpty }.map { line in
        let points = zip(line.band.x, line.band.spreads).map { place($0, $1.mean) }
        let path =
          line.showsPoints
          ? points.map { "M\($0)h0" }.joined() : "M" + points.joined(separator: "L")
        return Markup("path", ["class": line.lineClass, "d": path])
      }
  }

  /// The ends of the bands; on a logarithmic axis, where the lower one may lie below zero, the means.
  private var verticalNumbers: [Double] {
    lines.flatMap { line in
      zip(line.band.x, line.band.spreads).filter { x.limits?.contains($0.0) ?? true }
        .flatMap {
          [y.scale == .linear ? $1.mean - $1.deviation : $1.mean, $1.mean + $1.deviation]
        }
    }
  }

  private func horizontalAxis(_ ticks: Ticks, _ frame: Frame) -> [Markup] {
    ticks.places.flatMap { place in
      let left = tenth(frame.left + frame.width * ticks.position(of: place))
      return [
        Markup(
          "path", ["class": "grid", "d": "M\(left) \(tenth(frame.top))v\(tenth(frame.height))"]),
        Markup(
          "text",
          [
            "class": "faint", "text-anchor": "middle", "x": left, "y": tenth(frame.bottom + 16),
          ], tickText(x.factor * place)),
      ]
    } + [
      Markup(
        "text",
        [
          "text-anchor": "middle", "x": tenth(frame.left + frame.width / 2),
          "y": tenth(frame.bottom + 35),
        ], x.label)
    ]
  }

  private func verticalAxis(_ ticks: Ticks, _ frame: Frame) -> [Markup] {
    ticks.places.flatMap { place in
      let top = frame.top + frame.height * (1 - ticks.position(of: place))
      return [
        Markup(
          "path",
          ["class": "grid", "d": "M\(tenth(frame.left)) \(tenth(top))h\(tenth(frame.width))"]),
        Markup(
          "text",
          [
            "class": "faint", "text-anchor": "end", "x": tenth(frame.left - 6),
            "y": tenth(top + 4),
          ], tickText(y.factor * place)),
      ]
    } + [
      Markup(
        "text",
        [
          "text-anchor": "middle",
          "transform": "translate(14 \(tenth(frame.top + frame.height / 2))) rotate(-90)",
        ], y.label)
    ]
  }
}
