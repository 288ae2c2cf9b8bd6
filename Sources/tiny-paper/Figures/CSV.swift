/// Rows of text under named columns, as in RFC 4180.
struct CSV: Equatable {
  /// The names of the columns.
  let columns: [String]
  /// Each as long as `columns`.
  var rows: [[String]]

  /// A table with rows.
  init(columns: [String], rows: [[String]] = []) {
    self.columns = columns
    self.rows = rows
  }

  /// Reads what `text` writes.
  ///
  /// - Throws: `PaperError.notCSV` if a row has not one field for each column.
  init(_ text: String, of path: String) throws(PaperError) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: true)
    let fields = lines.map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    guard let first = fields.first else { throw .notCSV(path: path, line: 1) }
    columns = first.map(String.init)
    rows = []
    for (index, row) in fields.enumerated().dropFirst() {
      guard row.count == first.count else { throw .notCSV(path: path, line: index + 1) }
      rows.append(row.map(String.init))
    }
  }

  /// The header and the rows, each line ended by a newline. No field holds a comma, a quote or a
  /// newline: they are numbers and names of ours.
  var text: String {
    ([columns] + rows).map { row in
      precondition(row.count == columns.count, "\(row.count) fields under \(columns.count) columns")
      precondition(
        !row.contains { $0.contains { [",", "\"", "\n"].contains($0) } }, "a field to quote")
      return row.joined(separator: ",") + "\n"
    }.joined()
  }

  /// The numbers of a column; an empty field is `nil`.
  ///
  /// - Throws: `PaperError` if there is no such column, or a field is not a number.
  func numbers(_ column: String, of path: String) throws(PaperError) -> [Double?] {
    guard let index = columns.firstIndex(of: column) else {
      throw .noColumn(path: path, column: column)
    }
    var numbers: [Double?] = []
    for (line, row) in rows.enumerated() {
      guard !row[index].isEmpty else {
        numbers.append(nil)
        continue
      }
      guard let number = Double(row[index]) else { throw .notCSV(path: path, line: line + 2) }
      numbers.append(number)
    }
    return numbers
  }
}
