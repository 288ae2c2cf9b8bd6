internal import CHDF5

/// A dataset of an open file: an array of any rank, read by rows.
///
/// Its first dimension counts rows; the others, flattened in row-major order, are a row. A scalar is
/// one row of one element.
package struct Dataset: Sendable {
  /// The file the dataset is in.
  package let file: File
  /// The dimensions; none for a scalar.
  package let shape: [Int]
  /// The type of the elements in the file.
  package let elementType: ElementType
  /// The bytes the elements take in the file, compressed.
  package let storedBytes: Int
  let location: ObjectPath
  let handle: Handle
  let encoding: Encoding
  let chunks: ChunkCheck?

  /// The dataset's path from the root, as in `/data/inputs`.
  package var path: String { location.text }
  /// The number of rows: the first dimension, 1 for a scalar.
  package var rowCount: Int { shape.first ?? 1 }
  /// The number of elements of a row.
  package var rowWidth: Int { shape.dropFirst().reduce(1, *) }

  /// The encoding of elements that this module converts itself.
  enum Encoding: Equatable, Sendable {
    case bytes, nativeFloat, nativeDouble
    /// Two bytes that the library takes for opaque.
    case bfloat16
    /// The library converts them.
    case other
  }

  init(file: File, location: ObjectPath) throws(HDF5Error) {
    let facts = try file.handle.use { (fileID) throws(HDF5Error) in
      try DatasetFacts(location, in: file, fileID)
    }
    self.file = file
    self.location = location
    handle = Handle(facts.id)
    shape = facts.shape
    storedBytes = facts.storedBytes
    chunks = facts.chunks
    var isMarked = false
    if facts.elementType == .opaque(bytes: 2) {
      isMarked = try Self.isMarkedAsBFloat16(location, in: file)
    }
    elementType = isMarked ? .bfloat16 : facts.elementType
    encoding = isMarked ? .bfloat16 : facts.encoding
  }

  private static func isMarkedAsBFloat16(
    _ location: ObjectPath, in file: File
  ) throws(HDF5Error) -> Bool {
    guard let mark = try Attribute("dtype", of: location, in: file) else { return false }
    return (try? mark.text()) == "bfloat16"
  }

  /// The attribute of a name, or `nil` if this dataset has none such.
  ///
  /// - Throws: `HDF5Error` if it is neither text nor numbers, or cannot be read.
  package func attribute(_ name: String) throws(HDF5Error) -> Attribute? {
    try Attribute(name, of: location, in: file)
  }

  func failure(_ problem: HDF5Error.Problem) -> HDF5Error {
    HDF5Error(file: file.path, object: path, problem)
  }
}
