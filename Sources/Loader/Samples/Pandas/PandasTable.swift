internal import HDF5

/// A table that pandas stored with `to_hdf`, in either of its formats: its columns, in their order.
struct PandasTable {
  /// Where it is: `/df`.
  let path: String
  /// The columns, in their order.
  let columns: [Column]
  private let file: File

  /// One column.
  struct Column {
    let name: String
    let values: Values

    enum Values {
      case numbers([Double], areWhole: Bool)
      case texts([String])
      /// Python objects, or what else is no number and no text.
      case unreadable
    }
  }

  /// The tables in the root of a file.
  static func paths(in file: File) throws(ModelError) -> [String] {
    let enough = 20
    return try reading { () throws(HDF5Error) in
      var paths: [String] = []
      for name in try file.root.childNames(limit: enough)
      where try file.root.kind(of: name) == .group {
        if try file.root.group(name).attribute("pandas_type") != nil { paths.append("/" + name) }
      }
      return paths
    }
  }

  /// Reads a table.
  ///
  /// - Throws: `ModelError` if it is in no format that pandas has, or cannot be read.
  init(_ path: String, in file: File) throws(ModelError) {
    self.path = path
    self.file = file
    let group = try reading { () throws(HDF5Error) in try file.root.group(path) }
    let kind = try reading { () throws(HDF5Error) in
      try group.attribute("pandas_type")?.text()
    }
    switch kind {
    case "series": columns = [try Self.series(group)]
    case "frame": columns = try Self.frame(group)
    case "frame_table", "series_table": columns = try Self.records(group)
    default:
      throw ModelError(file: file.path, path, .pandas(kind ?? ""))
    }
  }

  private static func series(_ group: Group) throws(ModelError) -> Column {
    let values = try reading { () throws(HDF5Error) in try group.dataset("values") }
    return Column(
      name: group.path.split(separator: "/").last.map(String.init) ?? "",
      values: try columns(of: values, count: 1)[0])
  }

  /// `axis0` lists the columns; blocks of one type each hold them, beside lists of their own.
  private static func frame(_ group: Group) throws(ModelError) -> [Column] {
    let names = try texts("axis0", in: group)
    var found: [String: Column.Values] = [:]
    let mostBlocks = 1000
    for index in 0..<mostBlocks {
      let isThere = try reading { () throws(HDF5Error) in
        try group.kind(of: "block\(index)_values") != nil
      }
      guard isThere else { break }
      let own = try texts("block\(index)_items", in: group)
      let values = try? group.dataset("block\(index)_values")
      let blocks = try values.map { (values) throws(ModelError) in
        try columns(of: values, count: own.count)
      }
      for (place, name) in own.enumerated() { found[name] = blocks?[place] ?? .unreadable }
    }
    return names.map { Column(name: $0, values: found[$0] ?? .unreadable) }
  }

  /// The names of columns; whole numbers where a table was made without names.
  private static func texts(_ name: String, in group: Group) throws(ModelError) -> [String] {
    try reading { () throws(HDF5Error) in
      let dataset = try group.dataset(name)
      if dataset.elementType == .text { return try dataset.allTexts() }
      return try dataset.integers(rows: 0..<dataset.rowCount).map { "\($0)" }
    }
  }

  /// The columns of a matrix, one row for each row of the table.
  private static func columns(
    of matrix: Dataset, count: Int
  ) throws(ModelError) -> [Column.Values] {
    guard matrix.elementType.isNumeric, matrix.rowWidth == count else {
      return [Column.Values](repeating: .unreadable, count: max(1, count))
    }
    let numbers = try reading { () throws(HDF5Error) in try matrix.allDoubles() }
    return (0..<count).map { column in
      .numbers(
        stride(from: column, to: numbers.count, by: count).map { numbers[$0] },
        areWhole: matrix.elementType.isIntegral)
    }
  }

  /// `table` holds records; the names of the columns of a block stand in an attribute, as a list that
  /// Python pickled in its oldest, plain form.
  private static func records(_ group: Group) throws(ModelError) -> [Column] {
    let dataset = try reading { () throws(HDF5Error) in try group.dataset("table") }
    let records = try reading { () throws(HDF5Error) in try dataset.records() }
    var columns: [Column] = []
    for field in records.fields where field.name != "index" {
      let list = try reading { () throws(HDF5Error) in
        try dataset.attribute("\(field.name)_kind")?.text()
      }
      var names = list.map(pickledTexts) ?? []
      if names.count != field.count {
        names = field.count == 1 ? [field.name] : (0..<field.count).map { "\(field.name).\($0)" }
      }
      let numbers = records.numbers(of: field)
      for (place, name) in names.enumerated() {
        let values: Column.Values =
          if let numbers {
            .numbers(
              stride(from: place, to: numbers.count, by: field.count).map { numbers[$0] },
              areWhole: field.type.isIntegral)
          } else if let texts = records.texts(of: field) {
            .texts(texts)
          } else {
            .unreadable
          }
        columns.append(Column(name: name, values: values))
      }
    }
    return columns
  }

  /// The texts of a pickled list of texts: the lines that begin with V. Nothing of it is run.
  private static func pickledTexts(_ pickle: String) -> [String] {
    guard pickle.hasPrefix("(l") else { return [] }
    return pickle.split(separator: "\n").compactMap { line in
      // `aVname` appends it to the list.
      let text = line.first == "a" ? line.dropFirst() : line
      return text.first == "V" ? String(text.dropFirst()) : nil
    }
  }
}

extension PandasTable {
  /// Some columns as one dataset in memory: (n, columns), or (n) of a single one that is `flat`.
  func dataset(
    _ chosen: [Column], named path: String, isFlat: Bool
  ) throws(ModelError) -> Dataset {
    var contents = FileContents()
    if isFlat, case .texts(let texts)? = chosen.first?.values {
      let length = max(1, texts.map(\.utf8.count).max() ?? 1)
      let bytes = texts.flatMap { text in
        Array(text.utf8) + [UInt8](repeating: 0, count: length - text.utf8.count)
      }
      contents.add(
        path, shape: [texts.count], .stored(StoredElements(.text, bytes: bytes, textLength: length))
      )
    } else {
      var columns: [[Double]] = []
      var areWhole = true
      for column in chosen {
        guard case .numbers(let numbers, let whole) = column.values else {
          throw ModelError(
            file: file.path, "\(self.path)/\(column.name)",
            .notNumbers(found: "text or Python objects"))
        }
        columns.append(numbers)
        areWhole = areWhole && whole
      }
      let count = columns.first?.count ?? 0
      let numbers = (0..<count).flatMap { row in columns.map { $0[row] } }
      let shape = isFlat && columns.count == 1 ? [count] : [count, columns.count]
      contents.add(
        path, shape: shape,
        areWhole
          ? .integers(numbers.map { Int64(exactly: $0) ?? .max })
          : .floats(numbers.map { Float($0) }))
    }
    return try reading { () throws(HDF5Error) in
      try File(contents, named: file.path).root.dataset(path)
    }
  }
}
