internal import CHDF5
internal import HDF5
public import LinearAlgebra

/// Writes small HDF5 files for tests, the wrong ones included.
///
/// A call that fails shows when the file is read back, so statuses are not looked at here.
public final class HDF5Writer {
  private let file: hid_t
  private let tracksOrder: Bool

  /// Creates a file, or replaces it.
  ///
  /// - Parameters:
  ///   - path: where.
  ///   - tracksOrder: whether groups remember in which order their members came.
  ///   - userBlock: how many bytes are left free before the file proper: 512 · 2ᵏ.
  /// - Throws: nothing; the library's lock is declared to.
  public init(_ path: String, tracksOrder: Bool = false, userBlock: Int = 0) throws {
    self.tracksOrder = tracksOrder
    file = try withLibrary { () throws(HDF5Error) in
      let creation = H5Pcreate(td_file_create())
      defer { H5Pclose(creation) }
      H5Pset_userblock(creation, hsize_t(userBlock))
      if tracksOrder { Self.trackOrder(creation) }
      return H5Fcreate(path, td_truncate(), creation, td_default())
    }
  }

  private static func trackOrder(_ creation: hid_t) {
    let flags = UInt32(H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED)
    H5Pset_link_creation_order(creation, flags)
    H5Pset_attr_creation_order(creation, flags)
  }

  deinit { locked { H5Fclose(file) } }

  /// Number types of HDF5, in either byte order.
  public enum Stored: Sendable, CaseIterable {
    case float16, float32, float64, float16BigEndian, float32BigEndian, float64BigEndian
    case int8, int16, int32, int64, uint8, uint16, uint32, uint64, int32BigEndian, uint64BigEndian
    case boolean
  }

  /// How the elements are laid out.
  public enum Layout: Sendable {
    case contiguous
    case chunked([Int], deflate: Bool = false)
    /// Chunks under a filter that nobody has.
    case unknownFilter([Int])
    /// The elements are in another file.
    case external(String)
  }

  /// Makes a group, and those on the way to it.
  public func group(_ path: String) {
    locked {
      for place in Self.prefixes(of: path) where H5Lexists(file, place, td_default()) <= 0 {
        let creation = H5Pcreate(td_group_create())
        if tracksOrder { Self.trackOrder(creation) }
        H5Gclose(H5Gcreate2(file, place, td_default(), creation, td_default()))
        H5Pclose(creation)
      }
    }
  }

  /// Writes a dataset, or only declares it when there are no numbers.
  public func dataset(
    _ path: String, _ numbers: [Double]?, shape: [Int], as stored: Stored = .float32,
    layout: Layout = .contiguous
  ) {
    group(Self.parent(of: path))
    locked {
      let space =
        shape.isEmpty
        ? H5Screate(H5S_SCALAR) : H5Screate_simple(Int32(shape.count), shape.map(hsize_t.init), nil)
      let (type, creation) = (Self.type(of: stored), Self.creation(layout))
      let id = H5Dcreate2(file, path, type, space, td_default(), creation, td_default())
      if let numbers, stored == .boolean {
        H5Dwrite(id, type, td_all(), td_all(), td_default(), numbers.map { UInt8($0) })
      } else if let numbers {
        H5Dwrite(id, td_native_double(), td_all(), td_all(), td_default(), numbers)
      }
      for identifier in [id, space, type, creation] { H5Idec_ref(identifier) }
    }
  }

  /// Writes some rows of a dataset that was only declared.
  public func rows(_ path: String, from first: Int, _ numbers: Matrix<Float>) {
    locked {
      let id = H5Dopen2(file, path, td_default())
      let space = H5Dget_space(id)
      let origin = [hsize_t(first), 0]
      let extent = [hsize_t(numbers.rows), hsize_t(numbers.columns)]
      let memory = H5Screate_simple(2, extent, nil)
      H5Sselect_hyperslab(space, H5S_SELECT_SET, origin, nil, extent, nil)
      H5Dwrite(id, td_native_float(), memory, space, td_default(), numbers.storage)
      for identifier in [id, space, memory] { H5Idec_ref(identifier) }
    }
  }

  /// Writes a dataset of opaque elements, as bfloat16 is stored.
  public func opaqueDataset(_ path: String, bytes: Int, shape: [Int]) {
    group(Self.parent(of: path))
    locked {
      let type = H5Tcreate(H5T_OPAQUE, bytes)
      let space = H5Screate_simple(Int32(shape.count), shape.map(hsize_t.init), nil)
      let id = H5Dcreate2(file, path, type, space, td_default(), td_default(), td_default())
      let content = [UInt8](repeating: 1, count: shape.reduce(bytes, *))
      H5Dwrite(id, type, td_all(), td_all(), td_default(), content)
      for identifier in [id, space, type] { H5Idec_ref(identifier) }
    }
  }

