/// Rows of short texts under one or two lines of titles.
struct TextTable {
  /// Where there is no room, the names in the first column are cut down to this.
  private static let shortestName = 8

  /// A column: its titles and what stands in each row.
  struct Column {
    let titles: [String]
    var cells: [String]
    var isNumeric = true
    var role: TextStyle.Role?

    var width: Int { (titles + cells).map(\.count).max() ?? 0 }
  }

  private let columns: [Column]
  private let gap: Int
  private let strongRow: Int?

  /// A table no wider than `limit` characters, as far as the names in its first column give way.
  ///
  /// - Parameters:
  ///   - columns: the names, then what is said of each.
  ///   - limit: how wide it may be.
  ///   - strongRow: the row to set apart, if any.
  init(columns: [Column], limit: Int, strongRow: Int? = nil) {
    var columns = columns
    let excess = Self.width(of: columns, gap: 2) - limit
    if excess > 0, let names = columns.first {
      columns[0].cells = names.cells.map {
        $0.shortened(to: max(Self.shortestName, names.width - excess))
      }
    }
    self.columns = columns
    self.strongRow = strongRow
    gap = Self.width(of: columns, gap: 2) <= limit ? 2 : 1
  }

  private static func width(of columns: [Column], gap: Int) -> Int {
    columns.reduce(0) { $0 + $1.width } + gap * max(0, columns.count - 1)
  }

  /// The lines of the table, without blanks at their ends.
  func lines(style: TextStyle) -> [String] {
    let titleCount = columns.map(\.titles.count).max() ?? 0
    let titles = (0..<titleCount).map { line in
      style.apply(.faint, to: joined(columns.map { $0.padded($0.titles[line]) }))
    }
    let rows = (0..<(columns.first?.cells.count ?? 0)).map { row in
      joined(
        columns.map { column in
          let cell = column.padded(column.cells[row])
          if let role = column.role { return style.apply(role, to: cell) }
          return row == strongRow ? style.apply(.strong, to: cell) : cell
        })
    }
    return titles + rows
  }

  private func joined(_ cells: [String]) -> String {
    var line = cells.joined(separator: String(repeating: " ", count: gap))[...]
    while line.last == " " { line.removeLast() }
    return String(line)
  }
}

extension TextTable.Column {
  fileprivate func padded(_ text: String) -> String {
    let blanks = String(repeating: " ", count: max(0, width - text.count))
    return isNumeric ? blanks + text : text + blanks
  }
}
