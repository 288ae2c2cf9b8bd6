internal import Glibc

/// The names of files that wait to take a place: beside it, hidden, each with a mark of its own.
///
/// Whoever fills such a file holds a shared lock on it, which the system takes back when the process
/// ends, however it ends. A file that nobody holds is abandoned, and of no use to anybody. Where a
/// file system has no locks, none is taken for abandoned.
struct PendingName {
  /// The folder with its slash; `./` for the current one.
  let folder: String
  private let start: String
  private let end = ".partial"

  /// For a place with links resolved.
  init(for place: String) {
    let slash = place.lastIndex(of: "/")
    folder = slash.map { String(place[...$0]) } ?? "./"
    let name = slash.map { place[place.index(after: $0)...] } ?? place[...]
    // Longer names would not leave space for the mark.
    start = ".\(String(decoding: name.utf8.prefix(200), as: UTF8.self))."
  }

  /// A name nobody can foresee.
  func path(markedBy number: UInt64) -> String {
    let digits = String(number, radix: 36)
    let zeros = String(repeating: "0", count: Self.markLength - digits.count)
    return folder + start + zeros + digits + end
  }

  /// The number of digits of the largest number.
  private static let markLength = String(UInt64.max, radix: 36).count

  /// Locks a file that was made just now.
  ///
  /// - Returns: whether it is still there; another process may have found it before the lock did.
  static func holds(_ descriptor: Int32) -> Bool {
    while flock(descriptor, LOCK_SH) != 0 && errno == EINTR {}
    var status = stat()
    return fstat(descriptor, &status) == 0 && status.st_nlink > 0
  }

  /// Removes the files for this place that processes left behind which are no more.
  func removeAbandoned() {
    guard let listing = opendir(folder) else { return }
    defer { closedir(listing) }
    while let entry = readdir(listing) {
      let length = MemoryLayout.size(ofValue: entry.pointee.d_name)
      let name = withUnsafeBytes(of: &entry.pointee.d_name) {
        String(decoding: $0.prefix(length).prefix { $0 != 0 }, as: UTF8.self)
      }
      if isMarked(name) { removeIfAbandoned(folder + name) }
    }
  }

  private func isMarked(_ name: String) -> Bool {
    guard name.hasPrefix(start), name.hasSuffix(end) else { return false }
    let mark = name.dropFirst(start.count).dropLast(end.count)
    return mark.utf8.count == Self.markLength
      && mark.allSatisfy { $0.isASCII && ($0.isNumber || $0.isLowercase) }
  }

  private func removeIfAbandoned(_ path: String) {
    // Network file systems lock only what may be written to.
    var descriptor = open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    if descriptor < 0 {
      descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    }
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      status.st_uid == geteuid(), flock(descriptor, LOCK_EX | LOCK_NB) == 0
    else { return }
    unlink(path)
  }
}
