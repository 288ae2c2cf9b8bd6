/// Rows of short texts under one or two lines of titles.
struct TextTable {
  /// Where there is no room, the names in the first column are cut down to this, as long as they stay
  /// different.
  private static let shortestName = 8

  /// A column: its titles and what stands in each row.
  struct Column {
    let titles: [String]
    var cells: [String]
    var isNumeric = true
    var role: TextStyle.Role?
    /// Whether it is left out where there is no room for all.
    var isDispensable = false

    var width: Int { (titles + cells).map(\.count).max() ?? 0 }
  }

  /// The columns beside one another; where there is no room for all, the others below, with the names
  /// again.
  private let blocks: [[Column]]
  private let gap: Int
  private let strongRow: Int?

  /// A table no wider than `limit` characters.
  ///
  /// - Parameters:
  ///   - columns: the names, then what is said of each.
  ///   - limit: how wide it may be.
  ///   - strongRow: the row to set apart, if any.
  init(columns: [Column], limit: Int, strongRow: Int? = nil) {
    self.strongRow = strongRow
    var columns = columns
    if Self.width(of: columns, gap: 2) > limit { columns.removeAll(where: \.isDispensable) }
    let excess = Self.width(of: columns, gap: 2) - limit
    if excess > 0, let names = columns.first {
      let shortest = names.width - excess >= Self.shortestName ? names.width - excess : limit / 3
      let wanted = max(Self.shortestName, shortest)
      columns[0] = names.shortened(
        to: names.distinctWidth(in: wanted...max(wanted, 2 * limit / 3)))
    }
    let gap = Self.width(of: columns, gap: 2) <= limit ? 2 : 1
    self.gap = gap
    guard let names = columns.first, Self.width(of: columns, gap: gap) > limit else {
      blocks = [columns]
      return
    }
    var blocks: [[Column]] = []
    for column in columns.dropFirst() {
      if let last = blocks.last, Self.width(of: last + [column], gap: gap) <= limit {
        blocks[blocks.count - 1].append(column)
      } else {
        blocks.append([names, column.shortened(to: limit - names.width - gap)])
      }
    }
    self.blocks = blocks
  }

  private static func width(of columns: [Column], gap: Int) -> Int {
    columns.reduce(0) { $0 + $1.width } + gap * max(0, columns.count - 1)
  }

  /// The lines of the table, without blanks at their ends.
  func lines(style: TextStyle) -> [String] {
    Array(blocks.map { lines(of: $0, style) }.joined(separator: [""]))
  }

  private func lines(of columns: [Column], _ style: TextStyle) -> [String] {
    let titleCount = columns.map(\.titles.count).max() ?? 0
    let titles = (0..<titleCount).map { line in joined(columns.map { $0.padded($0.titles[line]) }) }
      .filter { !$0.isEmpty }.map { style.apply(.faint, to: $0) }
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
  fileprivate func shortened(to width: Int) -> Self {
    var column = self
    column.cells = cells.map { $0.shortened(to: width) }
    return column
  }

  /// The smallest width of a range at which different cells stay different, or its upper bound.
  fileprivate func distinctWidth(in widths: ClosedRange<Int>) -> Int {
    let count = Set(cells).count
    return widths.first { width in Set(cells.map { $0.shortened(to: width) }).count == count }
      ?? widths.upperBound
  }

  fileprivate func padded(_ text: String) -> String {
    let blanks = String(repeating: " ", count: max(0, width - text.count))
    return isNumeric ? blanks + text : text + blanks
  }
}
