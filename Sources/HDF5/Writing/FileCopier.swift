internal import CHDF5

/// Copies a file object by object. Lives inside the lock.
struct FileCopier {
  let file: File
  let source: String
  let sourceID: hid_t
  let target: PendingFile
  /// Checks objects before the library copies them.
  private let check: CopyCheck
  /// The changes by the address of the object they are for: it may have several names.
  private var changes: [UInt64: FileChanges.Change] = [:]
  /// Where the objects that were met are in the copy, by their address in the source.
  private var copied: [UInt64: String] = [:]

  init(file: File, sourceID: hid_t, target: PendingFile) {
    self.file = file
    source = file.path
    self.sourceID = sourceID
    check = CopyCheck(file: file)
    self.target = target
  }

  /// - Parameters:
  ///   - changes: to objects of the file.
  ///   - room: the bytes to reserve for a file on the disk; `nil` for one in memory.
  /// - Returns: the whole file if it was to be written to memory, and the bytes that stand before
  ///   the file proper.
  /// - Throws: `HDF5Error` as `File.copy(to:with:)` does.
  mutating func run(
    _ changes: FileChanges, reserving room: Int?
  ) throws(HDF5Error) -> (image: [UInt8], userBlock: Int) {
    try collect(changes.root, at: ObjectPath())
    let creation = try creationProperties()
    let access = H5Pcreate(td_file_access())
    defer {
      H5Pclose(creation)
      H5Pclose(access)
    }
    td_disable_locking(access)
    td_match_format(access, sourceID)
    let memoryBlock = 1 << 20
    if room == nil { H5Pset_fapl_core(access, memoryBlock, false) }
    let file = H5Fcreate(target.path, td_truncate(), creation, access)
    guard file >= 0 else { throw unwritable("/") }
    var image: [UInt8] = []
    do throws(HDF5Error) {
      // Making the file has given back what was reserved for it.
      if let room { try target.reserve(room) }
      try copyRoot(changes.root, to: file)
      guard H5Fflush(file, H5F_SCOPE_GLOBAL) >= 0 else { throw unwritable(nil) }
      if room == nil {
        image = try fileImage(of: file, for: target.target)
        repairSuperblock(&image)
      }
    } catch {
      H5Fclose(file)
      throw error
    }
    var userBlock: hsize_t = 0
    H5Pget_userblock(creation, &userBlock)
    guard H5Fclose(file) >= 0 else { throw unwritable(nil) }
    return (image, Int(clamping: userBlock))
  }

  /// The file's properties, and those of its root, which a file's own do not tell.
  private func creationProperties() throws(HDF5Error) -> hid_t {
    let creation = H5Fget_create_plist(sourceID)
    let root = H5Gopen2(sourceID, "/", td_default())
    let group = H5Gget_create_plist(root)
    defer {
      H5Idec_ref(root)
      H5Idec_ref(group)
    }
    guard creation >= 0, group >= 0 else { throw unreadable(ObjectPath()) }
    var (links, attributes): (UInt32, UInt32) = (0, 0)
    H5Pget_link_creation_order(group, &links)
    H5Pset_link_creation_order(creation, links)
    H5Pget_attr_creation_order(group, &attributes)
    H5Pset_attr_creation_order(creation, attributes)
    return creation
  }

  /// The library (1.10) clears the mark that the file is open, and leaves the checksum behind it as it
  /// was.
  private func repairSuperblock(_ image: inout [UInt8]) {
    let (version, addressBytes) = (image[8], Int(image[9]))
    let end = 12 + 4 * addressBytes
    guard version >= 2, image.starts(with: ForeignFormat.signature), end + 4 <= image.count else {
      return
    }
    let sum = metadataChecksum(image[..<end])
    for place in 0..<4 { image[end + place] = UInt8(truncatingIfNeeded: sum >> (8 * place)) }
  }