  /// Ways to store text.
  public enum TextLayout: Sendable, CaseIterable {
    case variable, variableASCII, nullTerminated, nullPadded, spacePadded
  }

  /// Attaches a text.
  public func attribute(
    _ name: String, of path: String = "/", _ text: String, as layout: TextLayout = .variable
  ) {
    locked { write([Array(text.utf8)], H5Screate(H5S_SCALAR), name, path, layout) }
  }

  /// Attaches a list of texts; an empty one as h5py writes it, as numbers.
  public func attribute(
    _ name: String, of path: String = "/", _ texts: [String], as layout: TextLayout = .variable
  ) {
    locked {
      var count = hsize_t(texts.count)
      let space = H5Screate_simple(1, &count, nil)
      if texts.isEmpty {
        write([0.0], td_native_double(), space, name, path)
      } else {
        write(texts.map { Array($0.utf8) }, space, name, path, layout)
      }
    }
  }

  /// Writes a dataset of texts.
  public func texts(_ path: String, _ texts: [String], as layout: TextLayout = .variable) {
    group(Self.parent(of: path))
    locked {
      var count = hsize_t(texts.count)
      write(texts.map { Array($0.utf8) }, H5Screate_simple(1, &count, nil), nil, path, layout)
    }
  }

  /// Attaches bytes as a text of fixed length, valid or not.
  public func attribute(_ name: String, of path: String = "/", bytes: [UInt8]) {
    locked { write([bytes], H5Screate(H5S_SCALAR), name, path, .nullPadded) }
  }

  /// Attaches a number.
  public func attribute(_ name: String, of path: String = "/", number: Double) {
    locked { write([number], td_native_double(), H5Screate(H5S_SCALAR), name, path) }
  }

  /// Attaches a whole number.
  public func attribute(_ name: String, of path: String = "/", integer: Int) {
    locked { write([Int64(integer)], td_native_int64(), H5Screate(H5S_SCALAR), name, path) }
  }

  /// Attaches a boolean.
  public func attribute(_ name: String, of path: String = "/", boolean: Bool) {
    locked {
      write([boolean ? 1 as UInt8 : 0], Self.type(of: .boolean), H5Screate(H5S_SCALAR), name, path)
    }
  }

  /// Attaches an attribute that holds nothing.
  public func emptyAttribute(_ name: String, of path: String = "/") {
    locked { write([0.0], td_native_double(), H5Screate(H5S_NULL), name, path) }
  }

  /// Attaches a reference to an object, as dimension scales are attached.
  public func reference(_ name: String, of path: String, to target: String) {
    locked {
      var reference = hobj_ref_t()
      H5Rcreate(&reference, file, target, td_object_reference(), -1)
      write([reference], H5Tcopy(td_reference()), H5Screate(H5S_SCALAR), name, path)
    }
  }

  /// Makes a link by path.
  public func softLink(_ path: String, to target: String) {
    locked { H5Lcreate_soft(target, file, path, td_default(), td_default()) }
  }

  /// Gives an object a second name.
  public func hardLink(_ path: String, to target: String) {
    locked { H5Lcreate_hard(file, target, file, path, td_default(), td_default()) }
  }
}

extension HDF5Writer {
  private func locked(_ body: () -> Void) {
    // Nothing is thrown by the bodies here.
    try? withLibrary { () throws(HDF5Error) in body() }
  }

  private func write<Element: BitwiseCopyable>(
    _ elements: [Element], _ type: hid_t, _ space: hid_t, _ name: String?, _ path: String
  ) {
    guard let name else {
      let id = H5Dcreate2(file, path, type, space, td_default(), td_default(), td_default())
      H5Dwrite(id, type, td_all(), td_all(), td_default(), elements)
      for identifier in [id, space] { H5Idec_ref(identifier) }
      return
    }
    let owner = H5Oopen(file, path, td_default())
    let id = H5Acreate2(owner, name, type, space, td_default(), td_default())
    H5Awrite(id, type, elements)
    for identifier in [id, owner, space] { H5Idec_ref(identifier) }
  }

