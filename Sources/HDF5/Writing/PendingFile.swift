internal import CHDF5
internal import Glibc

/// A file that is written beside the place it is meant for, and takes that place when it is whole.
///
/// Until `commit()` nothing stands there but what stood there before; a pending file that is let go
/// of is removed. One whose process was killed is removed by the next that is made for its place.
package final class PendingFile {
  /// The place it is meant for, as the caller named it.
  package let target: String
  /// Where it is until then: in the same folder, under a name nobody can foresee.
  package let path: String
  /// The place with links resolved: a link stays one, and what it leads to is replaced.
  private let destination: String
  private let overwrites: Bool
  /// Open as long as the file is wanted: its lock tells others so.
  private let lock: Int32
  /// Whether it is still at `path`.
  private var isWaiting = true

  /// Makes an empty file.
  ///
  /// - Parameters:
  ///   - target: where the file is meant to go.
  ///   - overwrite: whether a file that is there is replaced.
  ///   - inputs: files that must not be replaced, by whatever path, whether they are there or are yet to be
  ///     written.
  /// - Throws: `HDF5Error` if the place is taken, is no file's, or cannot be written to.
  package init(
    for target: String, overwrite: Bool, apartFrom inputs: [String]
  ) throws(HDF5Error) {
    func failure(_ problem: HDF5Error.Problem) -> HDF5Error { HDF5Error(file: target, problem) }
    guard !target.isEmpty, !target.utf8.contains(0) else {
      throw failure(.cannotWrite(code: ENOENT))
    }
    var mode: mode_t?
    var found = stat()
    if stat(target, &found) != 0 {
      // Neither is there yet.
      if inputs.contains(where: { Self.areSamePlace($0, target) }) { throw failure(.isInput) }
    } else {
      for input in inputs {
        var status = stat()
        if stat(input, &status) == 0, status.st_dev == found.st_dev, status.st_ino == found.st_ino {
          throw failure(.isInput)
        }
      }
      if found.st_mode & S_IFMT == S_IFDIR { throw failure(.cannotWrite(code: EISDIR)) }
      guard found.st_mode & S_IFMT == S_IFREG else { throw failure(.notReplaceable) }
      guard overwrite else { throw failure(.exists) }
      mode = found.st_mode & 0o7777
    }
    self.target = target
    overwrites = overwrite
    destination = mode == nil ? target : Self.resolved(target)
    let place = PendingName(for: destination)
    place.removeAbandoned()
    while true {
      let path = place.path(markedBy: .random(in: 0 ... .max))
      let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      guard descriptor >= 0 else {
        let code = errno
        let isMissing = code == ENOENT && access(place.folder, F_OK) != 0
        throw failure(isMissing ? .noSuchFolder : .cannotWrite(code: code))
      }
      if PendingName.holds(descriptor) {
        (self.path, lock) = (path, descriptor)
        break
      }
      close(descriptor)
    }
    if let mode { fchmod(lock, mode) }
  }

  /// Whether two paths name one place: the same name in the same folder.
  private static func areSamePlace(_ path: String, _ other: String) -> Bool {
    func parts(_ path: String) -> (folder: stat, name: Substring) {
      let folder = PendingName(for: path).folder
      var status = stat()
      stat(folder, &status)
      return (status, path.hasPrefix(folder) ? path.dropFirst(folder.count) : path[...])
    }
    let (one, two) = (parts(path), parts(other))
    return one.name == two.name && one.folder.st_ino != 0
      && (one.folder.st_dev, one.folder.st_ino) == (two.folder.st_dev, two.folder.st_ino)
  }

  deinit {
    discard()
    close(lock)
  }

  /// Removes the file, unless it has taken its place.
  package func discard() {
    if isWaiting { unlink(path) }
    isWaiting = false
  }

  /// Waits until the file is on the disk.
  ///
  /// - Throws: `HDF5Error` if it does not get there.
  package func synchronize() throws(HDF5Error) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(errno) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw failure(errno) }
  }

  /// Puts the file in its place, and waits until that is on the disk.
  ///
  /// - Throws: `HDF5Error` if the place was taken meanwhile, or the file cannot be moved.
  package func commit() throws(HDF5Error) {
    let status = overwrites ? rename(path, destination) : td_rename_new(path, destination)
    guard status == 0 else {
      throw errno == EEXIST ? HDF5Error(file: target, .exists) : failure(errno)
    }
    isWaiting = false
    let folder = PendingName(for: destination).folder
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    // The file is whole wherever it is found; some file systems cannot wait for a folder.
    fsync(descriptor)
    close(descriptor)
  }

  /// Fills the file.
  ///
  /// - Throws: `HDF5Error` if there is no space for it.
  package func write(_ bytes: [UInt8]) throws(HDF5Error) {
    let descriptor = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(errno) }
    let code = withoutSizeSignal { Self.writeAll(bytes, to: descriptor) }
    guard close(descriptor) == 0, code == 0 else { throw failure(code == 0 ? errno : code) }
  }

  /// - Returns: the `errno` of a call that failed, or 0.
  private static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
    bytes.withUnsafeBytes { buffer in
      var rest = buffer[...]
      while !rest.isEmpty {
        let count = Glibc.write(
          descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if count < 0 && errno == EINTR { continue }
        if count <= 0 { return count < 0 ? errno : EIO }
        rest = rest.dropFirst(count)
      }
      return 0
    }
  }

  /// The bytes of a file that is read.
  func size(of source: String) throws(HDF5Error) -> Int {
    var status = stat()
    guard stat(source, &status) == 0 else { throw HDF5Error(file: source, .noSuchFile) }
    return Int(status.st_size)
  }

  /// Reserves `bytes` of the disk for the file, where the file system can.
  ///
  /// Emptying the file gives them back.
  ///
  /// - Throws: `HDF5Error` if there are fewer.
  func reserve(_ bytes: Int) throws(HDF5Error) {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
    if limit.rlim_cur < rlim_t(bytes) { throw failure(EFBIG) }
    while td_reserve(lock, bytes) != 0 {
      switch errno {
      case EINTR: continue
      case EOPNOTSUPP, ENOSYS: return try checkRoom(for: bytes)
      default: throw failure(errno)
      }
    }
  }

  /// Gives back what was reserved and not needed.
  func releaseRest() {
    var status = stat()
    if fstat(lock, &status) == 0 { ftruncate(lock, status.st_size) }
  }

  /// Looks for space on the disk where none can be reserved.
  private func checkRoom(for bytes: Int) throws(HDF5Error) {
    var room = statvfs()
    if statvfs(path, &room) == 0, Int(clamping: room.f_bavail) < bytes / Int(max(1, room.f_frsize))
    {
      throw failure(ENOSPC)
    }
  }

  func failure(_ code: Int32) -> HDF5Error { HDF5Error(file: target, .cannotWrite(code: code)) }

  private static func resolved(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}

/// Runs `body` so that a file that grows beyond the limit set for the process is an error, as any
/// other, and does not end the process by a signal.
private func withoutSizeSignal<Result>(_ body: () -> Result) -> Result {
  var signals = sigset_t()
  var old = sigset_t()
  sigemptyset(&signals)
  sigaddset(&signals, SIGXFSZ)
  pthread_sigmask(SIG_BLOCK, &signals, &old)
  defer {
    var now = timespec()
    while sigtimedwait(&signals, nil, &now) == SIGXFSZ {}
    pthread_sigmask(SIG_SETMASK, &old, nil)
  }
  return body()
}