  private mutating func collect(
    _ change: FileChanges.Change, at path: ObjectPath
  ) throws(HDF5Error) {
    let id = try path.open(in: file, sourceID)
    defer { H5Idec_ref(id) }
    changes[td_object_address(id)] = change
    for (name, member) in change.members where !member.isLeftOut {
      try collect(member, at: ObjectPath(names: path.names + [name[...]]))
    }
  }

  private mutating func copyRoot(
    _ change: FileChanges.Change, to file: hid_t
  ) throws(HDF5Error) {
    let from = H5Gopen2(sourceID, "/", td_default())
    let to = H5Gopen2(file, "/", td_default())
    defer {
      H5Idec_ref(from)
      H5Idec_ref(to)
    }
    guard from >= 0, to >= 0 else { throw unwritable("/") }
    copied[td_object_address(from)] = "/"
    let creation = H5Gget_create_plist(from)
    defer { H5Pclose(creation) }
    try copyAttributes(of: from, creation, to: to, change.attributes, at: ObjectPath())
    try copyMembers(of: from, creation, to: to, change, at: ObjectPath())
  }

  /// The order in which links are read: of their creation, or as they are found.
  ///
  /// For any other the library makes a table of all of them, and frees what it never had where one cannot be
  /// read (1.10).
  private static func readingOrder(_ flags: UInt32) -> (H5_index_t, H5_iter_order_t) {
    flags & UInt32(H5P_CRT_ORDER_INDEXED) != 0
      ? (H5_INDEX_CRT_ORDER, H5_ITER_INC) : (H5_INDEX_NAME, H5_ITER_NATIVE)
  }

  // MARK: Members

  private mutating func copyMembers(
    of from: hid_t, _ creation: hid_t, to: hid_t, _ change: FileChanges.Change, at path: ObjectPath
  ) throws(HDF5Error) {
    var order: UInt32 = 0
    H5Pget_link_creation_order(creation, &order)
    var facts = H5G_info_t()
    guard H5Gget_info(from, &facts) >= 0 else { throw unreadable(path) }
    let (index, direction) = Self.readingOrder(order)
    for place in 0..<facts.nlinks {
      guard let bytes = linkName(place, index, direction, of: from) else { throw unreadable(path) }
      guard let name = String(validating: bytes, as: UTF8.self) else {
        throw failure(path, .notUTF8)
      }
      let member = ObjectPath(names: path.names + [name[...]])
      if change.members[name]?.isLeftOut == true { continue }
      let link = H5Pcreate(td_link_create())
      defer { H5Pclose(link) }
      H5Pset_char_encoding(link, td_link_name_set(from, name))
      switch td_link_type(from, name) {
      case Int32(H5L_TYPE_HARD.rawValue): try copyObject(name, from, to, link, at: member)
      case Int32(H5L_TYPE_SOFT.rawValue): try copySoftLink(name, from, to, link, at: member)
      case Int32(H5L_TYPE_EXTERNAL.rawValue): throw failure(member, .externalLink)
      default: throw failure(member, .otherLink)
      }
    }
  }

  private func copySoftLink(
    _ name: String, _ from: hid_t, _ to: hid_t, _ link: hid_t, at path: ObjectPath
  ) throws(HDF5Error) {
    var value = [CChar](repeating: 0, count: td_link_value_size(from, name) + 1)
    guard H5Lget_val(from, name, &value, value.count, td_default()) >= 0 else {
      throw unreadable(path)
    }
    guard H5Lcreate_soft(value, to, name, link, td_default()) >= 0 else {
      throw unwritable(path.text)
    }
  }

