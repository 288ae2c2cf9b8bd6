internal import CHDF5

/// Copies the elements of a dataset into a new one of the same type, shape and layout. Lives inside the
/// lock.
///
/// The library's own copy of objects (1.10) frees things twice where it fails half-way, as it does at
/// what it cannot decode.
struct ElementCopier {
  let old: hid_t
  let new: hid_t

  /// Whether a dataset can be made anew: the library makes none under filters that it cannot pack with.
  static func canCreate(_ creation: hid_t) -> Bool {
    (0..<UInt32(max(0, H5Pget_nfilters(creation)))).allSatisfy { index in
      var valueCount = 0
      var settings: UInt32 = 0
      let filter = H5Pget_filter2(creation, index, nil, &valueCount, nil, 0, nil, nil)
      return filter >= 0 && H5Zget_filter_info(filter, &settings) >= 0
        && settings & UInt32(H5Z_FILTER_CONFIG_ENCODE_ENABLED) != 0
    }
  }

  /// - Returns: whether all were copied, or there are none.
  func run() -> Bool {
    let (type, space) = (H5Dget_type(old), H5Dget_space(old))
    let creation = H5Dget_create_plist(old)
    defer { for id in [type, space, creation] { H5Idec_ref(id) } }
    // References would lead nowhere in a copy; elements of other files stay there.
    let isEmpty =
      H5Dget_storage_size(old) == 0 || H5Tdetect_class(type, H5T_REFERENCE) > 0
      || H5Pget_layout(creation) == H5D_VIRTUAL || H5Pget_external_count(creation) > 0
    if isEmpty { return true }
    if H5Pget_layout(creation) == H5D_CHUNKED, case .none = StoredReferences.kind(of: type) {
      return copyChunks(space, creation)
    }
    let rank = max(0, Int(H5Sget_simple_extent_ndims(space)))
    var shape = [hsize_t](repeating: 0, count: rank)
    H5Sget_simple_extent_dims(space, &shape, nil)
    return rank == 0 ? copyRows(nil, 1, type) : copyBlocks(shape, type)
  }

  // MARK: Rows

  private func copyBlocks(_ shape: [hsize_t], _ type: hid_t) -> Bool {
    let blockBytes = 16 << 20
    let rowWidth = shape.dropFirst().reduce(1) { $0 * Int($1) }
    let rows = max(1, blockBytes / max(1, rowWidth * H5Tget_size(type)))
    var first = 0
    while first < Int(shape[0]) {
      let count = min(rows, Int(shape[0]) - first)
      let extent = [hsize_t(count)] + shape.dropFirst()
      let origin = [hsize_t(first)] + shape.dropFirst().map { _ in 0 }
      let file = H5Screate_simple(Int32(shape.count), shape, nil)
      defer { H5Sclose(file) }
      H5Sselect_hyperslab(file, H5S_SELECT_SET, origin, nil, extent, nil)
      guard copyRows((file, extent), count * rowWidth, type) else { return false }
      first += count
    }
    return true
  }

  private func copyRows(
    _ selection: (file: hid_t, extent: [hsize_t])?, _ count: Int, _ type: hid_t
  ) -> Bool {
    let memory =
      selection.map { H5Screate_simple(Int32($0.extent.count), $0.extent, nil) }
      ?? H5Screate(H5S_SCALAR)
    let own = H5Tcopy(type)
    defer {
      H5Sclose(memory)
      H5Tclose(own)
    }
    let file = selection?.file ?? td_all()
    var bytes = [UInt8](repeating: 0, count: count * H5Tget_size(own))
    guard H5Dread(old, own, memory, file, td_default(), &bytes) >= 0 else { return false }
    // Texts of variable length were allocated by the library.
    defer {
      if case .references = StoredReferences.kind(of: own) {
        H5Dvlen_reclaim(own, memory, td_default(), &bytes)
      }
    }
    return H5Dwrite(new, own, memory, file, td_default(), bytes) >= 0
  }

  // MARK: Chunks

  /// Copies chunks packed as they are.
  private func copyChunks(_ space: hid_t, _ creation: hid_t) -> Bool {
    let rank = max(0, Int(H5Sget_simple_extent_ndims(space)))
    var shape = [hsize_t](repeating: 0, count: rank)
    H5Sget_simple_extent_dims(space, &shape, nil)
    guard let chunk = DatasetFacts.chunkShape(creation, rank: rank), !shape.contains(0) else {
      return true
    }
    let written = Int(td_chunk_count(old, space))
    let counts = zip(shape, chunk).map { (Int($0) - 1) / $1 + 1 }
    let all = counts.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
    guard written >= 0 else { return false }
    // Looked up one by one where most are there; counted through where few are.
    guard (1...max(1000, 2 * written)).contains(all), counts.allSatisfy({ $0 <= all }) else {
      return (0..<written).allSatisfy { copyChunk(number: $0, space, rank) }
    }
    return (0..<all).allSatisfy { number in
      var rest = number
      var origin = [hsize_t](repeating: 0, count: rank)
      for dimension in (0..<rank).reversed() {
        origin[dimension] = hsize_t(rest % counts[dimension] * chunk[dimension])
        rest /= counts[dimension]
      }
      var size: hsize_t = 0
      return H5Dget_chunk_storage_size(old, origin, &size) >= 0
        && (size == 0 || copyChunk(at: origin, size))
    }
  }

  private func copyChunk(number: Int, _ space: hid_t, _ rank: Int) -> Bool {
    var origin = [hsize_t](repeating: 0, count: rank)
    var (mask, address, size): (UInt32, haddr_t, hsize_t) = (0, 0, 0)
    return H5Dget_chunk_info(old, space, hsize_t(number), &origin, &mask, &address, &size) >= 0
      && copyChunk(at: origin, size)
  }

  private func copyChunk(at origin: [hsize_t], _ size: hsize_t) -> Bool {
    var fileSize: hsize_t = 0
    let file = H5Iget_file_id(old)
    defer { H5Idec_ref(file) }
    guard H5Fget_filesize(file, &fileSize) >= 0, size <= fileSize else { return false }
    var mask: UInt32 = 0
    var bytes = [UInt8](repeating: 0, count: Int(size))
    return H5Dread_chunk(old, td_default(), origin, &mask, &bytes) >= 0
      && H5Dwrite_chunk(new, td_default(), mask, origin, Int(size), bytes) >= 0
  }
}
