internal import CHDF5

extension PendingFile {
  /// Fills the file with a new HDF5 file.
  ///
  /// - Throws: `HDF5Error` that names the object which cannot be made, or says that there is no room.
  package func write(_ contents: FileContents) throws(HDF5Error) {
    try write(contents.image(for: target))
  }
}