  private mutating func copyObject(
    _ name: String, _ from: hid_t, _ to: hid_t, _ link: hid_t, at path: ObjectPath
  ) throws(HDF5Error) {
    let old = try path.openLast(in: from, of: file)
    defer { H5Idec_ref(old) }
    let address = td_object_address(old)
    if let place = copied[address] {
      guard H5Lcreate_hard(to, place, to, name, link, td_default()) >= 0 else {
        throw unwritable(path.text)
      }
      return
    }
    copied[address] = path.text
    let change = changes[address]
    switch H5Iget_type(old) {
    case H5I_GROUP: try copyGroup(old, name, to, link, change ?? FileChanges.Change(), at: path)
    case H5I_DATASET:
      if let change {
        try writeDataset(old, name, to, link, change, at: path)
      } else {
        try copyWhole(old, name, from, to, link, H5Dget_create_plist(old), at: path)
      }
    case H5I_DATATYPE where change == nil:
      try copyWhole(old, name, from, to, link, H5Tget_create_plist(old), at: path)
    default: throw failure(path, .notADataset)
    }
  }

  /// Copies a dataset or a named type that does not change.
  ///
  /// The library is left to copy what is packed by filters it cannot pack with, and nothing else; never
  /// attributes, which it would take from a heap of their own with functions it has not set (1.10).
  private mutating func copyWhole(
    _ old: hid_t, _ name: String, _ from: hid_t, _ to: hid_t, _ link: hid_t, _ creation: hid_t,
    at path: ObjectPath
  ) throws(HDF5Error) {
    defer { H5Idec_ref(creation) }
    try check.checkElements(of: old, at: path)
    let new: hid_t
    if H5Iget_type(old) == H5I_DATATYPE {
      new = H5Tcopy(old)
      guard H5Tcommit2(to, name, new, link, creation, td_default()) >= 0 else {
        throw unwritable(path.text)
      }
    } else if ElementCopier.canCreate(creation) {
      // A type that has a name of its own in the old file has none in the new one.
      let type = H5Dget_type(old)
      let ownType = H5Tcopy(type)
      let space = H5Dget_space(old)
      defer { for id in [type, ownType, space] { H5Idec_ref(id) } }
      new = H5Dcreate2(to, name, ownType, space, link, creation, td_default())
      guard new >= 0 else { throw unwritable(path.text) }
      guard ElementCopier(old: old, new: new).run() else {
        // Asked for here: closing the copy clears it.
        let error = unwritable(path.text)
        H5Idec_ref(new)
        throw error
      }
    } else {
      let copying = H5Pcreate(td_object_copy())
      defer { H5Pclose(copying) }
      H5Pset_copy_object(copying, UInt32(H5O_COPY_WITHOUT_ATTR_FLAG))
      guard H5Ocopy(from, name, to, name, copying, link) >= 0 else { throw unwritable(path.text) }
      new = H5Oopen(to, name, td_default())
    }
    guard new >= 0 else { throw unwritable(path.text) }
    defer { H5Idec_ref(new) }
    try copyAttributes(of: old, creation, to: new, nil, at: path)
  }

  private mutating func copyGroup(
    _ old: hid_t, _ name: String, _ to: hid_t, _ link: hid_t, _ change: FileChanges.Change,
    at path: ObjectPath
  ) throws(HDF5Error) {
    let deepest = 100
    guard path.names.count <= deepest else { throw failure(path, .nestedTooDeep) }
    let creation = H5Gget_create_plist(old)
    defer { H5Pclose(creation) }
    let new = H5Gcreate2(to, name, link, creation, td_default())
    guard creation >= 0, new >= 0 else { throw unwritable(path.text) }
    defer { H5Idec_ref(new) }
    try copyAttributes(of: old, creation, to: new, change.attributes, at: path)
    try copyMembers(of: old, creation, to: new, change, at: path)
  }

  // MARK: Datasets

