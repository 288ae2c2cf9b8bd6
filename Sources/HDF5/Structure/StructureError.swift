/// Something in a file that the library must not be led to.
struct StructureError: Error, Equatable {
  /// What it is part of, as it stands after "the": `header`.
  let part: String
  /// Where that begins, from the start of the file.
  let offset: Int

  /// The error of an object.
  func at(_ object: String?, in file: String) -> HDF5Error {
    HDF5Error(file: file, object: object, .damaged(part: part, offset: offset))
  }
}
