internal import CHDF5
internal import Synchronization

/// Unpacks the chunks of a dataset once before the library does, and keeps nothing.
///
/// The library takes a chunk for whole that unpacks to less, and reads what stands behind it in memory;
/// it takes whatever memory one needs that unpacks to more; and some of its filters read on behind what
/// is packed.
final class ChunkCheck: Sendable {
  private let shape: [Int]
  private let chunk: [Int]
  private let chunkBytes: Int
  private let filters: [Filter]
  private let fileSize: Int
  /// Whether chunks that reach beyond the dataset go through no filter.
  private let leavesEdges: Bool
  /// The bands of chunks, across all rows of one, that were unpacked.
  private let checked = Mutex<Set<Int>>([])

  private struct Filter {
    let number: H5Z_filter_t
    let values: [UInt32]
  }

  /// For a dataset in chunks; `nil` if it has no filters. Call inside the lock.
  ///
  /// - Parameters:
  ///   - creation: the dataset's properties.
  ///   - shape: its dimensions, none of them 0.
  ///   - chunk: those of a chunk.
  ///   - elementBytes: the bytes of an element in the file.
  ///   - fileSize: no chunk is larger.
  init?(_ creation: hid_t, shape: [Int], chunk: [Int], elementBytes: Int, fileSize: Int) {
    let count = H5Pget_nfilters(creation)
    guard count > 0, !shape.isEmpty else { return nil }
    let largestCount = 64
    filters = (0..<UInt32(count)).map { index in
      var values = [UInt32](repeating: 0, count: largestCount)
      var valueCount = largestCount
      let number = H5Pget_filter2(creation, index, nil, &valueCount, &values, 0, nil, nil)
      return Filter(number: number, values: Array(values.prefix(valueCount)))
    }
    (self.shape, self.chunk, self.fileSize) = (shape, chunk, fileSize)
    var flags: UInt32 = 0
    H5Pget_chunk_opts(creation, &flags)
    leavesEdges = flags & UInt32(H5D_CHUNK_DONT_FILTER_PARTIAL_CHUNKS) != 0
    chunkBytes = chunk.reduce(elementBytes, *)
  }

  /// Checks the chunks that hold some rows. Call inside the lock.
  ///
  /// - Returns: what is wrong with the first chunk that is not sound.
  func problem(of rows: Range<Int>, _ dataset: hid_t) -> HDF5Error.Problem? {
    guard !rows.isEmpty else { return nil }
    for band in rows.lowerBound / chunk[0]...(rows.upperBound - 1) / chunk[0] {
      if checked.withLock({ $0.contains(band) }) { continue }
      if let problem = problem(ofBand: band, dataset) { return problem }
      checked.withLock { _ = $0.insert(band) }
    }
    return nil
  }

  private func problem(ofBand band: Int, _ dataset: hid_t) -> HDF5Error.Problem? {
    // Which chunk of the band, along each dimension but the first.
    var place = [Int](repeating: 0, count: shape.count)
    place[0] = band
    while true {
      let origin = zip(place, chunk).map { hsize_t($0 * $1) }
      if let problem = problem(ofChunkAt: origin, dataset) { return problem }
      var dimension = shape.count - 1
      while dimension > 0, (place[dimension] + 1) * chunk[dimension] >= shape[dimension] {
        place[dimension] = 0
        dimension -= 1
      }
      if dimension <= 0 { return nil }
      place[dimension] += 1
    }
  }

  private func problem(ofChunkAt origin: [hsize_t], _ dataset: hid_t) -> HDF5Error.Problem? {
    var size: hsize_t = 0
    guard H5Dget_chunk_storage_size(dataset, origin, &size) >= 0 else {
      return libraryProblem()
    }
    // What was never written is filled in.
    if size == 0 { return nil }
    guard size <= hsize_t(fileSize) else {
      return .tooLarge(bytes: Int(clamping: size), stored: fileSize)
    }
    if leavesEdges, isAtEdge(origin) {
      return size == chunkBytes ? nil : .chunkSize(bytes: Int(size), expected: chunkBytes)
    }
    var mask: UInt32 = 0
    var bytes = [UInt8](repeating: 0, count: Int(size))
    guard H5Dread_chunk(dataset, td_default(), origin, &mask, &bytes) >= 0 else {
      return libraryProblem()
    }
    guard let unpacked = unpackedSize(of: bytes, mask) else { return nil }
    return unpacked == chunkBytes ? nil : .chunkSize(bytes: unpacked, expected: chunkBytes)
  }

  /// Whether a part of the chunk lies beyond the dataset.
  private func isAtEdge(_ origin: [hsize_t]) -> Bool {
    zip(origin, zip(chunk, shape)).contains { Int($0) + $1.0 > $1.1 }
  }

  /// The number of bytes after all filters are undone, the last one first.
  ///
  /// - Returns: `nil` of what the library itself refuses in time, and says more of.
  private func unpackedSize(of bytes: [UInt8], _ mask: UInt32) -> Int? {
    var packed = bytes[...]
    for (place, filter) in filters.enumerated().reversed() where mask >> place & 1 == 0 {
      switch filter.number {
      case H5Z_FILTER_SHUFFLE: break
      case H5Z_FILTER_FLETCHER32: packed = packed.dropLast(4)
      case H5Z_FILTER_DEFLATE:
        // One byte more tells that there would be more.
        let room = chunkBytes + 64
        let content = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
          count = packed.withUnsafeBufferPointer {
            max(0, td_inflate($0.baseAddress, $0.count, buffer.baseAddress, room))
          }
        }
        if content.isEmpty { return nil }
        packed = content[...]
      default: return unpackedSize(by: filter, packed)
      }
    }
    return packed.count
  }

  /// The number of bytes after `filter` is undone, for filters that store this number in the data.
  private func unpackedSize(by filter: Filter, _ packed: ArraySlice<UInt8>) -> Int? {
    func value(_ index: Int) -> Int { index < filter.values.count ? Int(filter.values[index]) : 0 }
    func bytes(of bitCount: Int) -> Int { bitCount / 8 + (bitCount % 8 > 0 ? 1 : 0) }
    let head = packed.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    switch filter.number {
    case LZF.filter: return value(2)
    case H5Z_FILTER_SZIP: return packed.count < 4 ? 0 : head
    case H5Z_FILTER_SCALEOFFSET:
      // The bits of a number, the smallest number, then the differences.
      let (count, size, header) = (value(2), value(4), 21)
      guard (1...8).contains(size), head <= 8 * size else { return 0 }
      let isWhole = packed.count >= header + bytes(of: count * head)
      return isWhole && count <= chunkBytes ? count * size : 0
    case H5Z_FILTER_NBIT:
      // Numbers alone: of compound elements none is read.
      let (isPlain, count, kind, size) = (value(1) != 0, value(2), value(3), value(4))
      if isPlain { return packed.count }
      let (precision, offset) = (value(6), value(7))
      guard kind == 1, precision + offset <= 8 * size, count <= chunkBytes,
        packed.count >= bytes(of: count * precision)
      else { return 0 }
      return count * size
    default: return nil
    }
  }
}
