/// A frame with the scales of a panel: where its numbers are, and the marks that stand there.
struct Plane {
  let frame: Frame
  let horizontal: Ticks
  let vertical: Ticks

  init(of panel: Panel, in frame: Frame) {
    self.frame = frame
    let upright = panel.markers.filter { $0.side == .x }.map(\.place)
    let level = panel.markers.filter { $0.side == .y }.map(\.place)
    horizontal = panel.x.ticks(
      holding: panel.lines.flatMap(\.band.x) + upright, count: frame.isFigure ? 5 : 6)
    vertical = panel.y.ticks(
      holding: panel.verticalNumbers + level, count: 5)
  }

  func across(_ number: Double) -> Double {
    frame.left + frame.width * horizontal.position(of: number)
  }

  func down(_ number: Double) -> Double {
    // Far outside the frame only the direction matters, and a clip cuts it off.
    frame.top + frame.height * (1 - min(max(vertical.position(of: number), -2), 3))
  }

  private func place(_ x: Double, _ y: Double) -> String { "\(tenth(across(x))) \(tenth(down(y)))" }

  /// Deviations as areas.
  func bands(of lines: [Line]) -> [Markup] {
    lines.filter { line in
      [.band, .dots].contains(line.form) && line.band.spreads.contains { $0.deviation > 0 }
    }.map { line in
      let upper = zip(line.band.x, line.band.spreads).map { place($0, $1.mean + $1.deviation) }
      let lower = zip(line.band.x, line.band.spreads).map { place($0, $1.mean - $1.deviation) }
      return Markup(
        "path",
        [
          "class": "band b\(line.hue.rawValue)",
          "d": "M\((upper + lower.reversed()).joined(separator: "L"))Z",
        ])
    }
  }

  /// Means as lines.
  func lines(of lines: [Line]) -> [Markup] {
    lines.filter { !$0.band.x.isEmpty && $0.form != .points }.map { line in
      let points = zip(line.band.x, line.band.spreads).map { place($0, $1.mean) }
      let path =
        line.form == .dots
        ? points.map { "M\($0)h0" }.joined() : "M" + points.joined(separator: "L")
      return Markup("path", ["class": line.lineClass, "d": path])
    }
  }

  /// Single numbers, each with its error bar. They are not cut off at the frame, whose edge some sit
  /// on.
  func points(of lines: [Line]) -> [Markup] {
    lines.filter { [.measured, .points].contains($0.form) }.flatMap { line in
      line.band.x.indices.flatMap { index -> [Markup] in
        let (x, spread) = (line.band.x[index], line.band.spreads[index])
        func height(_ number: Double) -> Double {
          min(max(down(number), frame.top), frame.bottom)
        }
        let (top, bottom) = (
          height(spread.mean + spread.deviation), height(spread.mean - spread.deviation)
        )
        let bar = Markup(
          "path",
          [
            "class": "error \(line.hue.rawValue)",
            "d": "M\(tenth(across(x) - 3)) \(tenth(top))h6m-3 0V\(tenth(bottom))m-3 0h6",
          ])
        let point = Markup(
          "circle",
          [
            "class": "point b\(line.hue.rawValue)", "cx": tenth(across(x)),
            "cy": tenth(height(spread.mean)), "r": "3",
          ], index < line.notes.count ? [Markup("title", [:], line.notes[index])] : [])
        return (spread.deviation > 0 ? [bar] : []) + [point]
      }
    }
  }

  /// Lines across the frame, with a few words each.
  func markers(_ markers: [Marker]) -> [Markup] {
    markers.flatMap { marker -> [Markup] in
      let (path, x, y, anchor): (String, Double, Double, String)
      switch marker.side {
      case .x:
        let left = across(marker.place)
        path = "M\(tenth(left)) \(tenth(frame.top))v\(tenth(frame.height))"
        let isLeft = left < frame.left + 0.65 * frame.width
        (x, y, anchor) = (left + (isLeft ? 5 : -5), frame.bottom - 7, isLeft ? "start" : "end")
      case .y:
        path = "M\(tenth(frame.left)) \(tenth(down(marker.place)))h\(tenth(frame.width))"
        (x, y, anchor) = (frame.right - 2, down(marker.place) - 5, "end")
      case .equality:
        let low = max(horizontal.range.lowerBound, vertical.range.lowerBound)
        let high = min(horizontal.range.upperBound, vertical.range.upperBound)
        guard low < high else { return [] }
        path = "M\(place(low, low))L\(place(high, high))"
        (x, y, anchor) = (across(high) - 8, down(high) + 14, "end")
      }
      return [
        Markup("path", ["class": "marker", "d": path]),
        Markup(
          "text", ["class": "faint", "text-anchor": anchor, "x": tenth(x), "y": tenth(y)],
          marker.label),
      ]
    }
  }
}

extension Line {
  /// What the style knows the line by.
  var lineClass: String {
    "\(form == .dots ? "dots" : "line") \(hue.rawValue)\(isDashed ? " dashed" : "")"
  }
}

extension Panel {
  /// The ends of the bands; on a logarithmic axis, where the lower one may lie below zero, the means.
  var verticalNumbers: [Double] {
    lines.flatMap { line in
      zip(line.band.x, line.band.spreads).filter { x.limits?.contains($0.0) ?? true }
        .flatMap {
          [y.scale == .linear ? $1.mean - $1.deviation : $1.mean, $1.mean + $1.deviation]
        }
    }
  }
}
