internal import CHDF5

/// Properties of a dataset, read and checked when it is opened. Created inside the lock.
struct DatasetFacts: Sendable {
  private(set) var id: hid_t
  private(set) var shape: [Int] = []
  private(set) var elementType = ElementType.unknown
  private(set) var encoding = Dataset.Encoding.other
  private(set) var storedBytes = 0
  private(set) var chunks: ChunkCheck?

  /// A dataset of more bytes than this must store at least one byte in `plausibleRatio`, as in
  /// Keras.
  private static let alwaysPlausibleBytes = 4 << 30
  private static let plausibleRatio = 1000
  /// A compressed chunk is unpacked whole, in memory.
  private static let largestChunk = 512 << 20
  /// The library's own cache holds 1 MiB; larger bands of chunks would be unpacked again and again.
  private static let defaultCache = 1 << 20
  private static let largestCache = 128 << 20

  /// Files may tell a filter's number alone; these are registered with the HDF Group.
  private static let filterNames: [H5Z_filter_t: String] = [
    4: "szip", 5: "nbit", 6: "scaleoffset", 307: "bzip2", 32001: "blosc", 32004: "lz4",
    32008: "bitshuffle", 32013: "zfp", 32015: "zstd", 32017: "sz", 32026: "blosc2",
  ]

  /// Opens and checks; the identifier is the caller's to close.
  init(_ location: ObjectPath, in file: File, _ fileID: hid_t) throws(HDF5Error) {
    id = try location.open(in: file, fileID)
    var isComplete = false
    defer { if !isComplete { H5Idec_ref(id) } }
    if let problem = inspect(fileSize: file.structure.file.superblock.size) {
      let hasChanged = file.structure.file.hasChanged
      throw HDF5Error(file: file.path, object: location.text, hasChanged ? .changed : problem)
    }
    let bandBytes = bandOfChunks()
    if bandBytes > Self.defaultCache {
      // The cache belongs to the open dataset: it has to be closed before it can get another.
      H5Idec_ref(id)
      id = Self.reopen(location, fileID, cache: min(bandBytes, Self.largestCache))
    }
    guard id >= 0 else {
      throw HDF5Error(file: file.path, object: location.text, libraryProblem())
    }
    isComplete = true
  }

  private mutating func inspect(fileSize: Int) -> HDF5Error.Problem? {
    guard H5Iget_type(id) == H5I_DATASET else { return .notADataset }
    let type = H5Dget_type(id)
    let space = H5Dget_space(id)
    let creation = H5Dget_create_plist(id)
    guard type >= 0, space >= 0, creation >= 0 else { return libraryProblem() }
    defer {
      H5Tclose(type)
      H5Sclose(space)
      H5Pclose(creation)
    }
    elementType = ElementType(type)
    encoding = Self.encoding(of: type, elementType)
    storedBytes = Int(clamping: H5Dget_storage_size(id))
    return setShape(of: space) ?? storageProblem(creation) ?? sizeProblem(type)
      ?? completenessProblem(creation, space) ?? setChunks(creation, fileSize: fileSize)
  }

  private static func encoding(
    of type: hid_t, _ elementType: ElementType
  ) -> Dataset.Encoding {
    if elementType == .boolean || H5Tequal(type, td_native_uint8()) > 0 { return .bytes }
    if H5Tequal(type, td_native_float()) > 0 { return .nativeFloat }
    return H5Tequal(type, td_native_double()) > 0 ? .nativeDouble : .other
  }

  private mutating func setShape(of space: hid_t) -> HDF5Error.Problem? {
    switch H5Sget_simple_extent_type(space) {
    case H5S_SCALAR: return nil
    case H5S_SIMPLE: break
    default: return .noValue
    }
    let rank = Int(H5Sget_simple_extent_ndims(space))
    guard rank > 0 else { return libraryProblem() }
    var dimensions = [hsize_t](repeating: 0, count: rank)
    guard H5Sget_simple_extent_dims(space, &dimensions, nil) == rank else {
      return libraryProblem()
    }
    shape = dimensions.map { Int(clamping: $0) }
    return nil
  }

  /// Where the elements are, and whether they can be decoded.
  private func storageProblem(_ creation: hid_t) -> HDF5Error.Problem? {
    if H5Pget_external_count(creation) > 0 { return .externalStorage }
    if H5Pget_layout(creation) == H5D_VIRTUAL { return .virtualLayout }
    for index in 0..<max(0, H5Pget_nfilters(creation)) {
      var valueCount = 0
      var name = [CChar](repeating: 0, count: 64)
      let filter = H5Pget_filter2(
        creation, UInt32(index), nil, &valueCount, nil, name.count, &name, nil)
      if filter < 0 { return libraryProblem() }
      if H5Zfilter_avail(filter) <= 0 {
        let bytes = name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
        let text = String(decoding: bytes, as: UTF8.self)
        return .missingFilter(
          id: Int(filter), name: text.isEmpty ? Self.filterNames[filter] ?? "" : text)
      }
    }
    return nil
  }

