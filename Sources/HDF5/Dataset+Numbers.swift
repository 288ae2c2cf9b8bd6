internal import CHDF5

extension Dataset {
  /// Reads rows as `Float`, whatever the numeric type in the file.
  ///
  /// A number too large for `Float` becomes infinite.
  ///
  /// - Parameters:
  ///   - rows: within `0..<rowCount`.
  ///   - values: receives `rows.count × rowWidth` numbers, row after row.
  ///   - offset: where in `values` the first of them goes.
  /// - Throws: `HDF5Error` if the elements are no numbers or cannot be read.
  package func read(
    rows: Range<Int>, into values: inout [Float], at offset: Int = 0
  ) throws(HDF5Error) {
    let count = try elementCount(of: rows)
    precondition(offset >= 0 && offset + count <= values.count, "\(count) numbers at \(offset)")
    try values.withUnsafeMutableBufferPointer { (buffer) throws(HDF5Error) in
      guard count > 0, let start = buffer.baseAddress else { return }
      try read(rows, count, to: start + offset)
    }
  }

  /// Rows as `Float`, whatever the numeric type in the file: `rows.count × rowWidth` numbers.
  ///
  /// - Throws: `HDF5Error` if the elements are no numbers or cannot be read.
  package func floats(rows: Range<Int>) throws(HDF5Error) -> [Float] {
    var values = [Float](repeating: 0, count: try elementCount(of: rows))
    try read(rows: rows, into: &values)
    return values
  }

  /// Rows as `Double`, whatever the numeric type in the file: `rows.count × rowWidth` numbers.
  ///
  /// - Throws: `HDF5Error` if the elements are no numbers or cannot be read.
  package func doubles(rows: Range<Int>) throws(HDF5Error) -> [Double] {
    let count = try elementCount(of: rows)
    var values = [Double](repeating: 0, count: count)
    if encoding == .bytes {
      let bytes = try readBytes(rows, count)
      for i in 0..<count { values[i] = Double(bytes[i]) }
    } else if encoding == .bfloat16 {
      return try floats(rows: rows).map(Double.init)
    } else {
      try readConverted(rows, count, to: &values, as: .double)
    }
    return values
  }

  /// Rows as whole numbers: `rows.count × rowWidth` of them.
  ///
  /// - Throws: `HDF5Error` if the elements are no integers by type or cannot be read.
  package func integers(rows: Range<Int>) throws(HDF5Error) -> [Int64] {
    let count = try elementCount(of: rows)
    guard elementType.isIntegral else {
      throw failure(.elementType(found: elementType, expected: "integers"))
    }
    var values = [Int64](repeating: 0, count: count)
    if encoding == .bytes {
      let bytes = try readBytes(rows, count)
      for i in 0..<count { values[i] = Int64(bytes[i]) }
    } else {
      // A larger unsigned number becomes the largest signed one: out of any range it is checked for.
      try readConverted(rows, count, to: &values, as: .int64)
    }
    return values
  }

  /// All elements as `Double`, of a dataset small enough to be kept, such as a layer's weights.
  ///
  /// - Throws: `HDF5Error` if the elements are no numbers, are declared out of proportion to what is
  ///   stored, or cannot be read.
  package func allDoubles() throws(HDF5Error) -> [Double] {
    try checkFitsMemory()
    return try doubles(rows: 0..<rowCount)
  }

  /// All elements as `Float`, of a dataset small enough to be kept, such as a layer's weights.
  ///
  /// - Throws: `HDF5Error` if the elements are no numbers, are declared out of proportion to what is
  ///   stored, or cannot be read.
  package func allFloats() throws(HDF5Error) -> [Float] {
    try checkFitsMemory()
    return try floats(rows: 0..<rowCount)
  }

  /// That all elements can be kept at once.
  ///
  /// Trained weights hardly compress: what takes memory as a whole must be in the file, too.
  package func checkFitsMemory() throws(HDF5Error) {
    let alwaysPlausibleBytes = 64 << 20
    let plausibleRatio = 100
    let bytes = rowCount * rowWidth * 8
    if bytes > alwaysPlausibleBytes, bytes / plausibleRatio > storedBytes {
      throw failure(.tooLarge(bytes: bytes, stored: storedBytes))
    }
  }

