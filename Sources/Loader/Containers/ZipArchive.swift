internal import CZip
internal import FoundationEssentials
internal import Glibc

/// A ZIP archive whose members are read into memory, one by one and checked, and are never unpacked
/// under the names they carry.
final class ZipArchive {
  /// The archive as the caller named it.
  let path: String
  /// Its members, in their order.
  let members: [Member]
  private let handle: OpaquePointer

  /// The facts about one member of the archive.
  struct Member {
    let name: String
    fileprivate let index: UInt64
    /// The bytes it has, as declared.
    let size: Int
    /// The bytes it takes in the archive.
    let storedSize: Int
    fileprivate let method: UInt16
    fileprivate let isEncrypted: Bool
  }

  /// A model has three members, and one for each of its vocabularies.
  private static let largestCount = 10_000

  /// Opens an archive and looks at the names of its members.
  ///
  /// - Throws: `ModelError` if it is damaged, or has members that are named twice, or as files that
  ///   lie elsewhere.
  init(_ path: String) throws(ModelError) {
    let handle = try Self.open(path, ZIP_RDONLY)
    let members: [Member]
    do throws(ModelError) {
      members = try Self.members(of: handle, path)
      // The library's own check of all headers, which names none: what can be named was.
      zip_discard(try Self.open(path, ZIP_RDONLY | ZIP_CHECKCONS))
    } catch {
      zip_discard(handle)
      throw error
    }
    // Not before: what is whole gives the handle back when it is let go of.
    (self.path, self.members, self.handle) = (path, members, handle)
  }

  private static func open(_ path: String, _ flags: Int32) throws(ModelError) -> OpaquePointer {
    var code: Int32 = 0
    if let handle = zip_open(path, flags, &code) { return handle }
    var error = zip_error_t()
    zip_error_init_with_code(&error, code)
    defer { zip_error_fini(&error) }
    throw ModelError(file: path, .archive(.unreadable(text(of: &error))))
  }

  deinit { zip_discard(handle) }

  /// The member of a name.
  func member(_ name: String) -> Member? { members.first { $0.name == name } }

  /// The bytes of a member.
  ///
  /// - Parameters:
  ///   - name: of the member.
  ///   - limit: how many bytes are still believed.
  /// - Returns: all of them, with their checksum compared.
  /// - Throws: `ModelError` if there is none, or if it is encrypted, packed in a way that is not
  ///   known, larger than it can be, or damaged.
  func content(of name: String, limit: Int) throws(ModelError) -> [UInt8] {
    guard let member = member(name) else {
      throw failure(name, .noMember(present: members.map(\.name)))
    }
    try check(member, limit: limit)
    guard let stream = zip_fopen_index(handle, member.index, 0) else {
      throw failure(name, .damaged(lastError))
    }
    var isOpen = true
    defer { if isOpen { zip_fclose(stream) } }
    var bytes = [UInt8](repeating: 0, count: member.size)
    var count = 0
    while count < member.size {
      let read = bytes.withUnsafeMutableBytes { buffer in
        buffer.baseAddress.map { zip_fread(stream, $0 + count, UInt64(member.size - count)) } ?? 0
      }
      if read < 0 { throw failure(name, .damaged(Self.text(of: zip_file_get_error(stream)))) }
      guard read > 0 else {
        throw failure(name, .damaged("\(count) bytes of \(bytes.count)"))
      }
      count += Int(read)
    }
    // The checksum is compared when the end is met.
    var excess: UInt8 = 0
    let read = zip_fread(stream, &excess, 1)
    if read < 0 { throw failure(name, .damaged(Self.text(of: zip_file_get_error(stream)))) }
    if read > 0 { throw failure(name, .damaged("more than \(bytes.count) bytes")) }
    let status = zip_fclose(stream)
    isOpen = false
    guard status == 0 else { throw failure(name, .damaged("its checksum is wrong")) }
    return bytes
  }

  private func check(_ member: Member, limit: Int) throws(ModelError) {
    let (stored, deflated) = (UInt16(ZIP_CM_STORE), UInt16(ZIP_CM_DEFLATE))
    if member.isEncrypted { throw failure(member.name, .encrypted) }
    guard [stored, deflated].contains(member.method) else {
      throw failure(member.name, .compression(method: Int(member.method)))
    }
    guard member.size <= limit else {
      throw failure(member.name, .tooLarge(bytes: member.size, limit: limit))
    }
  }

  /// Whether a member's bytes fit in an archive of a size.
  private static func isPossible(_ member: Member, archiveSize: Int) -> Bool {
    guard member.storedSize <= archiveSize else { return false }
    // No more can come out of deflate: 258 bytes for two bits.
    let largestRatio = 1032
    switch Int32(member.method) {
    case ZIP_CM_STORE: return member.isEncrypted || member.size == member.storedSize
    case ZIP_CM_DEFLATE: return member.size / largestRatio <= member.storedSize
    default: return true
    }
  }

