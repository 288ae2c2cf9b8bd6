import ArgumentParser

/// Checks that the file of a model is named as what it will be: Keras goes by the ending.
///
/// - Throws: `ValidationError` that says what it will be.
func checkEnding(of path: String, isArchive: Bool) throws {
  let name = path.split(separator: "/").last ?? ""
  guard let dot = name.lastIndex(of: ".") else { return }
  let start = path.dropLast(name[dot...].count)
  switch name[name.index(after: dot)...].lowercased() {
  case "keras" where !isArchive:
    throw ValidationError(
      "\(path) is named as a Keras archive and would be HDF5: name it \(start).h5")
  case "h5" where isArchive, "hdf5" where isArchive:
    throw ValidationError(
      "\(path) is named as HDF5 and would be a Keras archive: name it \(start).keras")
  default: break
  }
}
