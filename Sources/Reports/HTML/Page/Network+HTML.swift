import Charts

extension HTML {
  /// From so many layers on each has little room.
  private static let denseFrom = 24

  /// A network as a chain of layers, under a heading.
  ///
  /// - Parameters:
  ///   - inputs: how many numbers go in.
  ///   - layers: with their names, from the first on.
  ///   - legend: what some of the marks mean, in whole sentences after a space.
  /// - Returns: a section of a page.
  static func network(
    inputs: Int, layers: [(name: String, station: Chain.Station)], legend: String
  ) -> HTML {
    let isDense = layers.count >= denseFrom
    let stations = [("inputs", Chain.Station(units: inputs))] + layers
    let pictures = Chain(stations.map(\.1), isDense: isDense).pictures
    return .section(
      [HTML("The network")],
      lead:
        "From the inputs to the answer; a bar is as high as the square root of its layer's width."
        + legend,
      [
        HTML(
          "ol", ["class": isDense ? "chain dense" : "chain"],
          zip(stations, pictures).map { station, picture in
            item(station.0.printable, station.1, picture)
          })
      ])
  }

  private static func item(_ name: String, _ station: Chain.Station, _ picture: HTML) -> HTML {
    let added = station.added > 0 ? [HTML("span", ["class": "plus"], " +\(station.added)")] : []
    let dead =
      station.dead > 0 ? [HTML("span", ["class": "dead-text"], "\(station.dead) dead")] : []
    return HTML(
      "li", ["class": station.isMarked ? "marked" : nil, "title": "\(name): \(station.units)"],
      [
        picture, HTML("b", [:], [HTML(Text.count(station.units))] + added),
        HTML("span", [:], name.shortened(to: 24)),
      ] + dead)
  }
}
