internal import CHDF5

extension PendingFile {
  /// Fills the file with a new HDF5 file.
  ///
  /// It is put together in memory: when the disk is full, the library would crash.
  ///
  /// - Throws: `HDF5Error` that names the object which cannot be made, or says that there is no room.
  public func write(_ contents: FileContents) throws(HDF5Error) {
    let image = try withLibrary { () throws(HDF5Error) in
      let access = H5Pcreate(td_file_access())
      defer { H5Pclose(access) }
      td_disable_locking(access)
      let memoryBlock = 1 << 20
      H5Pset_fapl_core(access, memoryBlock, false)
      let file = H5Fcreate(path, td_truncate(), td_default(), access)
      guard file >= 0 else { throw unwritableError(file: target, object: "/") }
      defer { H5Fclose(file) }
      let root = H5Gopen2(file, "/", td_default())
      defer { H5Idec_ref(root) }
      try ContentsWriter(target: target).fill(root, with: contents.root, at: "")
      guard H5Fflush(file, H5F_SCOPE_GLOBAL) >= 0 else {
        throw unwritableError(file: target, object: nil)
      }
      return try fileImage(of: file, for: target)
    }
    try write(image)
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
      }
    }
  }

  private func add<Number: BitwiseCopyable>(
    _ name: String, to group: hid_t, _ shape: [Int], _ type: hid_t, _ numbers: [Number],
    at path: String
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
  }
}
