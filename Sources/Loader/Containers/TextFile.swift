internal import Glibc
internal import HDF5

/// The text of a small file, such as the description of a model's layers.
///
/// - Throws: `ModelError` if there is none, or it is no text.
func readText(at path: String) throws(ModelError) -> String {
  let largestText = 64 << 20
  let bytes = try readBytes(at: path, limit: largestText)
  guard let text = String(validating: bytes, as: UTF8.self) else {
    throw ModelError(file: path, .notJSON)
  }
  return text
}

/// All bytes of a file.
///
/// - Parameters:
///   - path: the file.
///   - limit: how many bytes are taken.
/// - Returns: as many as the file has.
/// - Throws: `ModelError` if there is none, or it is larger than that.
func readBytes(at path: String, limit: Int) throws(ModelError) -> [UInt8] {
  func failure(_ problem: HDF5Error.Problem) -> ModelError {
    ModelError(HDF5Error(file: path, problem))
  }
  guard !path.isEmpty, !path.utf8.contains(0) else { throw failure(.noSuchFile) }
  // A pipe must not keep us waiting.
  let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
  guard descriptor >= 0 else {
    throw failure(errno == EACCES || errno == EPERM ? .permissionDenied : .noSuchFile)
  }
  defer { close(descriptor) }
  var status = stat()
  guard fstat(descriptor, &status) == 0 else { throw failure(.noSuchFile) }
  if status.st_mode & S_IFMT == S_IFDIR { throw failure(.directory(isSavedModel: false)) }
  guard status.st_mode & S_IFMT == S_IFREG else { throw failure(.notRegular) }
  let size = Int(status.st_size)
  guard size > 0 else { throw failure(.empty) }
  guard size <= limit else { throw failure(.tooLarge(bytes: size, stored: limit)) }
  let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, initialized in
    while initialized < size {
      let count = read(
        descriptor, buffer.baseAddress.map { $0 + initialized }, size - initialized)
      guard count > 0 else { break }
      initialized += count
    }
  }
  guard bytes.count == size else { throw failure(.truncated(found: bytes.count, expected: size)) }
  return bytes
}
