/// A network as a chain of layers, each a bar as high as the layer is wide, and between them what goes
/// from one to the next.
///
/// Heights grow with the square root of the width: 10 units are still seen beside 1000.
package struct Chain: Sendable {
  /// One layer, or the inputs.
  package struct Station: Sendable {
    /// How many units there are.
    package let units: Int
    /// How many are suggested to be added.
    package let added: Int
    /// How many of the units answer the same to every sample.
    package let dead: Int
    /// Whether it is the one to look at.
    package let isMarked: Bool

    /// A layer.
    package init(units: Int, added: Int = 0, dead: Int = 0, isMarked: Bool = false) {
      (self.units, self.added) = (units, added)
      (self.dead, self.isMarked) = (dead, isMarked)
    }
  }

  /// From the inputs on.
  package let stations: [Station]
  /// Whether there are so many that each gets little room.
  package let isDense: Bool

  /// A chain of layers.
  package init(_ stations: [Station], isDense: Bool) {
    (self.stations, self.isDense) = (stations, isDense)
  }

  /// The hatching of dead units, once in a document that shows chains.
  package static let hatching = Markup(
    "svg", ["class": "hidden", "aria-hidden": "true", "width": "0", "height": "0"],
    [
      Markup(
        "pattern",
        [
          "id": "hatch", "width": "5", "height": "5", "patternUnits": "userSpaceOnUse",
          "patternTransform": "rotate(45)",
        ],
        [
          Markup("rect", ["class": "hatch-ground", "width": "5", "height": "5"]),
          Markup("rect", ["class": "hatch-line", "width": "2", "height": "5"]),
        ])
    ])

  /// One picture for each station, to stand side by side; nobody reads them aloud, as the text beside
  /// them says the same.
  package var pictures: [Markup] {
    let heights = stations.map { height(of: $0.units) }
    return stations.indices.map { index in
      picture(
        of: stations[index], height: heights[index],
        before: index > 0 ? heights[index - 1] : nil,
        after: index + 1 < heights.count ? heights[index + 1] : nil)
    }
  }

  private var width: Double { isDense ? 22 : 92 }
  private var barWidth: Double { isDense ? 12 : 44 }
  private static let middle = 62.0
  private static let most = 112.0

  private func height(of units: Int) -> Double {
    let widest = Double(max(1, stations.map { $0.units + $0.added }.max() ?? 1))
    return max(3, Self.most * (Double(units) / widest).squareRoot())
  }

  private func picture(
    of station: Station, height: Double, before: Double?, after: Double?
  ) -> Markup {
    let (left, right) = ((width - barWidth) / 2, (width + barWidth) / 2)
    var parts: [Markup] = []
    // Half of the way from the neighbour, whose picture has the other half.
    if let before {
      parts.append(ribbon(from: -0.5, (before + height) / 2, to: left, height))
    }
    if let after {
      parts.append(ribbon(from: right, height, to: width + 0.5, (height + after) / 2))
    }
    if station.added > 0 {
      let grown = self.height(of: station.units + station.added)
      parts.append(bar("grown", top: Self.middle - grown / 2, height: grown))
    }
    parts.append(
      bar(station.isMarked ? "unit marked" : "unit", top: Self.middle - height / 2, height: height))
    if station.dead > 0, station.units > 0 {
      let dead = max(2, height * Double(station.dead) / Double(station.units))
      parts.append(bar("dead", top: Self.middle + height / 2 - dead, height: dead))
    }
    return Markup(
      "svg",
      [
        "viewBox": "0 0 \(tenth(width)) \(tenth(2 * Self.middle))", "width": tenth(width),
        "height": tenth(2 * Self.middle), "preserveAspectRatio": "none", "aria-hidden": "true",
      ], parts)
  }

  private func bar(_ style: String, top: Double, height: Double) -> Markup {
    Markup(
      "rect",
      [
        "class": style, "x": tenth((width - barWidth) / 2), "y": tenth(top),
        "width": tenth(barWidth), "height": tenth(height), "rx": isDense ? "1.5" : "3",
      ])
  }

  private func ribbon(
    from start: Double, _ first: Double, to end: Double, _ last: Double
  ) -> Markup {
    let path =
      "M\(tenth(start)) \(tenth(Self.middle - first / 2))L\(tenth(end)) \(tenth(Self.middle - last / 2))"
      + "V\(tenth(Self.middle + last / 2))L\(tenth(start)) \(tenth(Self.middle + first / 2))Z"
    return Markup("path", ["class": "ribbon", "d": path])
  }
}