  private func writeDataset(
    _ old: hid_t, _ name: String, _ to: hid_t, _ link: hid_t, _ change: FileChanges.Change,
    at path: ObjectPath
  ) throws(HDF5Error) {
    guard let elements = change.elements else { throw failure(path, .notAGroup) }
    let type = H5Dget_type(old)
    // A type that has a name of its own in the old file has none in the new one.
    let ownType = H5Tcopy(type)
    let space = try widened(old, elements.shape, at: path)
    let creation = H5Dget_create_plist(old)
    defer { for id in [type, ownType, space, creation] { H5Idec_ref(id) } }
    let largestCompact = 60_000
    if H5Pget_layout(creation) == H5D_COMPACT, elements.bytes.count > largestCompact {
      H5Pset_layout(creation, H5D_CONTIGUOUS)
    }
    let new = H5Dcreate2(to, name, ownType, space, link, creation, td_default())
    guard new >= 0 else { throw unwritable(path.text) }
    defer { H5Idec_ref(new) }
    guard
      elements.bytes.isEmpty
        || H5Dwrite(new, ownType, td_all(), td_all(), td_default(), elements.bytes) >= 0
    else { throw unwritable(path.text) }
    try copyAttributes(of: old, creation, to: new, change.attributes, at: path)
  }

  /// The new dimensions, which may grow as far as the old ones might have.
  private func widened(_ old: hid_t, _ shape: [Int], at path: ObjectPath) throws(HDF5Error) -> hid_t
  {
    let space = H5Dget_space(old)
    defer { H5Idec_ref(space) }
    if shape.isEmpty { return H5Screate(H5S_SCALAR) }
    var largest = [hsize_t](repeating: 0, count: shape.count)
    guard H5Sget_simple_extent_dims(space, nil, &largest) == shape.count else {
      throw unreadable(path)
    }
    let dimensions = shape.map(hsize_t.init)
    return H5Screate_simple(
      Int32(shape.count), dimensions, zip(largest, dimensions).map { max($0, $1) })
  }

  // MARK: Attributes

  /// The values are what differs; `nil` at an object that does not change otherwise.
  private func copyAttributes(
    of old: hid_t, _ creation: hid_t, to new: hid_t,
    _ values: [String: FileChanges.AttributeValue]?, at path: ObjectPath
  ) throws(HDF5Error) {
    var order: UInt32 = 0
    H5Pget_attr_creation_order(creation, &order)
    // As they are found, the library (1.10) gives some of those in a heap without the file that their texts are in.
    let index = order & UInt32(H5P_CRT_ORDER_TRACKED) != 0 ? H5_INDEX_CRT_ORDER : H5_INDEX_NAME
    let writer = AttributeWriter(source: source, target: target.target, object: path.text)
    var missing = values ?? [:]
    let count = td_attribute_count(old)
    guard count >= 0 else { throw unreadable(path) }
    for place in 0..<count {
      let attribute = H5Aopen_by_idx(
        old, ".", index, H5_ITER_INC, hsize_t(place), td_default(), td_default())
      guard attribute >= 0 else { throw unreadable(path) }
      defer { H5Aclose(attribute) }
      let name = try writer.name(of: attribute)
      if let value = missing.removeValue(forKey: name) {
        try writer.write(value, name, replacing: attribute, to: new)
      } else {
        try check.check(attribute: attribute, at: "\(path.text)@\(name)")
        try writer.copy(attribute, name, to: new, dropsReferences: values == nil)
      }
    }
    for (name, value) in missing.sorted(by: { $0.key < $1.key }) {
      try writer.write(value, name, replacing: nil, to: new)
    }
  }

  private func failure(_ path: ObjectPath, _ problem: HDF5Error.Problem) -> HDF5Error {
    HDF5Error(file: source, object: path.text, problem)
  }

  private func unreadable(_ path: ObjectPath) -> HDF5Error {
    failure(path, libraryProblem())
  }

  private func unwritable(_ object: String?) -> HDF5Error {
    unwritableError(file: target.target, object: object)
  }
}

/// Why the library could not write: the system's own reason, if it knows one. Call inside the lock.
func unwritableError(file: String, object: String?) -> HDF5Error {
  if let code = librarySystemError() { return HDF5Error(file: file, .cannotWrite(code: code)) }
  return HDF5Error(file: file, object: object, .unwritable(libraryCause()))
}
