internal import HDF5

/// Datasets of one or several files, one behind the other: the rows of all as one array.
///
/// Every part has the same type and the same row, so that it reads as one file with the rows joined
/// would, whatever the files are.
struct JoinedDataset: Sendable {
  /// The dimensions: those of the first part, with the rows of all.
  let shape: [Int]
  /// The type of the elements in the files.
  let elementType: ElementType
  /// The dataset's path in the first file, as in `/data/inputs`.
  let path: String
  /// Where each part begins, and at the end the number of rows.
  private let firstRows: [Int]
  private let parts: RecentDatasets

  /// The number of rows: the first dimension, 1 for a scalar.
  var rowCount: Int { shape.first ?? 1 }
  /// The number of elements of a row.
  var rowWidth: Int { shape.dropFirst().reduce(1, *) }
  /// The first file.
  var file: File { parts.places[0].file }
  /// The number of files.
  var partCount: Int { parts.places.count }
  /// The number of rows of each part.
  var partCounts: [Int] { (0..<partCount).map { firstRows[$0 + 1] - firstRows[$0] } }

  /// - Parameter datasets: at least one.
  /// - Throws: `ModelError` with both files if the rows are of other shapes, or of another type.
  init(_ datasets: [Dataset]) throws(ModelError) {
    precondition(!datasets.isEmpty, "no dataset to join")
    let first = datasets[0]
    for other in datasets.dropFirst() {
      let isAlike =
        first.shape.count == other.shape.count && !first.shape.isEmpty
        && first.shape.dropFirst() == other.shape.dropFirst()
      guard isAlike else {
        throw ModelError(
          file: other.file.path, other.path,
          .joinedShape(found: other.shape, expected: first.shape, file: first.file.path))
      }
      guard first.elementType == other.elementType else {
        throw ModelError(
          file: other.file.path, other.path,
          .joinedType(
            found: other.elementType.description, expected: first.elementType.description,
            file: first.file.path))
      }
    }
    var firstRows = [0]
    for part in datasets {
      let count = try reading { () throws(HDF5Error) in try part.rowsStoodFor() }
      firstRows.append(firstRows[firstRows.count - 1] + count)
    }
    let rowCount = firstRows[firstRows.count - 1]
    shape = first.shape.isEmpty ? [] : [rowCount] + first.shape.dropFirst()
    (elementType, path) = (first.elementType, first.path)
    self.firstRows = firstRows
    parts = RecentDatasets(datasets)
  }

  // MARK: Reading

  /// Reads rows as `Float`, whatever the numeric type in the files; `values` receives them from its
  /// start on.
  func read(rows: Range<Int>, into values: inout [Float]) throws(HDF5Error) {
    var offset = 0
    for (index, part) in pieces(of: rows) {
      try dataset(index, holding: part).read(rows: part, into: &values, at: offset)
      offset += part.count * rowWidth
    }
  }

  /// Rows as `Float`: `rows.count × rowWidth` numbers.
  func floats(rows: Range<Int>) throws(HDF5Error) -> [Float] {
    try joined(rows) { (dataset, rows) throws(HDF5Error) in try dataset.floats(rows: rows) }
  }

  /// Rows as `Double`: `rows.count × rowWidth` numbers.
  func doubles(rows: Range<Int>) throws(HDF5Error) -> [Double] {
    try joined(rows) { (dataset, rows) throws(HDF5Error) in try dataset.doubles(rows: rows) }
  }

  /// Rows as whole numbers: `rows.count × rowWidth` of them.
  func integers(rows: Range<Int>) throws(HDF5Error) -> [Int64] {
    try joined(rows) { (dataset, rows) throws(HDF5Error) in try dataset.integers(rows: rows) }
  }

  /// All elements as `Double`, of datasets small enough to be kept.
  func allDoubles() throws(HDF5Error) -> [Double] {
    try joined(0..<rowCount) { (dataset, _) throws(HDF5Error) in try dataset.allDoubles() }
  }

  /// All elements as texts, of all parts in their order.
  func allTexts() throws(HDF5Error) -> [String] {
    try joined(0..<rowCount) { (dataset, _) throws(HDF5Error) in try dataset.allTexts() }
  }

