/// Rows of short texts under one or two lines of titles.
struct TextTable {
  /// Where there is no room, the names in the first column are cut down to this, as long as they stay
  /// different.
  private static let shortestName = 8

  /// A column: its titles and what stands in each row.
  struct Column {
    var titles: [String]
    var cells: [String]
    var isNumeric = true
    var role: TextStyle.Role?
    /// What it is worth where there is no room for all.
    var worth = Worth.all
    /// So much of its texts is worth more than a column of little worth; `nil` where they stay whole.
    var enough: Int?

    var width: Int { (titles + cells).map(\.count).max() ?? 0 }
  }

  /// What a column is worth where there is no room for all.
  enum Worth {
    /// It is left out before columns stand closer.
    case none
    /// It is left out before names are cut short.
    case little
    /// It stays, in further lines if it has to.
    case all
  }

  /// The columns beside one another; where there is no room for all, the others below, with the names
  /// again.
  private let blocks: [[Column]]
  /// Whether some columns stand below the others.
  var isBroken: Bool { blocks.count > 1 }
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
    let (columns, gap) = Self.fitted(columns, to: limit)
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

  /// The columns as they fit a line, if they can, and the blanks between them.
  private static func fitted(_ all: [Column], to limit: Int) -> (columns: [Column], gap: Int) {
    let worthy = all.leavingOut(.none)
    let few = worthy.leavingOut(.little)
    let short = worthy.shortened(by: width(of: worthy, gap: 1) - limit)
    let choices = [(all, 2), (worthy, 2), (worthy, 1), (short, 1), (few, 2), (few, 1)]
    if let choice = choices.first(where: { width(of: $0, gap: $1) <= limit }) { return choice }
    var columns = few.shortened(by: width(of: few, gap: 1) - limit)
    let excess = width(of: columns, gap: 1) - limit
    if excess > 0, let names = columns.first {
      let shortest = names.width - excess >= Self.shortestName ? names.width - excess : limit / 3
      let wanted = max(Self.shortestName, shortest)
      columns[0] = names.shortened(
        to: names.distinctWidth(in: wanted...max(wanted, 2 * limit / 3)))
    }
    if width(of: columns, gap: 1) > limit {
      columns = Array(columns.prefix(1) + worthy.dropFirst())
    }
    return (columns, 1)
  }

  private static func width(of columns: [Column], gap: Int) -> Int {
    columns.reduce(0) { $0 + $1.width } + gap * max(0, columns.count - 1)
  }

  /// Whether there was room for a column, by its own title.
  func shows(_ title: String) -> Bool {
    blocks.joined().contains { $0.titles.last == title }
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

extension [TextTable.Column] {
  /// The columns without those of little worth. What stands above several goes to the next of them.
  fileprivate func leavingOut(_ worth: TextTable.Worth) -> Self {
    var (kept, title): (Self, String) = ([], "")
    for column in self {
      if column.worth == worth {
        title = column.titles.count > 1 ? column.titles[0] : ""
      } else {
        var column = column
        if !title.isEmpty, column.titles.first == "" { column.titles[0] = title }
        title = ""
        kept.append(column)
      }
    }
    return kept
  }

  /// The columns with so many characters less in all, as far as enough of their texts is left.
  fileprivate func shortened(by excess: Int) -> Self {
    var left = excess
    return map { column in
      guard left > 0, let enough = column.enough, column.width > enough else { return column }
      let wanted = Swift.max(enough, column.width - left)
      let shorter = column.shortened(to: column.distinctWidth(in: wanted...column.width))
      left -= column.width - shorter.width
      return shorter
    }
  }
}

extension TextTable.Column {
  fileprivate func shortened(to width: Int) -> Self {
    var column = self
    column.cells = cells.map { $0.shortened(to: width) }
    return column
  }

  /// The smallest width of a range at which what is left of different cells, without the ellipsis, stays
  /// different, or its upper bound.
  fileprivate func distinctWidth(in widths: ClosedRange<Int>) -> Int {
    let count = Set(cells).count
    return widths.first { width in
      width >= self.width || Set(cells.map { $0.start(of: width - 1) }).count == count
    } ?? widths.upperBound
  }

  fileprivate func padded(_ text: String) -> String {
    let blanks = String(repeating: " ", count: max(0, width - text.count))
    return isNumeric ? blanks + text : text + blanks
  }
}

extension String {
  /// At most so many characters of the beginning, without blanks at their end.
  fileprivate func start(of width: Int) -> Substring {
    var start = prefix(Swift.max(0, width))
    while start.last == " " { start.removeLast() }
    return start
  }
}
