internal import HDF5

/// A dataset read as a table: its last side is a row, and all others count rows, so that each position
/// of a sequence, (samples, positions, features), is a row of its own.
struct RecordedRows {
  let dataset: Dataset
  /// The numbers of a row.
  let width: Int
  /// The rows of one entry of the first side.
  let rowsPerEntry: Int

  /// - Returns: `nil` if there are no rows, or no numbers in them.
  init?(_ dataset: Dataset) {
    guard dataset.shape.count > 1, let width = dataset.shape.last, width > 0, dataset.rowWidth > 0
    else { return nil }
    self.dataset = dataset
    self.width = width
    rowsPerEntry = dataset.rowWidth / width
  }

  /// How many rows there are.
  var count: Int { dataset.rowCount * rowsPerEntry }
  /// Whether an entry has several rows.
  var areOfSequences: Bool { dataset.shape.count > 2 }

  /// Some rows, one after the other.
  func floats(_ rows: Range<Int>) throws(ModelError) -> [Float] {
    let entries = entries(of: rows)
    let numbers = try reading { () throws(HDF5Error) in try dataset.floats(rows: entries) }
    if rowsPerEntry == 1 { return numbers }
    return Array(numbers[elements(of: rows, in: entries)])
  }

  /// A row in double precision, for an error that shows a number of it.
  func doubles(row: Int) throws(ModelError) -> [Double] {
    let entries = entries(of: row..<row + 1)
    let numbers = try reading { () throws(HDF5Error) in try dataset.doubles(rows: entries) }
    return Array(numbers[elements(of: row..<row + 1, in: entries)])
  }

  private func entries(of rows: Range<Int>) -> Range<Int> {
    if rows.isEmpty { return 0..<0 }
    return rows.lowerBound / rowsPerEntry..<(rows.upperBound - 1) / rowsPerEntry + 1
  }

  private func elements(of rows: Range<Int>, in entries: Range<Int>) -> Range<Int> {
    let first = (rows.lowerBound - entries.lowerBound * rowsPerEntry) * width
    return rows.isEmpty ? 0..<0 : first..<first + rows.count * width
  }
}
