internal import CHDF5

/// Checks objects that the library is to copy whole, with all that is in them. Lives inside the lock.
///
/// It copies texts and lists of variable length trusting what refers to them.
struct CopyCheck {
  let file: File
  private var visited: Set<UInt64> = []

  init(_ file: File) { self.file = file }

  /// The library calls itself for each group in a group.
  private static let deepest = 100

  /// Checks an object that is open, and those below it.
  ///
  /// - Throws: `HDF5Error` that names the object at fault.
  mutating func check(_ object: hid_t, at path: ObjectPath) throws(HDF5Error) {
    try checkAttributes(of: object, at: path)
    switch H5Iget_type(object) {
    case H5I_DATASET: try checkElements(of: object, at: path)
    case H5I_GROUP: try checkMembers(of: object, at: path)
    default: break
    }
  }

  private mutating func checkMembers(of group: hid_t, at path: ObjectPath) throws(HDF5Error) {
    guard path.names.count < Self.deepest else { throw failure(path.text, .nestedTooDeep) }
    var facts = H5G_info_t()
    guard H5Gget_info(group, &facts) >= 0 else {
      throw failure(path.text, .unreadable(libraryCause()))
    }
    for name in childNames(of: group, limit: Int(clamping: facts.nlinks))
    where td_link_type(group, name) == Int32(H5L_TYPE_HARD.rawValue) || name.contains("\u{FFFD}") {
      // What is not UTF-8 was replaced on the way.
      if H5Lexists(group, name, td_default()) == 0 { throw failure(path.text, .notUTF8) }
      guard visited.insert(td_link_address(group, name)).inserted else { continue }
      let member = ObjectPath(names: path.names + [name[...]])
      let id = try member.openLast(in: group, of: file)
      defer { H5Idec_ref(id) }
      try check(id, at: member)
    }
  }

  /// Checks what an object's own attributes refer to.
  func checkAttributes(of object: hid_t, at path: ObjectPath) throws(HDF5Error) {
    for place in 0..<max(0, td_attribute_count(object)) {
      let attribute = H5Aopen_by_idx(
        object, ".", H5_INDEX_NAME, H5_ITER_INC, hsize_t(place), td_default(), td_default())
      guard attribute >= 0 else { throw failure(path.text, .unreadable(libraryCause())) }
      defer { H5Aclose(attribute) }
      try check(attribute: attribute, of: path)
    }
  }

  private func check(attribute: hid_t, of path: ObjectPath) throws(HDF5Error) {
    let writer = AttributeWriter(source: file.path, target: file.path, object: path.text)
    let place = "\(path.text)@\(try writer.name(of: attribute))"
    let (type, space) = (H5Aget_type(attribute), H5Aget_space(attribute))
    defer {
      H5Tclose(type)
      H5Sclose(space)
    }
    let count = Int(clamping: H5Sget_simple_extent_npoints(space))
    try check(type, count, at: place) { memoryType, buffer in
      H5Aread(attribute, memoryType, buffer)
    }
  }

  private func checkElements(of dataset: hid_t, at path: ObjectPath) throws(HDF5Error) {
    let (type, space) = (H5Dget_type(dataset), H5Dget_space(dataset))
    defer {
      H5Tclose(type)
      H5Sclose(space)
    }
    // Nothing was ever written, so nothing is copied.
    let stored = Int(clamping: H5Dget_storage_size(dataset))
    if stored == 0 { return }
    let count = Int(clamping: H5Sget_simple_extent_npoints(space))
    try check(type, count, at: path.text) { memoryType, buffer in
      H5Dread(dataset, memoryType, td_all(), td_all(), td_default(), buffer)
    }
  }

  /// Checks `count` elements that `read` gives as they are stored.
  private func check(
    _ type: hid_t, _ count: Int, at place: String,
    _ read: (hid_t, UnsafeMutableRawPointer) -> herr_t
  ) throws(HDF5Error) {
    let elementBytes: Int
    switch StoredReferences.kind(of: type) {
    case .none: return
    case .nested: throw failure(place, .nestedReferences)
    case .references(let bytes): elementBytes = bytes
    }
    let superblock = file.structure.file.superblock
    let size = HeapReference.storedSize(addressBytes: superblock.addressBytes)
    if count == 0 { return }
    // References are not packed so well that there are many more of them than bytes in the file.
    guard count > 0, count <= max(superblock.size, AttributeReader.largestBytes) else {
      throw failure(place, .tooLarge(bytes: nil, stored: superblock.size))
    }
    let opaque = StoredReferences.type(bytes: size)
    defer { H5Tclose(opaque) }
    var stored = [UInt8](repeating: 0, count: count * size)
    guard stored.withUnsafeMutableBytes({ $0.baseAddress.map { read(opaque, $0) } ?? -1 }) >= 0
    else { throw failure(place, .unreadable(libraryCause())) }
    var total = 0
    do throws(Damage) {
      var cursor = file.structure.file.cursor(over: stored[...], of: GlobalHeap.part, at: 0)
      for _ in 0..<count {
        let reference = try HeapReference(&cursor)
        try file.structure.check(reference, elementBytes: elementBytes)
        // Nothing is stored twice, or a small file could be copied to a large one.
        total += reference.length * elementBytes
        if total > superblock.size { break }
      }
    } catch {
      throw error.at(place, in: file.path)
    }
    guard total <= superblock.size else {
      throw failure(place, .tooLarge(bytes: total, stored: superblock.size))
    }
  }

  private func failure(_ object: String, _ problem: HDF5Error.Problem) -> HDF5Error {
    HDF5Error(file: file.path, object: object, problem)
  }
}
