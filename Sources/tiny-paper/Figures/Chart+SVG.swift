import Foundation

extension Chart {
  /// The figure as an SVG document: on a ground of its own, light or dark as its reader's system.
  var svg: String {
    let width = Layout.panelWidth * Double(panels.count)
    let entries = legend
    let height = Layout.legendTop + Layout.legendRow * Double(legendRows(entries, width: width)) + 8
    var body = [
      #"<rect class="ground" width="\#(tenth(width))" height="\#(tenth(height))"/>"#,
      #"<text class="title" x="14" y="22">\#(escaped(title))</text>"#,
    ]
    for (index, panel) in panels.enumerated() {
      body.append(
        #"<g transform="translate(\#(tenth(Layout.panelWidth * Double(index))) 0)">"#)
      body += panel.elements(clip: "clip\(index)")
      body.append("</g>")
    }
    body += legendElements(entries, width: width)
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(tenth(width)) \(tenth(height))" \
      width="\(tenth(width))" height="\(tenth(height))" role="img" aria-label="\(escaped(title))">
      <style>\(Self.style)</style>
      \(body.joined(separator: "\n"))
      </svg>

      """
  }

  /// Every name once, in the order of its first line.
  private var legend: [Line] {
    var entries: [Line] = []
    for line in panels.flatMap(\.lines) where !entries.contains(where: { $0.name == line.name }) {
      entries.append(line)
    }
    return entries
  }

  private func legendRows(_ entries: [Line], width: Double) -> Int {
    legendPlaces(entries, width: width).last.map { $0.row + 1 } ?? 0
  }

  /// Entries one after the other, in as many rows as they need.
  private func legendPlaces(_ entries: [Line], width: Double) -> [(x: Double, row: Int)] {
    var (x, row) = (14.0, 0)
    return entries.map { entry in
      let length = 40 + Layout.letterWidth * Double(entry.name.count)
      if x > 14, x + length > width { (x, row) = (14, row + 1) }
      defer { x += length }
      return (x, row)
    }
  }

  private func legendElements(_ entries: [Line], width: Double) -> [String] {
    zip(entries, legendPlaces(entries, width: width)).flatMap { entry, place in
      let y = Layout.legendTop + Layout.legendRow * Double(place.row)
      return [
        #"<path class="\#(entry.lineClass)" d="M\#(tenth(place.x)) \#(tenth(y - 4))h20"/>"#,
        #"<text x="\#(tenth(place.x + 26))" y="\#(tenth(y))">\#(escaped(entry.name))</text>"#,
      ]
    }
  }

  private static let style: String = {
    func rules(_ isDark: Bool) -> String {
      let (ground, text, faint, grid) =
        isDark
        ? ("#16181c", "#e3e5e8", "#a9adb4", "#33363c")
        : ("#ffffff", "#1c1e21", "#5b6068", "#e4e6e9")
      let lines = Hue.allCases.map { hue in
        let colour = isDark ? hue.colours.dark : hue.colours.light
        return ".\(hue.rawValue){stroke:\(colour)}.b\(hue.rawValue){fill:\(colour)}"
      }
      return ".ground{fill:\(ground)}text{fill:\(text)}.faint{fill:\(faint)}.grid{stroke:\(grid)}"
        + ".frame{stroke:\(faint)}" + lines.joined()
    }
    return
      "text{font:12px system-ui,'DejaVu Sans',sans-serif}.title{font-size:15px;font-weight:600}"
      + ".subtitle{font-weight:600}.faint{font-size:11px}.line{fill:none;stroke-width:1.8;"
      + "stroke-linejoin:round}.dashed{stroke-dasharray:5 3}.dots{fill:none;stroke-width:5;"
      + "stroke-linecap:round}.band{fill-opacity:.18;stroke:none}.grid,.frame{fill:none;stroke-width:1}"
      + rules(false) + "@media(prefers-color-scheme:dark){\(rules(true))}"
  }()
}

/// Sizes in pixels.
private enum Layout {
  static let panelWidth = 360.0
  static let frame = (left: 58.0, top: 66.0, width: 286.0, height: 210.0)
  static let legendTop = 336.0
  static let legendRow = 18.0
  /// Of the widest face that may be used.
  static let letterWidth = 6.9
}

extension Line {
  fileprivate var lineClass: String {
    "\(showsPoints ? "dots" : "line") \(hue.rawValue)\(isDashed ? " dashed" : "")"
  }
}

extension Panel {
  fileprivate func elements(clip: String) -> [String] {
    let frame = Layout.frame
    let horizontal = Ticks(
      holding: lines.flatMap(\.band.x), scale: x.scale, limits: x.limits)
    let vertical = Ticks(holding: verticalNumbers, scale: y.scale, limits: y.limits)
    func place(_ x: Double, _ y: Double) -> String {
      // Far outside the frame only the direction matters, and a clip cuts it off.
      let (across, up) = (horizontal.position(of: x), min(max(vertical.position(of: y), -2), 3))
      return "\(tenth(frame.left + frame.width * across)) "
        + tenth(frame.top + frame.height * (1 - up))
    }
    var elements = [
      #"<text class="subtitle" x="\#(tenth(frame.left))" y="52">\#(escaped(title))</text>"#,
      #"<clipPath id="\#(clip)"><rect x="\#(tenth(frame.left))" y="\#(tenth(frame.top))" "#
        + #"width="\#(tenth(frame.width))" height="\#(tenth(frame.height))"/></clipPath>"#,
    ]
    elements += horizontalAxis(horizontal) + verticalAxis(vertical)
    elements.append(#"<g clip-path="url(#\#(clip))">"#)
    for line in lines where line.band.spreads.contains(where: { $0.deviation > 0 }) {
      let upper = zip(line.band.x, line.band.spreads).map { place($0, $1.mean + $1.deviation) }
      let lower = zip(line.band.x, line.band.spreads).map { place($0, $1.mean - $1.deviation) }
      elements.append(
        #"<path class="band b\#(line.hue.rawValue)" "#
          + #"d="M\#((upper + lower.reversed()).joined(separator: "L"))Z"/>"#)
    }
    for line in lines where !line.band.x.isEmpty {
      let points = zip(line.band.x, line.band.spreads).map { place($0, $1.mean) }
      let path =
        line.showsPoints
        ? points.map { "M\($0)h0" }.joined() : "M" + points.joined(separator: "L")
      elements.append(#"<path class="\#(line.lineClass)" d="\#(path)"/>"#)
    }
    elements.append("</g>")
    elements.append(
      #"<path class="frame" d="M\#(tenth(frame.left)) \#(tenth(frame.top))v\#(tenth(frame.height))"#
        + #"h\#(tenth(frame.width))"/>"#)
    return elements
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

  private func horizontalAxis(_ ticks: Ticks) -> [String] {
    let frame = Layout.frame
    let bottom = frame.top + frame.height
    return ticks.places.flatMap { place in
      let left = tenth(frame.left + frame.width * ticks.position(of: place))
      return [
        #"<path class="grid" d="M\#(left) \#(tenth(frame.top))v\#(tenth(frame.height))"/>"#,
        #"<text class="faint" text-anchor="middle" x="\#(left)" y="\#(tenth(bottom + 16))">"#
          + tickText(x.factor * place) + "</text>",
      ]
    } + [
      #"<text text-anchor="middle" x="\#(tenth(frame.left + frame.width / 2))" "#
        + #"y="\#(tenth(bottom + 35))">\#(escaped(x.label))</text>"#
    ]
  }

  private func verticalAxis(_ ticks: Ticks) -> [String] {
    let frame = Layout.frame
    let middle = frame.top + frame.height / 2
    return ticks.places.flatMap { place in
      let top = frame.top + frame.height * (1 - ticks.position(of: place))
      return [
        #"<path class="grid" d="M\#(tenth(frame.left)) \#(tenth(top))h\#(tenth(frame.width))"/>"#,
        #"<text class="faint" text-anchor="end" x="\#(tenth(frame.left - 6))" y="\#(tenth(top + 4))">"#
          + tickText(y.factor * place) + "</text>",
      ]
    } + [
      #"<text text-anchor="middle" transform="translate(14 \#(tenth(middle))) rotate(-90)">"#
        + escaped(y.label) + "</text>"
    ]
  }
}

/// A number beside an axis: short, and the same whatever it went through.
func tickText(_ number: Double) -> String {
  if number != 0, abs(number) < 1e-3 || abs(number) >= 1e5 {
    return String(format: "%.0e", number).replacingOccurrences(of: "e-0", with: "e−")
      .replacingOccurrences(of: "e+0", with: "e").replacingOccurrences(of: "e-", with: "e−")
      .replacingOccurrences(of: "e+", with: "e")
  }
  return String(format: "%.6g", number).replacingOccurrences(of: "-", with: "−")
}

/// With one digit after the point: a tenth of a pixel.
private func tenth(_ number: Double) -> String {
  let text = String(format: "%.1f", number)
  return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}

private func escaped(_ text: String) -> String {
  text.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
    .replacingOccurrences(of: ">", with: "&gt;").replacingOccurrences(of: "\"", with: "&quot;")
}
