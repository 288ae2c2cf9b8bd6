internal import Glibc

/// A dataset in a file of its own, as a user names it: `FILE:PATH`, or `FILE:` for the only one of a
/// known name.
public struct DatasetAddress: Equatable, Sendable {
  /// The file.
  public let file: String
  /// The path in it; `nil` for the only one of a known name.
  public let path: String?

  /// What a name says, if what stands before its last colon is a file that is there: names of
  /// datasets may hold colons, too.
  public init?(_ name: String) {
    guard let colon = name.lastIndex(of: ":"), colon > name.startIndex else { return nil }
    let file = String(name[..<colon])
    guard !file.utf8.contains(0), access(file, F_OK) == 0 else { return nil }
    self.file = file
    let path = name[name.index(after: colon)...]
    self.path = path.isEmpty ? nil : String(path)
  }
}