  /// The dataset with each part made anew from its file's own.
  func mapParts(
    _ body: (Dataset, _ rows: Range<Int>) throws(ModelError) -> Dataset
  ) throws(ModelError) -> JoinedDataset {
    var made: [Dataset] = []
    for index in 0..<partCount {
      let dataset = try reading { () throws(HDF5Error) in try parts[index] }
      made.append(try body(dataset, firstRows[index]..<firstRows[index + 1]))
    }
    return try JoinedDataset(made)
  }

  // MARK: Rows and files

  /// An error of this dataset as a whole.
  func failure(_ problem: DataProblem) -> ModelError {
    ModelError(file: file.path, path, problem)
  }

  /// An error of one row: it names the row's file, and its number there.
  func failure(row: Int, _ problem: (_ rowInFile: Int) -> DataProblem) -> ModelError {
    guard let (index, piece) = pieces(of: row..<row + 1).first else { return failure(problem(row)) }
    let place = parts.places[index]
    return ModelError(file: place.file.path, place.path, problem(piece.lowerBound))
  }

  /// Checks that each part has its number of rows, as many as there are in `other`.
  func checkRows(counts: [Int], other: String) throws(ModelError) {
    precondition(counts.count == partCount, "\(partCount) parts beside \(counts.count)")
    for (index, (found, expected)) in zip(partCounts, counts).enumerated()
    where found != expected {
      let place = parts.places[index]
      throw ModelError(
        file: place.file.path, place.path,
        .rowCount(found: found, expected: expected, other: other))
    }
  }

  /// The parts that hold some rows, and which of their own rows those are.
  private func pieces(of rows: Range<Int>) -> [(part: Int, rows: Range<Int>)] {
    precondition(rows.lowerBound >= 0 && rows.upperBound <= rowCount, "\(rows) of \(rowCount) rows")
    if partCount == 1 { return [(0, rows)] }
    // The last part that does not begin behind the first of the rows.
    var (low, high) = (0, partCount)
    while high - low > 1 {
      let middle = (low + high) / 2
      if firstRows[middle] <= rows.lowerBound { low = middle } else { high = middle }
    }
    var pieces: [(part: Int, rows: Range<Int>)] = []
    while low < partCount, firstRows[low] < rows.upperBound {
      let piece = rows.clamped(to: firstRows[low]..<firstRows[low + 1])
      if !piece.isEmpty {
        pieces.append((low, piece.lowerBound - firstRows[low]..<piece.upperBound - firstRows[low]))
      }
      low += 1
    }
    return pieces
  }

  private func joined<Element>(
    _ rows: Range<Int>,
    _ read: (Dataset, Range<Int>) throws(HDF5Error) -> [Element]
  ) throws(HDF5Error) -> [Element] {
    var elements: [Element] = []
    for (index, piece) in partCount == 1 ? [(0, rows)] : pieces(of: rows) {
      let more = try read(dataset(index, holding: piece), piece)
      if elements.isEmpty { elements = more } else { elements += more }
    }
    return elements
  }

  /// A part that has some rows of its own.
  ///
  /// - Throws: `HDF5Error` if it stands for more rows than it has, and those are asked for.
  private func dataset(_ index: Int, holding rows: Range<Int>) throws(HDF5Error) -> Dataset {
    let dataset = try parts[index]
    guard rows.upperBound <= dataset.rowCount else {
      throw HDF5Error(
        file: dataset.file.path, object: dataset.path, .standIn(rows: dataset.rowCount))
    }
    return dataset
  }
}

extension Dataset {
  /// The rows that this dataset stands for: its own, or more where it says so, of which it has the first.
  ///
  /// So a machine that reads other rows need not have a whole file to know how many rows there are.
  func rowsStoodFor() throws(HDF5Error) -> Int {
    guard let attribute = try attribute("tiny_diagnose_rows") else { return rowCount }
    let rows = try attribute.integer()
    guard !shape.isEmpty, rowCount...1 << 45 ~= rows else {
      throw HDF5Error(
        file: file.path, object: attribute.path,
        .value(found: "\(rows)", expected: "the \(rowCount) rows there are, or more"))
    }
    return rows
  }
}
