internal import HDF5

/// Inputs and targets in tables that pandas stored.
enum PandasSamples {
  /// The samples that a user means, if they are in such tables.
  ///
  /// Targets are a column by its name, `label` or `/df/label`, or a table of their own; inputs are a
  /// table, without the column of the targets if that is in it.
  ///
  /// - Returns: `nil` if the file has no such tables, or neither name is one of theirs.
  /// - Throws: `ModelError` if a table cannot be read, or its columns are no numbers.
  static func find(
    in file: File, inputs: String?, targets: String?
  ) throws(ModelError) -> (inputs: Dataset, targets: Dataset)? {
    let paths = try PandasTable.paths(in: file)
    guard !paths.isEmpty else { return nil }
    func isTable(_ name: String?) -> String? {
      name.flatMap { name in paths.first { $0 == name || $0 == "/" + name } }
    }
    func known(_ names: [String]) -> String? {
      paths.first { names.contains($0.dropFirst().lowercased()) }
    }
    if let own = isTable(targets) ?? (targets == nil ? known(SampleSearch.targetNames) : nil),
      let other = isTable(inputs)
        ?? (inputs == nil ? known(SampleSearch.inputNames) ?? paths.first { $0 != own } : nil),
      own != other
    {
      let (labels, features) = (try PandasTable(own, in: file), try PandasTable(other, in: file))
      return try (
        features.dataset(features.columns, named: other, isFlat: false),
        labels.dataset(labels.columns, named: own, isFlat: labels.columns.count == 1)
      )
    }
    // A column of the table of the inputs.
    let parts = targets?.split(separator: "/").map(String.init) ?? []
    guard
      let place = isTable(inputs) ?? isTable(parts.dropLast().joined(separator: "/"))
        ?? (paths.count == 1 ? paths[0] : nil)
    else { return nil }
    let table = try PandasTable(place, in: file)
    let wanted = parts.last.map { [$0] } ?? SampleSearch.targetNames
    let matching = table.columns.indices.filter { index in
      let name = table.columns[index].name
      return wanted.contains(name) || targets == nil && wanted.contains(name.lowercased())
    }
    guard matching.count == 1 else {
      throw ModelError(
        file: file.path, place,
        .noneNamed(.targets, present: table.columns.map(\.name), wanted: "the name of a column"))
    }
    let column = table.columns[matching[0]]
    let rest = table.columns.indices.filter { $0 != matching[0] }.map { table.columns[$0] }
    return try (
      table.dataset(rest, named: place, isFlat: false),
      table.dataset([column], named: "\(place)/\(column.name)", isFlat: true)
    )
  }
}