  private func elementCount(of rows: Range<Int>) throws(HDF5Error) -> Int {
    precondition(rows.lowerBound >= 0 && rows.upperBound <= rowCount, "\(rows) of \(rowCount) rows")
    guard elementType.isNumeric else {
      throw failure(.elementType(found: elementType, expected: "numbers"))
    }
    return rows.count * rowWidth
  }

  // Bytes and doubles are read as they are and converted here: several times faster than the
  // library's conversion, and outside its lock.
  private func read(
    _ rows: Range<Int>, _ count: Int, to start: UnsafeMutablePointer<Float>
  ) throws(HDF5Error) {
    switch encoding {
    case .bytes:
      let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: count)
      defer { bytes.deallocate() }
      try transfer(rows, to: bytes, as: .asStored)
      for i in 0..<count { start[i] = Float(bytes[i]) }
    case .nativeDouble:
      let doubles = UnsafeMutablePointer<Double>.allocate(capacity: count)
      defer { doubles.deallocate() }
      try transfer(rows, to: doubles, as: .asStored)
      for i in 0..<count { start[i] = Float(doubles[i]) }
    case .bfloat16:
      let halves = UnsafeMutablePointer<UInt16>.allocate(capacity: count)
      defer { halves.deallocate() }
      try transfer(rows, to: halves, as: .asStored)
      for i in 0..<count { start[i] = Float(bfloat16: halves[i]) }
    case .nativeFloat, .other:
      try transfer(rows, to: start, as: .float)
    }
  }

  private func readBytes(_ rows: Range<Int>, _ count: Int) throws(HDF5Error) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    try bytes.withUnsafeMutableBufferPointer { (buffer) throws(HDF5Error) in
      guard let start = buffer.baseAddress else { return }
      try transfer(rows, to: start, as: .asStored)
    }
    return bytes
  }

  private func readConverted<Number: BitwiseCopyable>(
    _ rows: Range<Int>, _ count: Int, to values: inout [Number], as type: MemoryType
  ) throws(HDF5Error) {
    try values.withUnsafeMutableBufferPointer { (buffer) throws(HDF5Error) in
      guard count > 0, let start = buffer.baseAddress else { return }
      try transfer(rows, to: start, as: type)
    }
  }

  /// Reads rows to memory in the type given, or as they are in the file.
  private func transfer(
    _ rows: Range<Int>, to start: UnsafeMutableRawPointer, as memoryType: MemoryType
  ) throws(HDF5Error) {
    if rows.isEmpty || rowWidth == 0 { return }
    try handle.use { (id) throws(HDF5Error) in
      if let problem = chunks?.problem(of: rows, id) { throw failure(problem) }
      let type = memoryType.copy(for: id)
      defer { H5Tclose(type) }
      var problem: HDF5Error.Problem?
      if shape.isEmpty {
        let status = H5Dread(id, type, td_all(), td_all(), td_default(), start)
        if status < 0 { problem = libraryProblem() }
      } else {
        let space = H5Dget_space(id)
        let origin = [hsize_t(rows.lowerBound)] + shape.dropFirst().map { _ in 0 }
        let extent = [hsize_t(rows.count)] + shape.dropFirst().map { hsize_t($0) }
        // Of the same rank as the file's, or the library copies chunks element by element.
        let memory = H5Screate_simple(Int32(extent.count), extent, nil)
        defer {
          H5Sclose(space)
          H5Sclose(memory)
        }
        H5Sselect_hyperslab(space, H5S_SELECT_SET, origin, nil, extent, nil)
        let status = H5Dread(id, type, memory, space, td_default(), start)
        // Asked for here: closing the spaces clears it.
        if status < 0 { problem = libraryProblem() }
      }
      // Of a file that was cut short the library reads zeros.
      if file.structure.file.hasChanged { problem = .changed }
      if let problem { throw failure(problem) }
    }
  }
}

/// The type of the elements in memory.
private enum MemoryType {
  case asStored, float, double, int64

  /// The library's type, for the caller to close. Call inside the lock.
  func copy(for dataset: hid_t) -> hid_t {
    switch self {
    case .asStored: H5Dget_type(dataset)
    case .float: H5Tcopy(td_native_float())
    case .double: H5Tcopy(td_native_double())
    case .int64: H5Tcopy(td_native_int64())
    }
  }
}
