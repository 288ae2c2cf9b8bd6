/// Reads the blocks of indexes and heaps, and no more bytes of them than a sound file could have.
///
/// Such blocks do not overlap, and what they lead to is walked twice at the most. Where the same block is
/// led to again and again, the sum exceeds the file, and the walk ends.
struct BlockReader: Sendable {
  /// Bytes with a checksum, which the library compares.
  struct Block: Sendable {
    let address: UInt64
    let size: Int
    /// Where in it the checksum is.
    let sum: Int
  }

  let file: FileBytes
  /// The blocks that were read, in the order of reading.
  private(set) var blocks: [Block] = []
  private var total = 0

  init(_ file: FileBytes) { self.file = file }

  /// Counts bytes that are read, or that the library will read.
  mutating func count(_ bytes: Int, at address: UInt64, of part: String) throws(StructureError) {
    total += bytes
    guard file.holds(bytes, at: address), total <= 2 * file.superblock.size else {
      throw StructureError(part: part, offset: file.offset(of: address))
    }
  }

  /// The content of a block of `count` bytes: between its mark, four letters and the version 0, and
  /// its checksum.
  mutating func block(
    _ mark: String, at address: UInt64, _ size: Int, of part: String
  ) throws(StructureError) -> ByteCursor {
    try block(
      mark, at: address, size, of: part, head: size - checksumBytes, sum: size - checksumBytes)
  }

  /// The first `head` bytes of a block, behind its mark and its version. If it has a checksum, it is at `sum`.
  mutating func block(
    _ mark: String, at address: UInt64, _ size: Int, of part: String, head: Int, sum: Int?
  ) throws(StructureError) -> ByteCursor {
    try count(size, at: address, of: part)
    var cursor = try file.cursor(at: address, head, of: part)
    try cursor.mark(mark)
    try cursor.expect(try cursor.number(1) == 0)
    if let sum { blocks.append(Block(address: address, size: size, sum: sum)) }
    return cursor
  }

  /// A page that begins at an offset in a block: its bytes, and a checksum behind them.
  mutating func page(
    ofBlockAt block: UInt64, _ offset: Int, _ size: Int, of part: String
  ) throws(StructureError) -> ByteCursor {
    let (start, overflow) = block.addingReportingOverflow(UInt64(offset))
    let address = overflow ? UInt64.max : start
    try count(size + checksumBytes, at: address, of: part)
    blocks.append(Block(address: address, size: size + checksumBytes, sum: size))
    return try file.cursor(at: address, size, of: part)
  }

  /// Compares the checksums of all blocks from one on.
  ///
  /// - Throws: `StructureError` of the first block whose bytes are not those that were written.
  func compareSums(from first: Int, of part: String) throws(StructureError) {
    for block in blocks[first...] {
      var bytes = try file.bytes(at: block.address, block.size, of: part)
      let place = block.sum..<block.sum + checksumBytes
      let stored = bytes[place].reversed().reduce(0) { $0 << 8 | UInt32($1) }
      // At the end of a block it is left out; among other bytes it is summed as 0.
      let isInside = place.upperBound < bytes.count
      for index in place { bytes[index] = 0 }
      guard stored == metadataChecksum(isInside ? bytes[...] : bytes[..<block.sum]) else {
        throw StructureError(part: part, offset: file.offset(of: block.address))
      }
    }
  }
}

/// The bytes of the checksum that ends a block.
let checksumBytes = 4

extension ByteCursor {
  /// The product of sizes, which is no larger than any file.
  func product(_ factors: Int...) throws(StructureError) -> Int {
    let largest = 1 << 48
    var product = 1
    for factor in factors {
      let (result, overflow) = product.multipliedReportingOverflow(by: factor)
      try expect(!overflow && (0...largest).contains(result))
      product = result
    }
    return product
  }

  /// - Returns: the logarithm to base 2 of a number that is a power of it.
  func logarithm(ofPower number: Int) throws(StructureError) -> Int {
    try expect(number > 0 && number & (number - 1) == 0)
    return number.trailingZeroBitCount
  }
}

/// The largest k with 2ᵏ ≤ `number`; 0 of 0.
func floorOfLogarithm(_ number: Int) -> Int {
  number > 0 ? Int.bitWidth - 1 - number.leadingZeroBitCount : 0
}

/// As many bytes as a number up to `limit` takes.
func bytesOfNumber(upTo limit: Int) -> Int { floorOfLogarithm(limit) / 8 + 1 }
