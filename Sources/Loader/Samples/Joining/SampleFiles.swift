internal import Glibc
internal import HDF5

/// The files that a user means by some names, in the order of their names, byte by byte.
///
/// A name with `*`, `?` or `[…]` that is no file itself is a pattern, as the shell has them: it means all
/// files that match.
///
/// - Parameter names: files and patterns; a single file need not be there.
/// - Returns: at least as many files as there are names.
/// - Throws: `ModelError` if no file matches a pattern, or a file is named twice.
package func sampleFiles(named names: [String]) throws(ModelError) -> [String] {
  var files: [String] = []
  for name in names {
    guard isPattern(name) else {
      files.append(name)
      continue
    }
    let matches = matches(of: name)
    guard !matches.isEmpty else { throw ModelError(file: name, DataProblem.noFileMatches) }
    files += matches
  }
  files.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  var seen: [FileIdentity: String] = [:]
  for file in files {
    guard let identity = FileIdentity(of: file) else { continue }
    if let other = seen.updateValue(file, forKey: identity) {
      throw ModelError(file: file, DataProblem.namedTwice(other: other))
    }
  }
  return files
}

/// The name of several files as one, as they were named: `shards/*.h5`.
package func sampleFilesText(_ names: [String]) -> String { names.joined(separator: ", ") }

/// Lets this process hold as many files open as it needs, if the system does.
func allowOpenFiles(_ count: Int) {
  // Beside the samples there are the model, what is written, and what libraries open.
  let others = 100
  let openFiles = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
  var limit = rlimit()
  let wanted = rlim_t(count + others)
  guard getrlimit(openFiles, &limit) == 0, limit.rlim_cur < wanted else { return }
  limit.rlim_cur = min(limit.rlim_max, wanted)
  setrlimit(openFiles, &limit)
}

/// A file, whatever it is called.
private struct FileIdentity: Hashable {
  let device: dev_t
  let number: ino_t

  init?(of path: String) {
    var status = stat()
    guard !path.utf8.contains(0), stat(path, &status) == 0 else { return nil }
    (device, number) = (status.st_dev, status.st_ino)
  }
}

private func isPattern(_ name: String) -> Bool {
  name.contains { "*?[".contains($0) } && !name.utf8.contains(0) && access(name, F_OK) != 0
}

/// The files that match a pattern; folders do not.
private func matches(of pattern: String) -> [String] {
  var found = glob_t()
  defer { globfree(&found) }
  guard glob(pattern, GLOB_NOSORT | GLOB_MARK, nil, &found) == 0 else { return [] }
  return (0..<Int(found.gl_pathc)).compactMap { index in
    found.gl_pathv[index].map { String(cString: $0) }
  }.filter { !$0.hasSuffix("/") }
}