  /// A problem if the declared size is implausible.
  private func sizeProblem(_ type: hid_t) -> HDF5Error.Problem? {
    // An empty dataset's other dimensions still are multiplied; and space for every element as a
    // Double has to be countable, too.
    let elementBytes = H5Tget_size(type)
    guard Self.product(shape.map { max(1, $0) }, max(8, elementBytes)) != nil,
      let bytes = Self.product(shape, elementBytes)
    else { return .tooLarge(bytes: nil, stored: storedBytes) }
    let isPlausible =
      bytes <= Self.alwaysPlausibleBytes || bytes / Self.plausibleRatio <= storedBytes
    return isPlausible ? nil : .tooLarge(bytes: bytes, stored: storedBytes)
  }

  /// A problem if parts of the dataset were never written. They would read as zeros.
  private func completenessProblem(_ creation: hid_t, _ space: hid_t) -> HDF5Error.Problem? {
    guard !shape.contains(0) else { return nil }
    guard H5Pget_layout(creation) == H5D_CHUNKED else {
      return storedBytes > 0 ? nil : .notWritten(missing: 1, of: 1)
    }
    guard let chunk = Self.chunkShape(creation, rank: shape.count) else {
      return libraryProblem()
    }
    let elementBytes = bytesPerElement
    let chunkBytes = Self.product(chunk, elementBytes) ?? .max
    if H5Pget_nfilters(creation) > 0, chunkBytes > Self.largestChunk {
      return .chunkTooLarge(bytes: chunkBytes)
    }
    let chunkCounts = zip(shape, chunk).map { ($0 - 1) / $1 + 1 }
    guard let count = Self.product(chunkCounts, 1) else {
      return .tooLarge(bytes: nil, stored: storedBytes)
    }
    let written = Int(td_chunk_count(id, space))
    if written < 0 { return libraryProblem() }
    return written < count ? .notWritten(missing: count - written, of: count) : nil
  }

  private mutating func setChunks(_ creation: hid_t, fileSize: Int) -> HDF5Error.Problem? {
    if !shape.contains(0), H5Pget_layout(creation) == H5D_CHUNKED,
      let chunk = Self.chunkShape(creation, rank: shape.count)
    {
      chunks = ChunkCheck(
        creation, shape: shape, chunk: chunk, elementBytes: bytesPerElement, fileSize: fileSize)
    }
    return nil
  }

  /// The bytes of all the chunks that hold parts of one row; 0 unless they have to be unpacked.
  private func bandOfChunks() -> Int {
    let creation = H5Dget_create_plist(id)
    defer { H5Pclose(creation) }
    guard H5Pget_layout(creation) == H5D_CHUNKED, H5Pget_nfilters(creation) > 0,
      let chunk = Self.chunkShape(creation, rank: shape.count), !shape.contains(0)
    else { return 0 }
    let across = zip(shape, chunk).dropFirst().map { ($0 - 1) / $1 + 1 }
    return Self.product(across + chunk, bytesPerElement) ?? .max
  }

  private var bytesPerElement: Int {
    let type = H5Dget_type(id)
    defer { H5Tclose(type) }
    return H5Tget_size(type)
  }

  private static func reopen(_ location: ObjectPath, _ fileID: hid_t, cache: Int) -> hid_t {
    let access = H5Pcreate(td_dataset_access())
    defer { H5Pclose(access) }
    // A prime, about a hundred slots for each of the chunks expected: the library's advice.
    H5Pset_chunk_cache(access, 12421, cache, 0.75)
    return H5Dopen2(fileID, location.text, access)
  }

  static func chunkShape(_ creation: hid_t, rank: Int) -> [Int]? {
    var chunk = [hsize_t](repeating: 0, count: rank)
    guard H5Pget_chunk(creation, Int32(rank), &chunk) == rank, !chunk.contains(0) else {
      return nil
    }
    return chunk.map { Int(clamping: $0) }
  }

  private static func product(_ factors: [Int], _ last: Int) -> Int? {
    var product = last
    for factor in factors {
      let (result, overflow) = product.multipliedReportingOverflow(by: factor)
      if overflow { return nil }
      product = result
    }
    return product
  }
}
