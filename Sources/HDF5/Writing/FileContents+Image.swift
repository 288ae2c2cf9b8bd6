internal import CHDF5

extension FileContents {
  /// The bytes of a file of these contents.
  ///
  /// It is put together in memory: when the disk is full, the library would crash.
  ///
  /// - Parameter target: what errors call it.
  /// - Returns: a whole file.
  /// - Throws: `HDF5Error` that names the object which cannot be made.
  func image(for target: String) throws(HDF5Error) -> [UInt8] {
    try withLibrary { () throws(HDF5Error) in
      let access = H5Pcreate(td_file_access())
      defer { H5Pclose(access) }
      td_disable_locking(access)
      let memoryBlock = 1 << 16
      H5Pset_fapl_core(access, memoryBlock, false)
      // Two files of one name would be taken for the same one.
      let unique = "\(UInt64.random(in: 0 ... .max)) in memory"
      let file = H5Fcreate(unique, td_truncate(), td_default(), access)
      guard file >= 0 else { throw unwritableError(file: target, object: "/") }
      defer { H5Fclose(file) }
      let root = H5Gopen2(file, "/", td_default())
      defer { H5Idec_ref(root) }
      try ContentsWriter(target: target).fill(root, with: self.root, at: "")
      guard H5Fflush(file, H5F_SCOPE_GLOBAL) >= 0 else {
        throw unwritableError(file: target, object: nil)
      }
      return try fileImage(of: file, for: target)
    }
  }
}

extension File {
  /// A file of contents that another format held, all of it in memory.
  ///
  /// - Parameters:
  ///   - contents: what is in it.
  ///   - name: what messages call it: the file they came from.
  /// - Throws: `HDF5Error` if there is no room for it.
  package init(_ contents: FileContents, named name: String) throws(HDF5Error) {
    try self.init(image: contents.image(for: name), named: name)
  }
}

/// The bytes of an open file in memory. Call inside the lock.
func fileImage(of file: hid_t, for target: String) throws(HDF5Error) -> [UInt8] {
  let size = H5Fget_file_image(file, nil, 0)
  guard size > 0 else { throw unwritableError(file: target, object: nil) }
  let image = [UInt8](unsafeUninitializedCapacity: size) { buffer, initialized in
    initialized = max(0, H5Fget_file_image(file, buffer.baseAddress, size))
  }
  guard image.count == size else { throw unwritableError(file: target, object: nil) }
  return image
}

/// Makes the objects of a new file. Lives inside the lock.
private struct ContentsWriter {
  let target: String

  func fill(_ group: hid_t, with node: FileContents.Node, at path: String) throws(HDF5Error) {
    let attributes = AttributeWriter(
      source: target, target: target, object: path.isEmpty ? "/" : path)
    for (name, value) in node.attributes {
      try attributes.write(value, name, replacing: nil, to: group)
    }
    for (name, member) in node.members {
      let place = "\(path)/\(name)"
      switch member {
      case .group(let node):
        let id = H5Gcreate2(group, name, td_default(), td_default(), td_default())
        guard id >= 0 else { throw unwritableError(file: target, object: place) }
        defer { H5Idec_ref(id) }
        try fill(id, with: node, at: place)
      case .dataset(let shape, .floats(let numbers)):
        try add(name, to: group, shape, td_native_float(), numbers, at: place)
      case .dataset(let shape, .integers(let numbers)):
        try add(name, to: group, shape, td_native_int64(), numbers, at: place)
      case .dataset(let shape, .stored(let elements)):
        let type = elements.fileType()
        defer { H5Tclose(type) }
        try add(
          name, to: group, shape, type, elements.bytes, at: place,
          mark: elements.type == .bfloat16 ? "bfloat16" : nil)
      }
    }
  }

  /// A dataset; `mark` becomes its attribute `dtype`, as Keras marks what HDF5 has no type for.
  private func add<Number: BitwiseCopyable>(
    _ name: String, to group: hid_t, _ shape: [Int], _ type: hid_t, _ numbers: [Number],
    at path: String, mark: String? = nil
  ) throws(HDF5Error) {
    let space =
      shape.isEmpty
      ? H5Screate(H5S_SCALAR) : H5Screate_simple(Int32(shape.count), shape.map(hsize_t.init), nil)
    let id = H5Dcreate2(group, name, type, space, td_default(), td_default(), td_default())
    defer {
      H5Idec_ref(space)
      if id >= 0 { H5Idec_ref(id) }
    }
    guard id >= 0,
      numbers.isEmpty || H5Dwrite(id, type, td_all(), td_all(), td_default(), numbers) >= 0
    else { throw unwritableError(file: target, object: path) }
    if let mark {
      try AttributeWriter(source: target, target: target, object: path)
        .write(.text(mark), "dtype", replacing: nil, to: id)
    }
  }
}