  private func write(
    _ texts: [[UInt8]], _ space: hid_t, _ name: String?, _ path: String, _ layout: TextLayout
  ) {
    let type = H5Tcopy(td_c_string())
    defer { H5Tclose(type) }
    H5Tset_cset(type, layout == .variableASCII ? H5T_CSET_ASCII : H5T_CSET_UTF8)
    if layout == .variable || layout == .variableASCII {
      H5Tset_size(type, td_variable_size())
      let copies = texts.map { text in
        let copy = UnsafeMutablePointer<UInt8>.allocate(capacity: text.count + 1)
        for (i, byte) in (text + [0]).enumerated() { copy[i] = byte }
        return copy
      }
      write(copies, type, space, name, path)
      for copy in copies { copy.deallocate() }
      return
    }
    let (size, filler) = Self.field(for: texts, layout)
    H5Tset_size(type, size)
    switch layout {
    case .nullTerminated: H5Tset_strpad(type, H5T_STR_NULLTERM)
    case .spacePadded: H5Tset_strpad(type, H5T_STR_SPACEPAD)
    default: H5Tset_strpad(type, H5T_STR_NULLPAD)
    }
    let bytes = texts.flatMap { $0 + [UInt8](repeating: filler, count: size - $0.count) }
    write(bytes, type, space, name, path)
  }

  private static func field(for texts: [[UInt8]], _ layout: TextLayout) -> (Int, UInt8) {
    let longest = texts.map(\.count).max() ?? 0
    return (
      max(1, layout == .nullTerminated ? longest + 1 : longest),
      layout == .spacePadded ? UInt8(ascii: " ") : 0
    )
  }

  private static func creation(_ layout: Layout) -> hid_t {
    let creation = H5Pcreate(td_dataset_create())
    switch layout {
    case .contiguous: break
    case .chunked(let chunk, let deflate):
      H5Pset_chunk(creation, Int32(chunk.count), chunk.map(hsize_t.init))
      if deflate { H5Pset_deflate(creation, 4) }
    case .unknownFilter(let chunk):
      H5Pset_chunk(creation, Int32(chunk.count), chunk.map(hsize_t.init))
      H5Pset_filter(creation, 32001, UInt32(H5Z_FLAG_OPTIONAL), 0, nil)
    case .external(let path): H5Pset_external(creation, path, 0, 1 << 20)
    }
    return creation
  }

  private static func type(of stored: Stored) -> hid_t {
    switch stored {
    case .float16, .float16BigEndian:
      let type = H5Tcopy(td_native_float())
      H5Tset_fields(type, 15, 10, 5, 0, 10)
      H5Tset_size(type, 2)
      H5Tset_ebias(type, 15)
      if stored == .float16BigEndian { H5Tset_order(type, H5T_ORDER_BE) }
      return type
    case .float32: return H5Tcopy(td_native_float())
    case .float64: return H5Tcopy(td_native_double())
    case .float32BigEndian: return bigEndian(td_native_float())
    case .float64BigEndian: return bigEndian(td_native_double())
    case .int8: return integer(td_native_int64(), bits: 8)
    case .int16: return integer(td_native_int64(), bits: 16)
    case .int32: return integer(td_native_int64(), bits: 32)
    case .int64: return integer(td_native_int64(), bits: 64)
    case .uint8: return integer(td_native_uint64(), bits: 8)
    case .uint16: return integer(td_native_uint64(), bits: 16)
    case .uint32: return integer(td_native_uint64(), bits: 32)
    case .uint64: return integer(td_native_uint64(), bits: 64)
    case .int32BigEndian:
      let type = integer(td_native_int64(), bits: 32)
      H5Tset_order(type, H5T_ORDER_BE)
      return type
    case .uint64BigEndian: return bigEndian(td_native_uint64())
    case .boolean:
      let type = H5Tenum_create(td_native_int8())
      var value: Int8 = 0
      H5Tenum_insert(type, "FALSE", &value)
      value = 1
      H5Tenum_insert(type, "TRUE", &value)
      return type
    }
  }

  private static func bigEndian(_ type: hid_t) -> hid_t {
    let copy = H5Tcopy(type)
    H5Tset_order(copy, H5T_ORDER_BE)
    return copy
  }

  private static func integer(_ type: hid_t, bits: Int) -> hid_t {
    let copy = H5Tcopy(type)
    H5Tset_size(copy, bits / 8)
    return copy
  }

  private static func parent(of path: String) -> String {
    String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
  }

  private static func prefixes(of path: String) -> [String] {
    let names = path.split(separator: "/")
    return names.indices.map { names[...$0].joined(separator: "/") }
  }
}
