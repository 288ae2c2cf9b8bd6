internal import CHDF5

/// The way to an object: names of links from the root, none of them special.
struct ObjectPath: Equatable, Sendable {
  let names: [Substring]

  init(names: [Substring] = []) { self.names = names }

  /// This path with another appended, or that other if it starts at the root.
  ///
  /// - Returns: `nil` for empty names, `.`, `..` and the byte 0, which the library would give a
  ///   meaning of its own.
  func appending(_ path: String) -> ObjectPath? {
    if path == "/" { return ObjectPath() }
    let isAbsolute = path.utf8.first == UInt8(ascii: "/")
    let added = (isAbsolute ? path.dropFirst() : path[...])
      .split(separator: "/", omittingEmptySubsequences: false)
    for name in added {
      if name.isEmpty || name == "." || name == ".." || name.utf8.contains(0) { return nil }
    }
    return ObjectPath(names: isAbsolute ? added : names + added)
  }

  /// The path from the root, such as `/model/weight`.
  var text: String { "/" + names.joined(separator: "/") }
}

extension ObjectPath {
  /// Opens the object, following hard links only. Call inside the lock and close the result.
  ///
  /// - Throws: `HDF5Error` if there is none, or if it is damaged so that the library must not see it.
  func open(in file: File, _ fileID: hid_t) throws(HDF5Error) -> hid_t {
    var current = H5Gopen2(fileID, "/", td_default())
    guard current >= 0 else {
      throw HDF5Error(file: file.path, object: "/", libraryProblem())
    }
    for depth in names.indices {
      let parent = current
      defer { H5Idec_ref(parent) }
      current = try openChild(at: depth, of: parent, in: file)
    }
    return current
  }

  /// Opens the object in the group that holds it.
  func openLast(in group: hid_t, of file: File) throws(HDF5Error) -> hid_t {
    try openChild(at: names.count - 1, of: group, in: file)
  }

  private func openChild(at depth: Int, of parent: hid_t, in file: File) throws(HDF5Error) -> hid_t
  {
    func failure(_ problem: HDF5Error.Problem, depth: Int) -> HDF5Error {
      HDF5Error(
        file: file.path, object: ObjectPath(names: Array(names.prefix(depth))).text, problem)
    }
    guard H5Iget_type(parent) == H5I_GROUP else { throw failure(.notAGroup, depth: depth) }
    let name = String(names[depth])
    switch H5Lexists(parent, name, td_default()) {
    case 0: throw failure(.notFound(present: childNames(of: parent, limit: 100)), depth: depth + 1)
    case ..<0: throw failure(libraryProblem(), depth: depth)
    default: break
    }
    switch td_link_type(parent, name) {
    case Int32(H5L_TYPE_HARD.rawValue): break
    case Int32(H5L_TYPE_SOFT.rawValue): throw failure(.softLink, depth: depth + 1)
    case Int32(H5L_TYPE_EXTERNAL.rawValue): throw failure(.externalLink, depth: depth + 1)
    default: throw failure(.otherLink, depth: depth + 1)
    }
    do throws(StructureError) {
      try file.structure.check(objectAt: td_link_address(parent, name))
    } catch {
      let hasChanged = file.structure.file.hasChanged
      throw failure(hasChanged ? .changed : error.problem, depth: depth + 1)
    }
    let child = H5Oopen(parent, name, td_default())
    guard child >= 0 else { throw failure(libraryProblem(), depth: depth + 1) }
    return child
  }
}

/// The names in a group in order, at most `limit` of them. Call inside the lock.
func childNames(of group: hid_t, limit: Int) -> [String] {
  var facts = H5G_info_t()
  guard H5Gget_info(group, &facts) >= 0 else { return [] }
  // The library would put many links in order by a table of all of them, anew for each name, and frees what
  // it never had where one cannot be read (1.10).
  let areMany = facts.storage_type == H5G_STORAGE_TYPE_DENSE
  let order = areMany ? H5_ITER_NATIVE : H5_ITER_INC
  let mostSorted = 1 << 16
  var names: [[UInt8]] = []
  for index in 0..<min(facts.nlinks, hsize_t(areMany ? mostSorted : limit)) {
    guard let name = linkName(index, H5_INDEX_NAME, order, of: group) else { break }
    names.append(name)
  }
  if areMany { names.sort { $0.lexicographicallyPrecedes($1) } }
  return names.prefix(limit).map { String(decoding: $0, as: UTF8.self) }
}

/// The bytes of the name of a link of a group, or `nil` if it cannot be read. Call inside the lock.
func linkName(
  _ place: hsize_t, _ index: H5_index_t, _ order: H5_iter_order_t, of group: hid_t
) -> [UInt8]? {
  func name(_ buffer: UnsafeMutablePointer<CChar>?, _ size: Int) -> Int {
    H5Lget_name_by_idx(group, ".", index, order, place, buffer, size, td_default())
  }
  let longest = 1 << 16
  let length = name(nil, 0)
  guard (0..<longest).contains(length) else { return nil }
  var bytes = [CChar](repeating: 0, count: length + 1)
  guard name(&bytes, bytes.count) == length else { return nil }
  return bytes.prefix(length).map(UInt8.init(bitPattern:))
}
