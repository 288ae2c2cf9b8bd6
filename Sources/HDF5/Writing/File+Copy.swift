internal import CHDF5
internal import Glibc

extension File {
  /// Writes a copy of this file that differs in what `changes` says.
  ///
  /// What does not change is copied by the library whole. Groups on the way to a change are made
  /// anew, with the same attributes, links and properties, and their members in the same order.
  ///
  /// - Parameters:
  ///   - file: where the copy goes.
  ///   - changes: to objects of this file.
  /// - Throws: `HDF5Error` that names the object which cannot be read, or not be written.
  package func copy(to file: PendingFile, with changes: FileChanges) throws(HDF5Error) {
    try copy(to: file, with: changes, largestInMemory: 1 << 30)
  }

  /// Like `copy(to:with:)`, with the size in bytes up to which a file is put together in memory.
  package func copy(
    to file: PendingFile, with changes: FileChanges, largestInMemory: Int
  ) throws(HDF5Error) {
    if isInMemory { return try file.write(image(with: changes, for: file)) }
    // When the disk is full, the library crashes (H5Ocopy frees what it has not made): it writes to
    // memory, and what writes to the disk is ours. A file full of samples may be too large for that;
    // space for it is reserved before.
    let size = try file.size(of: path)
    let isInMemory = size <= largestInMemory
    // The old file's size and the new elements, with something for their headers.
    let room = size + size / 64 + changes.elementBytes + (1 << 20)
    if !isInMemory { try file.reserve(room) }
    let (image, userBlock) = try handle.use { (sourceID) throws(HDF5Error) -> ([UInt8], Int) in
      var copier = FileCopier(file: self, sourceID: sourceID, target: file)
      return try copier.run(changes, reserving: isInMemory ? nil : room)
    }
    if !isInMemory { file.releaseRest() }
    // An image begins behind what stands before the file proper.
    let head = [UInt8](repeating: 0, count: userBlock)
    if isInMemory {
      try file.write(image.starts(with: ForeignFormat.signature) ? head + image : image)
    }
    try copyUserBlock(of: userBlock, to: file)
  }

  /// The bytes of such a copy, of a file that is in memory itself.
  ///
  /// - Parameters:
  ///   - changes: to objects of this file.
  ///   - file: where the bytes will go, which errors name.
  /// - Returns: a whole file.
  /// - Throws: `HDF5Error` that names the object which cannot be read, or not be written.
  package func image(
    with changes: FileChanges, for file: PendingFile
  ) throws(HDF5Error) -> [UInt8] {
    precondition(isInMemory, "\(path) may be too large for memory")
    return try handle.use { (sourceID) throws(HDF5Error) in
      var copier = FileCopier(file: self, sourceID: sourceID, target: file)
      return try copier.run(changes, reserving: nil).image
    }
  }

  /// Copies the bytes before the signature, which belong to some other program and not to the
  /// library.
  private func copyUserBlock(of count: Int, to file: PendingFile) throws(HDF5Error) {
    guard count > 0 else { return }
    let (from, to) = (open(path, O_RDONLY | O_CLOEXEC), open(file.path, O_WRONLY | O_CLOEXEC))
    defer {
      close(from)
      close(to)
    }
    var bytes = [UInt8](repeating: 0, count: count)
    guard pread(from, &bytes, count, 0) == count, pwrite(to, bytes, count, 0) == count else {
      throw file.failure(errno)
    }
  }
}
