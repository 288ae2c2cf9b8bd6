import Charts
import Testing

@testable import tiny_paper

struct ChartCSVTests {
  @Test("The numbers of a figure are its lines'")
  func numbers() {
    let band = Band(collecting: [0.01, -0.01].map { Curve(x: [0, 1], y: [0.25 + $0, 0.5 + $0]) })
    let line = Line(name: "widths [3, 4]", hue: .blue, band: band)
    let table = Chart(
      title: "figure",
      panels: ["left", "right"].map { name in
        Panel(title: name, x: Axis(label: "x"), y: Axis(label: "y"), lines: [line])
      }
    ).csv
    #expect(table.rows.count == 4)
    #expect(table.rows[0][0...2] == ["left", "widths [3 4]", "0.0"])
    #expect(table.rows[3][0] == "right")
    #expect(table.rows[3][5] == "2")
  }
}
