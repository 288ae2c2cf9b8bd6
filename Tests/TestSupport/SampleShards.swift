package import HDF5

/// Where the shards of so many rows begin and end: each of `counts` rows, the last one the rest.
public func shardRanges(_ counts: [Int], of rowCount: Int) -> [Range<Int>] {
  var ranges: [Range<Int>] = []
  var first = 0
  for count in counts {
    ranges.append(first..<first + count)
    first += count
  }
  ranges.append(first..<rowCount)
  return ranges
}

extension HDF5Writer {
  /// Copies some rows of datasets of another file, in their types.
  package func copyRows(
    _ rows: Range<Int>, of paths: [String], from file: File
  ) throws(HDF5Error) {
    for path in paths {
      let source = try file.root.dataset(path)
      dataset(
        path, try source.doubles(rows: rows), shape: [rows.count] + source.shape.dropFirst(),
        as: source.elementType.stored)
    }
  }
}

extension ElementType {
  /// How the writer calls it.
  fileprivate var stored: HDF5Writer.Stored {
    switch self {
    case .float(bits: 64): .float64
    case .integer(bits: 8, isSigned: false): .uint8
    case .integer(bits: 8, isSigned: true): .int8
    case .integer(bits: 32, isSigned: true): .int32
    case .integer(bits: 64, isSigned: true): .int64
    default: .float32
    }
  }
}
