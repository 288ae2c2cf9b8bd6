/// A structural error found in a file before libhdf5 reads it.
struct StructureError: Error, Equatable {
  /// The part at fault, as it stands after "the": `header`.
  let part: String
  /// Where that begins, from the start of the file.
  let offset: Int
  /// Whether it is sound, but packed as nobody is known to do.
  var isPacked = false
  /// The number of the system's error that kept it from being read.
  var code: Int32?

  var problem: HDF5Error.Problem {
    if let code { return .diskFailed(code: code) }
    return isPacked ? .packedNames : .damaged(part: part, offset: offset)
  }

  /// The error of an object.
  func at(_ object: String?, in file: String) -> HDF5Error {
    HDF5Error(file: file, object: object, problem)
  }
}
