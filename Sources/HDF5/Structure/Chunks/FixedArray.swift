/// The index of chunks whose number cannot grow: an entry for each, in order (`FAHD`, `FADB`).
struct FixedArray {
  static let part = "array of chunks"

  /// Checks the array and all chunks in it.
  ///
  /// Its header: mark, version, whether chunks are packed; the bytes of an entry, the logarithm of the
  /// entries of a page, their number, where they are.
  ///
  /// There are as many entries as there may be chunks: the library asks for any of them without looking.
  static func check(
    at address: UInt64, _ entry: ChunkEntry, count: Int, _ blocks: inout BlockReader
  ) throws(StructureError) {
    let superblock = blocks.file.superblock
    let size = 8 + superblock.lengthBytes + superblock.addressBytes + checksumBytes
    var cursor = try blocks.block("FAHD", at: address, size, of: part)
    let entryBytes = entry.size(addressBytes: superblock.addressBytes)
    try cursor.expect(try cursor.number(1) == (entry.isPacked ? 1 : 0))
    try cursor.expect(try cursor.number(1) == entryBytes)
    let pageBits = try cursor.number(1)
    let mostPageBits = 32
    try cursor.expect((1...mostPageBits).contains(pageBits))
    try cursor.expect(try cursor.length() == count)
    guard let start = try cursor.address() else {
      // The library asks for each, though none is there.
      return try cursor.expect(count <= mostAbsentChunks)
    }
    let pageEntries = 1 << pageBits
    let pageCount = count > pageEntries ? (count - 1) / pageEntries + 1 : 0
    let bitmapBytes = (pageCount + 7) / 8
    let headBytes = 6 + superblock.addressBytes + bitmapBytes
    let ownBytes = pageCount > 0 ? 0 : count * entryBytes
    var block = try blocks.block(
      "FADB", at: start, headBytes + ownBytes + checksumBytes, of: part)
    try block.expect(try block.number(1) == (entry.isPacked ? 1 : 0))
    try block.expect(try block.definedAddress() == address)
    if pageCount == 0 {
      for _ in 0..<count { try entry.check(&block, in: blocks.file) }
      return
    }
    let bitmap = try block.take(bitmapBytes)
    for page in 0..<pageCount where bitmap.hasBit(page) {
      let place = headBytes + checksumBytes + page * (pageEntries * entryBytes + checksumBytes)
      let entries = min(pageEntries, count - page * pageEntries)
      var cursor = try blocks.page(ofBlockAt: start, place, entries * entryBytes, of: part)
      for _ in 0..<entries { try entry.check(&cursor, in: blocks.file) }
    }
  }
}

/// As many chunks as the library may ask for that are not there; each takes it less than a microsecond.
let mostAbsentChunks = 1 << 20

extension ArraySlice<UInt8> {
  /// A bit of a map that counts from the highest of each byte.
  func hasBit(_ place: Int) -> Bool { self[startIndex + place / 8] & 0x80 >> (place % 8) != 0 }
}
