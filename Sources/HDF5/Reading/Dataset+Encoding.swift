internal import CHDF5

extension Dataset {
  /// The bytes of one element in the file.
  package var elementBytes: Int {
    // A dataset that is open has a type; without one, nothing of it can be read or written.
    (try? handle.use { (id) throws(HDF5Error) in
      let type = H5Dget_type(id)
      defer { H5Tclose(type) }
      return H5Tget_size(type)
    }) ?? 0
  }

  /// All elements as the file has them, byte for byte, row after row.
  ///
  /// - Throws: `HDF5Error` if they are no numbers or cannot be read.
  package func encodedElements() throws(HDF5Error) -> [UInt8] {
    let count = try numberCount()
    return try handle.use { (id) throws(HDF5Error) in
      if let problem = chunks?.problem(of: 0..<rowCount, id) { throw failure(problem) }
      let type = H5Dget_type(id)
      defer { H5Tclose(type) }
      var bytes = [UInt8](repeating: 0, count: count * H5Tget_size(type))
      guard bytes.isEmpty || H5Dread(id, type, td_all(), td_all(), td_default(), &bytes) >= 0
      else { throw failure(libraryProblem()) }
      return bytes
    }
  }

  /// Numbers in the type this dataset has in the file, rounded to it.
  ///
  /// - Throws: `HDF5Error` if its elements are no numbers.
  package func encoded(_ numbers: [Double]) throws(HDF5Error) -> [UInt8] {
    _ = try numberCount()
    if encoding == .bfloat16 {
      return numbers.flatMap { number in
        let bits = Float(number).bfloat16
        return [UInt8(truncatingIfNeeded: bits), UInt8(truncatingIfNeeded: bits >> 8)]
      }
    }
    return try handle.use { (id) throws(HDF5Error) in
      let type = H5Dget_type(id)
      defer { H5Tclose(type) }
      let bytes = Self.rounded(numbers, to: type).withUnsafeBytes(Array.init)
      return try converted(bytes, from: td_native_double(), to: type, count: numbers.count)
    }
  }

  /// Converts elements of the file's type to numbers.
  ///
  /// - Throws: `HDF5Error` if they are no numbers.
  package func decoded(_ elements: [UInt8]) throws(HDF5Error) -> [Double] {
    _ = try numberCount()
    if encoding == .bfloat16 {
      return stride(from: 0, to: elements.count - 1, by: 2).map { place in
        Double(Float(bfloat16: UInt16(elements[place + 1]) << 8 | UInt16(elements[place])))
      }
    }
    return try handle.use { (id) throws(HDF5Error) in
      let type = H5Dget_type(id)
      defer { H5Tclose(type) }
      let count = elements.count / max(1, H5Tget_size(type))
      let bytes = try converted(elements, from: type, to: td_native_double(), count: count)
      return bytes.withUnsafeBytes { Array($0.bindMemory(to: Double.self)) }
    }
  }

  /// The numbers with no more digits than a type has.
  ///
  /// The library (1.10) can halve a number when it rounds: behind a subnormal one it loses the carry,
  /// and of −0.4999 makes the 16-bit float −0.25. What is rounded before is only moved.
  private static func rounded(_ numbers: [Double], to type: hid_t) -> [Double] {
    var (sign, exponent, exponentBits, mantissa, digits) = (0, 0, 0, 0, 0)
    guard H5Tget_class(type) == H5T_FLOAT,
      H5Tget_fields(type, &sign, &exponent, &exponentBits, &mantissa, &digits) >= 0,
      digits < Double.significandBitCount
    else { return numbers }
    let smallestExponent = 1 - H5Tget_ebias(type)
    return numbers.map { number in
      guard number.isNormal else { return number }
      let step = Double(
        sign: .plus, exponent: max(Int(number.exponent), smallestExponent) - digits, significand: 1)
      return (number / step).rounded(.toNearestOrEven) * step
    }
  }

  private func numberCount() throws(HDF5Error) -> Int {
    guard elementType.isNumeric else {
      throw failure(.elementType(found: elementType, expected: "numbers"))
    }
    return rowCount * rowWidth
  }

  private func converted(
    _ elements: [UInt8], from source: hid_t, to target: hid_t, count: Int
  ) throws(HDF5Error) -> [UInt8] {
    // The library converts in place.
    let (sourceBytes, targetBytes) = (H5Tget_size(source), H5Tget_size(target))
    var bytes = elements
    bytes.append(
      contentsOf: [UInt8](repeating: 0, count: max(0, count * (targetBytes - sourceBytes))))
    guard count == 0 || H5Tconvert(source, target, count, &bytes, nil, td_default()) >= 0 else {
      throw failure(.unwritable(libraryCause()))
    }
    return Array(bytes.prefix(count * targetBytes))
  }
}

extension Float {
  /// The number whose upper half is given; the bytes are in the order little-endian machines write.
  init(bfloat16 bits: UInt16) {
    self.init(bitPattern: UInt32(UInt16(littleEndian: bits)) << 16)
  }

  /// The upper half of the nearest number that has no lower one, of two the even.
  var bfloat16: UInt16 {
    let tie: UInt32 = 0x7FFF
    return UInt16((bitPattern &+ tie &+ (bitPattern >> 16 & 1)) >> 16)
  }
}
