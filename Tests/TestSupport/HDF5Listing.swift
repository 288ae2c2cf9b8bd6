internal import CHDF5
internal import HDF5

/// Everything a file holds, object by object, for comparing one file with another.
public struct HDF5Listing: Equatable, Sendable {
  /// An object, by one of its names.
  public struct Object: Equatable, Sendable {
    /// Type, layout and filters; the names in a group, in their order; where a soft link leads.
    public var form = ""
    /// The dimensions of a dataset.
    public var shape: [Int] = []
    /// The elements as they lie in the file.
    public var bytes: [UInt8] = []
    /// Type, shape and value of each attribute.
    public var attributes: [String: String] = [:]
    /// The attributes in order.
    public var attributeNames: [String] = []
  }

  /// The objects by their paths.
  public private(set) var objects: [String: Object] = [:]

  /// Lists a file.
  ///
  /// - Throws: nothing; the library's lock is declared to.
  public init(_ path: String) throws {
    objects = try withLibrary { () throws(HDF5Error) in
      var lister = Lister()
      // As the library under test opens it: a file that is open twice is so in one way.
      let access = H5Pcreate(td_file_access())
      td_disable_locking(access)
      let file = H5Fopen(path, td_read_only(), access)
      H5Pclose(access)
      let root = H5Gopen2(file, "/", td_default())
      lister.list(root, at: "")
      H5Gclose(root)
      H5Fclose(file)
      return lister.objects
    }
  }

  /// The texts of variable length that a dataset holds.
  ///
  /// - Throws: nothing; the library's lock is declared to.
  public static func texts(of dataset: String, in path: String) throws -> [String] {
    try withLibrary { () throws(HDF5Error) in
      let access = H5Pcreate(td_file_access())
      td_disable_locking(access)
      let file = H5Fopen(path, td_read_only(), access)
      H5Pclose(access)
      let id = H5Dopen2(file, dataset, td_default())
      let (type, space) = (H5Dget_type(id), H5Dget_space(id))
      let count = max(0, Int(H5Sget_simple_extent_npoints(space)))
      var pointers = [UnsafeMutablePointer<CChar>?](repeating: nil, count: count)
      H5Dread(id, type, td_all(), td_all(), td_default(), &pointers)
      let texts = pointers.map { $0.map { String(cString: $0) } ?? "" }
      H5Dvlen_reclaim(type, space, td_default(), &pointers)
      for identifier in [type, space, id, file] { H5Idec_ref(identifier) }
      return texts
    }
  }
}

private struct Lister {
  var objects: [String: HDF5Listing.Object] = [:]
  private var visited: [UInt64: String] = [:]

  mutating func list(_ id: hid_t, at path: String) {
    let name = path.isEmpty ? "/" : path
    if let first = visited.updateValue(name, forKey: td_object_address(id)) {
      objects[name] = HDF5Listing.Object(form: "same as \(first)")
      return
    }
    var object = HDF5Listing.Object()
    for index in 0..<td_attribute_count(id) {
      let attribute = H5Aopen_by_idx(
        id, ".", H5_INDEX_NAME, H5_ITER_INC, hsize_t(index), td_default(), td_default())
      var bytes = [CChar](repeating: 0, count: 1000)
      H5Aget_name(attribute, bytes.count, &bytes)
      let name = String(decoding: bytes.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
      object.attributeNames.append(name)
      object.attributes[name] = value(of: attribute)
      H5Aclose(attribute)
    }
    if H5Iget_type(id) == H5I_GROUP {
      let creation = H5Gget_create_plist(id)
      var order: UInt32 = 0
      H5Pget_link_creation_order(creation, &order)
      H5Pclose(creation)
      let names = childNames(of: id, inOrderOfCreation: order != 0)
      object.form = "group\(order): \(names.joined(separator: " "))"
      objects[name] = object
      for child in names {
        if td_link_type(id, child) == Int32(H5L_TYPE_SOFT.rawValue) {
          objects["\(path)/\(child)"] = HDF5Listing.Object(form: "soft link")
          continue
        }
        let childID = H5Oopen(id, child, td_default())
        list(childID, at: "\(path)/\(child)")
        H5Idec_ref(childID)
      }
    } else if H5Iget_type(id) == H5I_DATASET {
      read(id, &object)
      objects[name] = object
    } else {
      object.form = "named type"
      objects[name] = object
    }
  }

  private func childNames(of group: hid_t, inOrderOfCreation isOrdered: Bool) -> [String] {
    var facts = H5G_info_t()
    H5Gget_info(group, &facts)
    return (0..<facts.nlinks).map { index in
      var bytes = [CChar](repeating: 0, count: 1000)
      H5Lget_name_by_idx(
        group, ".", isOrdered ? H5_INDEX_CRT_ORDER : H5_INDEX_NAME, H5_ITER_INC, index, &bytes,
        bytes.count, td_default())
      return String(
        decoding: bytes.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
  }

  private func read(_ id: hid_t, _ object: inout HDF5Listing.Object) {
    let (type, space) = (H5Dget_type(id), H5Dget_space(id))
    let creation = H5Dget_create_plist(id)
    object.shape = shape(of: space)
    let filters = (0..<max(0, H5Pget_nfilters(creation))).map { index in
      var count = 0
      return H5Pget_filter2(creation, UInt32(index), nil, &count, nil, 0, nil, nil)
    }
    object.form = "dataset \(form(of: type)) \(H5Pget_layout(creation).rawValue) \(filters)"
    object.bytes = [UInt8](
      repeating: 0, count: object.shape.reduce(Int(H5Tget_size(type)), *))
    H5Dread(id, type, td_all(), td_all(), td_default(), &object.bytes)
    for identifier in [type, space, creation] { H5Idec_ref(identifier) }
  }

  private func shape(of space: hid_t) -> [Int] {
    let rank = max(0, Int(H5Sget_simple_extent_ndims(space)))
    var shape = [hsize_t](repeating: 0, count: rank)
    H5Sget_simple_extent_dims(space, &shape, nil)
    return shape.map(Int.init)
  }

  /// The type, byte for byte as the library writes it down.
  private func form(of type: hid_t) -> String {
    var size = 0
    let copy = H5Tcopy(type)
    defer { H5Tclose(copy) }
    H5Tencode(copy, nil, &size)
    var bytes = [UInt8](repeating: 0, count: size)
    H5Tencode(copy, &bytes, &size)
    return bytes.map { String($0, radix: 16) }.joined()
  }

  private func value(of attribute: hid_t) -> String {
    let (type, space) = (H5Aget_type(attribute), H5Aget_space(attribute))
    defer {
      H5Tclose(type)
      H5Sclose(space)
    }
    let head =
      "\(form(of: type)) \(H5Sget_simple_extent_type(space).rawValue) \(shape(of: space)) "
    let count = max(0, Int(H5Sget_simple_extent_npoints(space)))
    if H5Tis_variable_str(type) > 0 {
      var pointers = [UnsafeMutablePointer<CChar>?](repeating: nil, count: count)
      if count > 0 { H5Aread(attribute, type, &pointers) }
      defer { if count > 0 { H5Dvlen_reclaim(type, space, td_default(), &pointers) } }
      return head + "\(pointers.map { $0.map { String(cString: $0) } ?? "" })"
    }
    var bytes = [UInt8](repeating: 0, count: count * H5Tget_size(type))
    if !bytes.isEmpty { H5Aread(attribute, type, &bytes) }
    return head + "\(bytes)"
  }
}
