internal import CHDF5

/// Copies and writes the attributes of one object. Lives inside the lock.
struct AttributeWriter {
  let source: String
  let target: String
  /// The object, for errors.
  let object: String

  /// The name of an open attribute.
  func name(of attribute: hid_t) throws(HDF5Error) -> String {
    let length = H5Aget_name(attribute, 0, nil)
    guard (0..<65536).contains(length) else { throw unreadable(object) }
    var bytes = [CChar](repeating: 0, count: length + 1)
    guard H5Aget_name(attribute, bytes.count, &bytes) == length else { throw unreadable(object) }
    let text = String(validating: bytes.prefix(length).map(UInt8.init(bitPattern:)), as: UTF8.self)
    guard let text else { throw HDF5Error(file: source, object: object, .notUTF8) }
    return text
  }

  /// Copies an attribute to an object of another file: its type, shape and bytes.
  ///
  /// With `dropsReferences`, references to other objects become such to none, and are no error.
  func copy(
    _ attribute: hid_t, _ name: String, to owner: hid_t, dropsReferences: Bool
  ) throws(HDF5Error) {
    let path = "\(object)@\(name)"
    let type = H5Aget_type(attribute)
    let space = H5Aget_space(attribute)
    let creation = H5Aget_create_plist(attribute)
    // A type that has a name of its own in the old file has none in the new one.
    let ownType = H5Tcopy(type)
    guard ownType >= 0, space >= 0, creation >= 0 else { throw unreadable(path) }
    defer { for id in [type, ownType, space, creation] { H5Idec_ref(id) } }
    let holdsReferences = H5Tdetect_class(type, H5T_REFERENCE) > 0
    if holdsReferences, !dropsReferences {
      throw HDF5Error(file: source, object: path, .holdsReferences)
    }
    let copy = H5Acreate2(owner, name, ownType, space, creation, td_default())
    guard copy >= 0 else { throw unwritable(path) }
    defer { H5Aclose(copy) }
    let count = Int(H5Sget_simple_extent_npoints(space))
    guard !holdsReferences, count > 0, H5Sget_simple_extent_type(space) != H5S_NULL else { return }
    let (byteCount, overflow) = count.multipliedReportingOverflow(by: H5Tget_size(ownType))
    guard !overflow, byteCount <= AttributeReader.largestBytes else {
      throw HDF5Error(
        file: source, object: path, .tooLarge(bytes: overflow ? nil : byteCount, stored: 0))
    }
    var bytes = [UInt8](repeating: 0, count: byteCount)
    guard H5Aread(attribute, ownType, &bytes) >= 0 else { throw unreadable(path) }
    // Texts of variable length were allocated by the library.
    defer { H5Dvlen_reclaim(ownType, space, td_default(), &bytes) }
    guard H5Awrite(copy, ownType, bytes) >= 0 else { throw unwritable(path) }
  }

  /// Attaches a value; text in the character set of the attribute it replaces.
  func write(
    _ value: FileChanges.AttributeValue, _ name: String, replacing old: hid_t?, to owner: hid_t
  ) throws(HDF5Error) {
    switch value {
    case .integer(let integer): try write([Int64(integer)], td_native_int64(), nil, name, owner)
    case .number(let number): try write([number], td_native_double(), nil, name, owner)
    case .text(let text): try write([text], isList: false, old, name, owner)
    // As h5py writes it: an empty list has no type of text.
    case .texts([]): try write([Double](), td_native_double(), 0, name, owner)
    case .texts(let texts): try write(texts, isList: true, old, name, owner)
    }
  }

  private func write(
    _ texts: [String], isList: Bool, _ old: hid_t?, _ name: String, _ owner: hid_t
  ) throws(HDF5Error) {
    let type = H5Tcopy(td_c_string())
    defer { H5Tclose(type) }
    H5Tset_size(type, td_variable_size())
    H5Tset_cset(type, characterSet(of: old))
    // One buffer for all: the library wants the address of each, and a zero at its end.
    var bytes: [UInt8] = []
    var starts: [Int] = []
    for text in texts {
      starts.append(bytes.count)
      bytes += text.utf8
      bytes.append(0)
    }
    let written = try bytes.withUnsafeBufferPointer { (buffer) throws(HDF5Error) -> Bool in
      guard let start = buffer.baseAddress else { return false }
      try write(starts.map { start + $0 }, type, isList ? texts.count : nil, name, owner)
      return true
    }
    precondition(written, "a text has a zero at its end")
  }

  private func characterSet(of attribute: hid_t?) -> H5T_cset_t {
    guard let attribute else { return H5T_CSET_UTF8 }
    let type = H5Aget_type(attribute)
    defer { H5Tclose(type) }
    guard H5Tget_class(type) == H5T_STRING else { return H5T_CSET_UTF8 }
    return H5Tget_cset(type)
  }

  private func write<Element: BitwiseCopyable>(
    _ elements: [Element], _ type: hid_t, _ count: Int?, _ name: String, _ owner: hid_t
  ) throws(HDF5Error) {
    let space = count.map { H5Screate_simple(1, [hsize_t($0)], nil) } ?? H5Screate(H5S_SCALAR)
    defer { H5Sclose(space) }
    let id = H5Acreate2(owner, name, type, space, td_default(), td_default())
    guard id >= 0 else { throw unwritable("\(object)@\(name)") }
    defer { H5Aclose(id) }
    guard elements.isEmpty || H5Awrite(id, type, elements) >= 0 else {
      throw unwritable("\(object)@\(name)")
    }
  }

  private func unreadable(_ path: String) -> HDF5Error {
    HDF5Error(file: source, object: path, libraryProblem())
  }

  private func unwritable(_ path: String) -> HDF5Error {
    unwritableError(file: target, object: path)
  }
}
