import Foundation
import FoundationXML
import Testing

@testable import Charts

/// Counts what a document has.
private final class Reader: NSObject, XMLParserDelegate {
  var elements: [String: Int] = [:]
  var paths: [String] = []
  var texts: [String] = []

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    elements[name, default: 0] += 1
    if name == "path", let path = attributes["d"] { paths.append(path) }
    if name == "text" { texts.append("") }
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) {
    // What follows an element is no text of it, but a line's end.
    let line = string.trimmingCharacters(in: .newlines)
    if !texts.isEmpty { texts[texts.count - 1] += line }
  }
}

struct ChartTests {
  private func band(_ values: [Double], deviations: [Double] = [1, -1]) -> Band {
    Band(
      collecting: deviations.map { shift in
        Curve(x: values.indices.map(Double.init), y: values.map { $0 + 0.01 * shift })
      })
  }

  private func chart(_ lines: [Line], y: Axis = Axis(label: "loss")) -> Chart {
    Chart(
      title: "A < B & \"C\"",
      panels: [
        Panel(title: "left", x: Axis(label: "seconds"), y: y, lines: lines),
        Panel(title: "right", x: Axis(label: "epochs"), y: y, lines: lines),
      ])
  }

  private func read(_ chart: Chart) throws -> Reader {
    let parser = XMLParser(data: Data(chart.svg.utf8))
    let reader = Reader()
    parser.delegate = reader
    try #require(parser.parse(), "\(String(describing: parser.parserError))")
    return reader
  }

  @Test(
    "Any two numbers give a range that holds them and few places, however near, large or small",
    arguments: [Scale.linear, .logarithmic])
  func ticksOfAnything(_ scale: Scale) {
    let numbers = [
      0, Double.leastNonzeroMagnitude, .leastNormalMagnitude, 1e-300, 1e-12, 1, 1.nextUp, 1e17,
      1e17.nextUp, 1e300,
      .greatestFiniteMagnitude, .infinity, .nan,
    ].flatMap { [$0, -$0] }
    for low in numbers {
      for high in numbers {
        let ticks = Ticks(holding: [low, high], scale: scale)
        #expect(ticks.places.count < 20, "\(low), \(high)")
        #expect(ticks.places.allSatisfy { $0.isFinite })
        #expect(ticks.range.upperBound > ticks.range.lowerBound)
        for place in ticks.places { #expect((-0.01...1.01).contains(ticks.position(of: place))) }
        if low < high {
          let limited = Ticks(holding: [], scale: scale, limits: low...high)
          #expect(limited.places.count < 20, "\(low)...\(high)")
        }
      }
    }
  }

  @Test(
    "A figure is well-formed XML with its title, axes, lines, bands and one legend entry a name")
  func wellFormed() throws {
    let lines = [
      Line(name: "one & two", hue: .blue, band: band([0.1, 0.5, 0.9])),
      Line(name: "three", hue: .orange, isDashed: true, band: band([0.3, 0.2, 0.1])),
    ]
    let reader = try read(chart(lines))
    #expect(reader.elements["svg"] == 1)
    #expect(reader.elements["clipPath"] == 2)
    for text in ["A < B & \"C\"", "left", "right", "seconds", "epochs", "loss"] {
      #expect(reader.texts.contains(text), "\(text)")
    }
    #expect(reader.texts.count { $0 == "one & two" } == 1)
    // Two lines with a band each, in two panels.
    #expect(reader.paths.count { $0.hasSuffix("Z") } == 4)
    #expect(!chart(lines).svg.contains("nan"))
    #expect(reader.texts.contains("0") && !reader.texts.contains("−0"))
  }

  @Test(
    "Empty lines, a single point, equal numbers and numbers ≤ 0 on a logarithmic axis are drawn")
  func degenerate() throws {
    for values in [[], [0.5], [2, 2, 2], [0, -1, 3], [1e-9, 1e9]] as [[Double]] {
      for scale in [Scale.linear, .logarithmic] {
        let line = Line(name: "line", hue: .green, band: band(values))
        let chart = chart([line], y: Axis(label: "λ", scale: scale))
        let reader = try read(chart)
        #expect(!reader.paths.contains { $0.contains("nan") || $0.contains("inf") })
      }
    }
  }

  @Test("Ticks are round numbers within the range", arguments: 1...30)
  func ticks(seed: UInt64) {
    let (low, high) = (Double(seed) * 0.37 - 5, Double(seed) * 1.9 + 0.001)
    let ticks = Ticks(holding: [low, high], scale: .linear)
    #expect(ticks.places.count >= 2 && ticks.places.count <= 11)
    #expect(ticks.places.allSatisfy { ticks.range.contains($0) })
    #expect(ticks.position(of: low) == 0)
    #expect(abs(ticks.position(of: high) - 1) < 1e-12)
  }

  @Test("A range that begins with a round number has a tick there")
  func ends() {
    let ticks = Ticks(holding: [0, 12], scale: .linear)
    #expect(ticks.places == [0, 5, 10])
    let decades = Ticks(holding: [1, 1e6], scale: .logarithmic)
    #expect(decades.places.first == 1)
    #expect(abs(decades.position(of: 1e3) - 0.5) < 1e-12)
    // Nothing below the axis is drawn elsewhere than at its foot.
    #expect(decades.position(of: -3) == 0)
  }

  @Test(
    "Numbers at axes are short",
    arguments: [
      (0.0, "0"), (12.5, "12.5"), (-2, "−2"), (1e-5, "1e−5"), (1e6, "1e6"), (2e4, "20000"),
      (0.1 + 0.2, "0.3"), (0.001, "0.001"), (-0.0125, "−0.0125"), (1000, "1000"), (100, "100"),
      (99999.99, "100000"), (9.6e-4, "1e−3"), (1.0 / 3, "0.333333"), (-3e-300, "−3e−300"),
    ] as [(Double, String)])
  func tickTexts(number: Double, text: String) {
    #expect(tickText(number) == text)
  }
}