  private static func members(
    of handle: OpaquePointer, _ path: String
  ) throws(ModelError) -> [Member] {
    let count = Int(zip_get_num_entries(handle, 0))
    guard count <= largestCount else {
      throw ModelError(file: path, .archive(.tooManyMembers(limit: largestCount)))
    }
    var status = stat()
    let archiveSize = stat(path, &status) == 0 ? Int(status.st_size) : 0
    var members: [Member] = []
    var names: Set<String> = []
    for index in 0..<count {
      var facts = zip_stat_t()
      zip_stat_init(&facts)
      guard zip_stat_index(handle, UInt64(index), UInt32(ZIP_FL_ENC_GUESS), &facts) == 0,
        facts.valid & td_zip_stat_needed() == td_zip_stat_needed(), let characters = facts.name
      else {
        let error = ZipProblem.unreadable("member \(index)")
        throw ModelError(file: path, .archive(error))
      }
      guard let name = String(validatingCString: characters), isSafe(name) else {
        let shown = String(cString: characters)
        throw ModelError(file: path, shown.isEmpty ? "\"\"" : shown, .archive(.memberName))
      }
      guard names.insert(name).inserted else {
        throw ModelError(file: path, name, .archive(.duplicate))
      }
      let member = Member(
        name: name, index: UInt64(index), size: Int(clamping: facts.size),
        storedSize: Int(clamping: facts.comp_size), method: facts.comp_method,
        isEncrypted: facts.valid & UInt64(ZIP_STAT_ENCRYPTION_METHOD) != 0
          && facts.encryption_method != UInt16(ZIP_EM_NONE))
      guard isPossible(member, archiveSize: archiveSize) else {
        throw ModelError(
          file: path, name,
          .archive(.impossibleSize(bytes: member.size, stored: min(member.storedSize, archiveSize)))
        )
      }
      members.append(member)
    }
    return members
  }

  /// Whether a name stays inside the archive, wherever somebody may unpack it.
  private static func isSafe(_ name: String) -> Bool {
    let parts = name.split(omittingEmptySubsequences: false) { $0 == "/" || $0 == "\\" }
    let isDrive = name.dropFirst().first == ":"
    return !name.isEmpty && parts.first != "" && !isDrive && !parts.contains("..")
      && !parts.contains(".")
  }

  private var lastError: String { Self.text(of: zip_get_error(handle)) }

  private static func text(of error: UnsafeMutablePointer<zip_error_t>?) -> String {
    guard let error else { return "no reason given" }
    // From libzip 1.11 on, its headers promise a text.
    let text: UnsafePointer<CChar>? = zip_error_strerror(error)
    guard let text else { return "no reason given" }
    return String(cString: text)
  }

  private func failure(_ member: String, _ problem: ZipProblem) -> ModelError {
    ModelError(file: path, member, .archive(problem))
  }
}

extension ZipArchive {
  /// The bytes of this archive with other contents for some of its members, each packed as it was.
  ///
  /// All other members keep their bytes, and all keep their places and dates.
  ///
  /// - Parameter contents: by the names of members.
  /// - Returns: a whole archive.
  /// - Throws: `ModelError` if the archive cannot be put together.
  func replacing(_ contents: [String: [UInt8]]) throws(ModelError) -> [UInt8] {
    guard let archive = try? Data(contentsOf: URL(filePath: path)) else {
      throw ModelError(file: path, .changedMeanwhile)
    }
    var error = zip_error_t()
    zip_error_init(&error)
    defer { zip_error_fini(&error) }
    guard
      let source = archive.withUnsafeBytes({
        td_zip_copied_source($0.baseAddress, $0.count, &error)
      })
    else { throw ModelError(file: path, .archive(.unwritable(Self.text(of: &error)))) }
    // Kept beyond the archive that is written to it.
    zip_source_keep(source)
    defer { zip_source_free(source) }
    guard let copy = zip_open_from_source(source, 0, &error) else {
      zip_source_free(source)
      throw ModelError(file: path, .archive(.unwritable(Self.text(of: &error))))
    }
    for (name, content) in contents {
      guard let member = member(name), Self.replace(member, by: content, in: copy) else {
        let reason = Self.text(of: zip_get_error(copy))
        zip_discard(copy)
        throw failure(name, .unwritable(reason))
      }
    }
    guard zip_close(copy) == 0 else {
      let reason = Self.text(of: zip_get_error(copy))
      zip_discard(copy)
      throw ModelError(file: path, .archive(.unwritable(reason)))
    }
    guard let bytes = Self.bytes(of: source) else {
      let reason = Self.text(of: zip_source_error(source))
      throw ModelError(file: path, .archive(.unwritable(reason)))
    }
    return bytes
  }

  private static func replace(
    _ member: Member, by content: [UInt8], in archive: OpaquePointer
  ) -> Bool {
    var facts = zip_stat_t()
    guard zip_stat_index(archive, member.index, 0, &facts) == 0,
      let source = content.withUnsafeBytes({
        td_zip_copied_source($0.baseAddress, $0.count, zip_get_error(archive))
      })
    else { return false }
    guard zip_file_replace(archive, member.index, source, 0) == 0 else {
      zip_source_free(source)
      return false
    }
    return zip_set_file_compression(archive, member.index, Int32(member.method), 0) == 0
      && zip_file_set_mtime(archive, member.index, facts.mtime, 0) == 0
  }

  private static func bytes(of source: OpaquePointer) -> [UInt8]? {
    var facts = zip_stat_t()
    guard zip_source_stat(source, &facts) == 0, zip_source_open(source) == 0 else { return nil }
    defer { zip_source_close(source) }
    let size = Int(clamping: facts.size)
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, initialized in
      while initialized < size, let base = buffer.baseAddress {
        let read = zip_source_read(source, base + initialized, UInt64(size - initialized))
        guard read > 0 else { break }
        initialized += Int(read)
      }
    }
    return bytes.count == size ? bytes : nil
  }
}
