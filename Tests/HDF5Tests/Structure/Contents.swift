import HDF5

/// All that is in a file.
struct Contents {
  private(set) var shapes: [String: [Int]] = [:]
  private(set) var numbers: [String: [Double]] = [:]
  private(set) var attributeCounts: [String: Int] = [:]
  /// What could not be read.
  private(set) var errors: [HDF5Error] = []
  private var objectCount = 0

  /// Reads what can be read. A group may be a member of itself, so there is an end to it.
  init(of file: File) {
    read(file.root)
  }

  private mutating func read(_ group: Group) {
    var names: [String] = []
    do throws(HDF5Error) { names = try group.childNames() } catch { errors.append(error) }
    for name in names {
      objectCount += 1
      let mostObjects = 2000
      if objectCount > mostObjects { return }
      do throws(HDF5Error) {
        try read(name, in: group)
      } catch {
        errors.append(error)
      }
    }
  }

  private mutating func read(_ name: String, in group: Group) throws(HDF5Error) {
    let path = (group.path == "/" ? "" : group.path.dropFirst() + "/") + name
    switch try group.kind(of: name) {
    case .group:
      let member = try group.group(name)
      try count(path, member.attribute)
      let deepest = 20
      if path.count(where: { $0 == "/" }) < deepest { read(member) }
    case .dataset:
      let dataset = try group.dataset(name)
      shapes[path] = dataset.shape
      try count(path, dataset.attribute)
      let most = 1 << 20
      if dataset.shape.reduce(1, { $0 &* $1 }) <= most { numbers[path] = try dataset.allDoubles() }
    default: break
    }
  }

  private mutating func count(
    _ path: String, _ attribute: (String) throws(HDF5Error) -> Attribute?
  ) throws(HDF5Error) {
    var (found, missing) = (try attribute("largest") == nil ? 0 : 1, 0)
    // They are numbered; the fuzzer may have changed one's name.
    for number in 0..<40 where missing < 2 {
      if try attribute("attribute \(number)") == nil { missing += 1 } else { found += 1 }
    }
    if found > 0 { attributeCounts[path] = found }
  }
}
