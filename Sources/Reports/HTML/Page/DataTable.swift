import Charts

/// A table of a page.
struct DataTable {
  /// A cell: what stands in it, and the number it is sorted by.
  struct Cell {
    let content: [HTML]
    var number: Double?
    var style: String?

    init(_ content: [HTML], number: Double? = nil, style: String? = nil) {
      (self.content, self.number, self.style) = (content, number, style)
    }

    init(_ text: String, number: Double? = nil, style: String? = nil) {
      self.init([HTML(text)], number: number, style: style)
    }

    /// A number in three digits.
    init(_ number: Double?) { self.init(Text.signed(number), number: number) }
    /// A count.
    init(_ count: Int) { self.init(Text.count(count), number: Double(count)) }
  }

  /// What heads a column, and the term it is explained by.
  struct Column {
    let title: String
    var term: Term?
    var isText = false
  }

  let columns: [Column]
  /// The first cell of each names the row.
  let rows: [[Cell]]
  var markedRow: Int?
  var isSortable = false

  var element: HTML {
    HTML(
      "table", ["class": isSortable ? "sortable" : nil],
      [
        HTML("thead", [:], [HTML("tr", [:], columns.map(head))]),
        HTML("tbody", [:], rows.enumerated().map { row($1, isMarked: $0 == markedRow) }),
      ])
  }

  private func head(_ column: Column) -> HTML {
    let title =
      isSortable
      ? HTML("button", ["type": "button", "class": "sort"], column.title) : HTML(column.title)
    return HTML(
      "th", ["scope": "col", "class": column.isText ? "text" : nil],
      [title] + (column.term.map { [$0.button] } ?? []))
  }

  private func row(_ cells: [Cell], isMarked: Bool) -> HTML {
    HTML(
      "tr", ["class": isMarked ? "marked" : nil],
      zip(cells, columns).enumerated().map { index, pair in
        let (cell, column) = pair
        let value = isSortable ? cell.number.map { $0.isFinite ? "\($0)" : "" } : nil
        return index == 0
          ? HTML("th", ["scope": "row", "data-value": value], cell.content)
          : HTML(
            "td",
            [
              "class": cell.style ?? (column.isText ? "text" : nil), "data-value": value,
            ], cell.content)
      })
  }
}

extension Text {
  /// Three significant digits with a true minus sign, or a dash.
  static func signed(_ number: Double?) -> String { Text.number(number).replacing("-", with: "−") }

  /// A number before and after, with as many decimals.
  static func change(_ before: Double, _ after: Double) -> String {
    let first = signed(before)
    guard !first.contains("e"), after.isFinite, abs(after) < 1e9,
      abs(after) >= abs(before) / 100
    else { return "\(first) → \(signed(after))" }
    let decimals = first.split(separator: ".").dropFirst().first?.count ?? 0
    let power = (0..<decimals).reduce(1) { power, _ in power * 10 }
    let scaled = Int((abs(after) * Double(power)).rounded())
    let digits = String(scaled % power)
    let fraction = String(repeating: "0", count: max(0, decimals - digits.count)) + digits
    let sign = after < 0 && scaled > 0 ? "−" : ""
    return "\(first) → \(sign)\(scaled / power)" + (decimals > 0 ? ".\(fraction)" : "")
  }

  /// A number and how far it may be from the truth.
  static func measured(_ number: Double?, _ error: Double?) -> String {
    guard let error, number != nil else { return signed(number) }
    return "\(signed(number)) ± \(signed(error))"
  }
}
