extension ByteCursor {
  /// Passes the description of a type, with those it is made of.
  ///
  /// - Returns: the bytes of an element; `nil` of a type that is not known here.
  /// - Throws: `StructureError` if the description ends too early, or parts of an element are not inside it:
  ///   the library would read, and write, beside it.
  mutating func datatype(depth: Int = 0) throws(StructureError) -> Int? {
    let deepest = 32
    try expect(depth < deepest)
    let head = try number(4)
    let (version, kind, flags) = (head >> 4 & 15, head & 15, head >> 8)
    let size = try number(4)
    guard (1...3).contains(version) else { return nil }
    try expect(size > 0)
    switch kind {
    case 0, 4: try bitRange(size)
    case 1: try float(size, sign: flags >> 8 & 255)
    case 2: try skip(2)
    case 3: break
    case 5: try skip(flags & 255)
    case 6: return try compound(size, version, memberCount: flags & 0xFFFF, depth) ? size : nil
    case 7: try expect(size <= Self.largestNumber)
    case 8: return try enumeration(size, version, count: flags & 0xFFFF, depth) ? size : nil
    case 9:
      // A length, an address and the number of an object.
      try expect(size == 4 + addressBytes + 4)
      if try datatype(depth: depth + 1) == nil { return nil }
    case 10: return try array(size, version, depth) ? size : nil
    default: return nil
    }
    return size
  }

  /// The library converts numbers in 64 bytes of its own.
  private static let largestNumber = 64

  /// - Returns: how many bits are used.
  @discardableResult
  private mutating func bitRange(_ size: Int) throws(StructureError) -> Int {
    let (offset, precision) = (try number(2), try number(2))
    try expect(size <= Self.largestNumber && precision > 0 && offset + precision <= 8 * size)
    return precision
  }

  private mutating func float(_ size: Int, sign: Int) throws(StructureError) {
    let precision = try bitRange(size)
    let (exponent, exponentBits) = (try number(1), try number(1))
    let (mantissa, mantissaBits) = (try number(1), try number(1))
    try skip(4)
    try expect(
      sign < precision && exponentBits > 0 && exponent + exponentBits <= precision
        && mantissaBits > 0 && mantissa + mantissaBits <= precision)
  }

  /// - Returns: whether all types in it are known.
  private mutating func compound(
    _ size: Int, _ version: Int, memberCount: Int, _ depth: Int
  ) throws(StructureError) -> Bool {
    try expect(memberCount > 0)
    // As few bytes as the largest offset has, since version 3.
    let offsetBytes = version < 3 ? 4 : (size.bitWidth - size.leadingZeroBitCount + 7) / 8
    for _ in 0..<memberCount {
      try text(paddedTo: version < 3 ? 8 : 1)
      let offset = try number(offsetBytes)
      var count = 1
      if version == 1 {
        let rank = try number(1)
        try expect(rank <= 4)
        try skip(11)
        for place in 0..<4 {
          let length = try number(4)
          if place < rank { count = count.multipliedReportingOverflow(by: length).partialValue }
          try expect(place >= rank || length > 0 && count > 0 && count <= size)
        }
      }
      guard let member = try datatype(depth: depth + 1) else { return false }
      try expect(offset + count * member <= size)
    }
    return true
  }

  private mutating func enumeration(
    _ size: Int, _ version: Int, count: Int, _ depth: Int
  ) throws(StructureError) -> Bool {
    guard let base = try datatype(depth: depth + 1) else { return false }
    try expect(base == size && base <= Self.largestNumber)
    for _ in 0..<count { try text(paddedTo: version < 3 ? 8 : 1) }
    try skip(count * size)
    return true
  }

  private mutating func array(_ size: Int, _ version: Int, _ depth: Int) throws(StructureError)
    -> Bool
  {
    let rank = try number(1)
    let mostDimensions = 32
    try expect((1...mostDimensions).contains(rank))
    if version < 3 { try skip(3) }
    var count = 1
    for _ in 0..<rank {
      let (product, overflow) = count.multipliedReportingOverflow(by: try number(4))
      try expect(!overflow && product > 0 && product <= size)
      count = product
    }
    if version < 3 { try skip(4 * rank) }
    guard let base = try datatype(depth: depth + 1) else { return false }
    try expect(base <= size / count && count * base == size)
    return true
  }
}
