import Testing

@testable import Reports

@Suite("Text table") struct TextTableTests {
  private func table(_ names: [String], limit: Int) -> [String] {
    TextTable(
      columns: [
        TextTable.Column(titles: ["way"], cells: names, isNumeric: false),
        TextTable.Column(titles: ["parameters"], cells: names.map { _ in "123 456" }),
        TextTable.Column(titles: ["loss"], cells: names.map { _ in "0.0123" }),
      ], limit: limit
    ).lines(style: .plain)
  }

  @Test("Where there is no room, names are cut as far as they stay different")
  func differentNames() {
    let names = ["narrow +16 tiny, silent", "narrow +16 tiny, at 0.3", "narrow +16 random"]
    for limit in 36...60 {
      let lines = table(names, limit: limit)
      #expect(lines.allSatisfy { $0.count <= limit }, "\(lines)")
      // A column below the others repeats the names.
      let rows = lines.filter { !$0.hasPrefix("way") && !$0.isEmpty }
      let starts = Set(rows.map { $0.split(separator: "  ").first.map(String.init) ?? "" })
      #expect(starts.count >= names.count, "\(lines)")
    }
  }

  @Test("Names that cannot stay different are cut to two thirds of the line")
  func endlessNames() {
    let same = String(repeating: "x", count: 200)
    let lines = table([same + "a", same + "b"], limit: 60)
    #expect(lines.allSatisfy { $0.count <= 60 }, "\(lines)")
  }
}
