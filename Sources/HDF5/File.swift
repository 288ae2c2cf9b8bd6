internal import CHDF5
internal import Glibc

/// An HDF5 file, open for reading.
///
/// Files may come from anywhere: links to other files are not followed, no code is loaded for
/// them, and what they declare is checked against what they store before memory is taken.
package struct File: Sendable {
  /// The path the file was opened by; of a file in memory, what messages call it.
  package let path: String
  /// Whether the file exists in memory only.
  package let isInMemory: Bool
  let handle: Handle
  let structure: FileStructure

  /// Opens a file without locking it.
  ///
  /// - Throws: `HDF5Error` with the file's problem: absent, empty, truncated, another format, …
  package init(_ path: String) throws(HDF5Error) {
    let structure = try Self.checkedStructure(of: path)
    let id = try withLibrary { () throws(HDF5Error) in
      let access = H5Pcreate(td_file_access())
      defer { H5Pclose(access) }
      td_disable_locking(access)
      let id = H5Fopen(path, td_read_only(), access)
      guard id >= 0 else { throw HDF5Error(file: path, Self.openProblem(from: libraryMessage())) }
      return id
    }
    handle = Handle(id)
    guard let structure else { throw HDF5Error(file: path, .newerLibrary) }
    self.path = path
    isInMemory = false
    self.structure = structure
  }

  /// Opens a file that is all in memory, such as a member of an archive.
  ///
  /// - Parameters:
  ///   - image: the bytes of the file.
  ///   - name: what messages call it.
  /// - Throws: `HDF5Error` if the bytes are no HDF5 file.
  package init(image: [UInt8], named name: String) throws(HDF5Error) {
    func failure(_ problem: HDF5Error.Problem) -> HDF5Error { HDF5Error(file: name, problem) }
    guard !image.isEmpty else { throw failure(.empty) }
    guard image.starts(with: ForeignFormat.signature) else {
      throw failure(
        .notHDF5(
          ForeignFormat(head: Array(image.prefix(1024)), tail: Array(image.suffix(65536)))))
    }
    let head = image.prefix(Superblock.largestSize)
    let superblock = try Self.superblock(Array(head), at: 0, fileSize: image.count, named: name)
    if let superblock {
      try image.withUnsafeBufferPointer { (bytes) throws(HDF5Error) in
        guard let start = UnsafeRawPointer(bytes.baseAddress) else { throw failure(.empty) }
        _ = try Self.checked(FileBytes(start, superblock), named: name)
      }
    }
    let (id, start) = try withLibrary { () throws(HDF5Error) -> (hid_t, UInt) in
      let access = H5Pcreate(td_file_access())
      defer { H5Pclose(access) }
      let increment = 1 << 16
      H5Pset_fapl_core(access, increment, false)
      let isSet = image.withUnsafeBytes {
        // The library copies the bytes, and changes none of them.
        H5Pset_file_image(access, UnsafeMutableRawPointer(mutating: $0.baseAddress), $0.count)
      }
      guard isSet >= 0 else { throw failure(libraryProblem()) }
      // Two files of one name would be taken for the same one.
      let unique = "\(UInt64.random(in: 0 ... .max)) in memory"
      let id = H5Fopen(unique, td_read_only(), access)
      guard id >= 0 else { throw failure(Self.openProblem(from: libraryMessage())) }
      return (id, UInt(bitPattern: td_image(id)))
    }
    handle = Handle(id)
    guard let superblock, let start = UnsafeRawPointer(bitPattern: start) else {
      throw failure(.newerLibrary)
    }
    path = name
    isInMemory = true
    structure = FileStructure(ofOpen: FileBytes(start, superblock))
  }

  /// The group that holds everything else.
  package var root: Group { Group(file: self, path: ObjectPath()) }

  /// Looking first tells a missing file from a wrong one, and keeps a pipe from blocking the open.
  ///
  /// - Returns: `nil` if the library will know the file's version, if anybody.
  private static func checkedStructure(of path: String) throws(HDF5Error) -> FileStructure? {
    func failure(_ problem: HDF5Error.Problem) -> HDF5Error { HDF5Error(file: path, problem) }
    var status = stat()
    guard !path.isEmpty, !path.utf8.contains(0) else { throw failure(.noSuchFile) }
    guard stat(path, &status) == 0 else {
      throw failure(errno == EACCES ? .permissionDenied : .noSuchFile)
    }
    if status.st_mode & S_IFMT == S_IFDIR {
      throw failure(.directory(isSavedModel: access(path + "/saved_model.pb", F_OK) == 0))
    }
    guard status.st_mode & S_IFMT == S_IFREG else { throw failure(.notRegular) }
    guard status.st_size > 0 else { throw failure(.empty) }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw failure(
        errno == EACCES || errno == EPERM
          ? .permissionDenied : .cannotOpen(String(cString: strerror(errno))))
    }
    var isTaken = false
    defer { if !isTaken { close(descriptor) } }
    let size = Int(status.st_size)
    func bytes(from offset: Int, count: Int) throws(HDF5Error) -> [UInt8] {
      let bytes = Self.bytes(of: descriptor, from: offset, count: count)
      guard let bytes else { throw failure(.diskFailed(code: errno)) }
      return bytes
    }
    var start: Int?
    for offset in Superblock.offsets(within: size) where start == nil {
      let head = try bytes(from: offset, count: ForeignFormat.signature.count)
      if head == ForeignFormat.signature { start = offset }
    }
    if let start {
      let smallestSuperblock = 48
      guard size - start >= smallestSuperblock else {
        throw failure(.truncated(found: size, expected: nil))
      }
      let head = try bytes(from: start, count: Superblock.largestSize)
      guard let superblock = try superblock(head, at: start, fileSize: size, named: path) else {
        return nil
      }
      isTaken = true
      return try checked(FileBytes(descriptor, superblock), named: path)
    }
    let head = try bytes(from: 0, count: 1024)
    let tail = try bytes(from: max(0, size - 65536), count: 65536)
    throw failure(.notHDF5(ForeignFormat(head: head, tail: tail)))
  }

  private static func superblock(
    _ bytes: [UInt8], at start: Int, fileSize: Int, named name: String
  ) throws(HDF5Error) -> Superblock? {
    let superblock: Superblock?
    do throws(StructureError) {
      superblock = try Superblock(bytes, at: start, fileSize: fileSize)
    } catch {
      throw error.at(nil, in: name)
    }
    if let expected = superblock?.expectedSize, expected > fileSize {
      throw HDF5Error(file: name, .truncated(found: fileSize, expected: expected))
    }
    return superblock
  }

  private static func checked(
    _ bytes: FileBytes, named name: String
  ) throws(HDF5Error) -> FileStructure {
    do throws(StructureError) {
      return try FileStructure(bytes)
    } catch {
      throw error.at("/", in: name)
    }
  }

  /// - Returns: as many bytes as there are; `nil` if they cannot be read, and `errno` tells why.
  private static func bytes(of descriptor: Int32, from offset: Int, count: Int) -> [UInt8]? {
    var isRead = true
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      let read = pread(descriptor, buffer.baseAddress, count, offset)
      isRead = read >= 0
      initialized = max(0, read)
    }
    return isRead ? bytes : nil
  }

  private static func openProblem(from message: String) -> HDF5Error.Problem {
    if message.contains("truncated file") {
      // "truncated file: eof = 96, sblock->base_addr = 0, stored_eof = 2048"
      return .truncated(
        found: number(after: " eof = ", in: message),
        expected: number(after: "stored_eof = ", in: message))
    }
    if message.contains("already open for write") || message.contains("consistency flag") {
      return .openForWriting
    }
    if message.contains("bad superblock version") { return .newerLibrary }
    if let code = librarySystemError() { return .diskFailed(code: code) }
    return .cannotOpen(String(message.prefix { $0 != ";" }))
  }

  private static func number(after label: String, in message: String) -> Int? {
    guard let range = message.firstRange(of: label) else { return nil }
    return Int(message[range.upperBound...].prefix { $0.isWholeNumber })
  }
}
