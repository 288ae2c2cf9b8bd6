internal import CHDF5

/// Checks what the library is to copy: it copies texts and lists of variable length trusting what
/// refers to them. Lives inside the lock.
struct CopyCheck {
  let file: File

  /// They are in memory at once, 16 bytes each.
  private static let mostReferences = 1 << 24

  /// Checks what an attribute refers to.
  func check(attribute: hid_t, at place: String) throws(HDF5Error) {
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

  /// Checks what the elements of a dataset refer to.
  func checkElements(of dataset: hid_t, at path: ObjectPath) throws(HDF5Error) {
    guard H5Iget_type(dataset) == H5I_DATASET else { return }
    let (type, space) = (H5Dget_type(dataset), H5Dget_space(dataset))
    defer {
      H5Tclose(type)
      H5Sclose(space)
    }
    // Nothing was ever written, so nothing is copied.
    let stored = Int(clamping: H5Dget_storage_size(dataset))
    if stored == 0 { return }
    if case .none = StoredReferences.kind(of: type) { return }
    try checkChunks(of: dataset, space, at: path)
    let count = Int(clamping: H5Sget_simple_extent_npoints(space))
    try check(type, count, at: path.text) { memoryType, buffer in
      H5Dread(dataset, memoryType, td_all(), td_all(), td_default(), buffer)
    }
  }

  /// Chunks of references are unpacked to be copied; those of other elements are copied as they are.
  private func checkChunks(
    of dataset: hid_t, _ space: hid_t, at path: ObjectPath
  ) throws(HDF5Error) {
    let creation = H5Dget_create_plist(dataset)
    defer { H5Pclose(creation) }
    let rank = max(0, Int(H5Sget_simple_extent_ndims(space)))
    var dimensions = [hsize_t](repeating: 0, count: rank)
    H5Sget_simple_extent_dims(space, &dimensions, nil)
    let superblock = file.structure.file.superblock
    guard H5Pget_layout(creation) == H5D_CHUNKED, !dimensions.contains(0),
      let chunk = DatasetFacts.chunkShape(creation, rank: rank),
      let chunks = ChunkCheck(
        creation, shape: dimensions.map { Int(clamping: $0) }, chunk: chunk,
        elementBytes: HeapReference.storedSize(addressBytes: superblock.addressBytes),
        fileSize: superblock.size)
    else { return }
    let problem = chunks.problem(of: 0..<Int(clamping: dimensions[0]), dataset)
    if let problem { throw failure(path.text, problem) }
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
    guard count > 0, count <= Self.mostReferences else {
      let (bytes, overflow) = count.multipliedReportingOverflow(by: size)
      throw failure(place, .tooLarge(bytes: overflow ? nil : bytes, stored: superblock.size))
    }
    let opaque = StoredReferences.type(bytes: size)
    defer { H5Tclose(opaque) }
    var stored = [UInt8](repeating: 0, count: count * size)
    guard stored.withUnsafeMutableBytes({ $0.baseAddress.map { read(opaque, $0) } ?? -1 }) >= 0
    else { throw failure(place, libraryProblem()) }
    var total = 0
    do throws(StructureError) {
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
