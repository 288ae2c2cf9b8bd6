internal import Glibc

/// A dataset in a file of its own, as a user names it: `FILE:PATH`, or `FILE:` or `FILE` for the only
/// one of a known name.
package struct DatasetAddress: Equatable, Sendable {
  /// The file.
  package let file: String
  /// The path in it; `nil` for the only one of a known name.
  package let path: String?

  /// The parts of a name: a file that is there stands before its last colon. Names of datasets may
  /// hold colons, too.
  ///
  /// A name without one is a file if it has an ending or a folder, as in `x_train.npy`, and is there.
  package init?(_ name: String) {
    guard let colon = name.lastIndex(of: ":"), colon > name.startIndex else {
      guard name.dropFirst().contains(where: { $0 == "." || $0 == "/" }), Self.isFile(name) else {
        return nil
      }
      (file, path) = (name, nil)
      return
    }
    let file = String(name[..<colon])
    guard !file.utf8.contains(0), access(file, F_OK) == 0 else { return nil }
    self.file = file
    let path = name[name.index(after: colon)...]
    self.path = path.isEmpty ? nil : String(path)
  }

  private static func isFile(_ name: String) -> Bool {
    guard !name.utf8.contains(0) else { return false }
    var status = stat()
    return stat(name, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }
}
