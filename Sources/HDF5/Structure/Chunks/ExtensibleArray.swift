/// The index of chunks whose number can grow along one dimension (`EAHD`).
///
/// The first entries are in an index block (`EAIB`), the others in data blocks (`EADB`) whose sizes
/// double: group u has 2^⌊u/2⌋ blocks of 2^⌈u/2⌉ times the smallest size. Where the blocks of the first groups
/// are, the index block says; of each later group, a block of its own does (`EASB`). Blocks that are larger
/// than a page are read by pages.
struct ExtensibleArray {
  static let part = "array of chunks"

  private let address: UInt64
  private let entry: ChunkEntry
  private let entryBytes, addressBytes: Int
  /// The bytes of a block's place in the array.
  private let offsetBytes: Int
  /// How many entries the index block has, a data block at least, and a page.
  private let direct, smallest, pageEntries: Int
  /// How many groups there can be, and how many of them the index block has the addresses of.
  private let groupCount, ownGroups: Int
  private let indexBlock: UInt64?

  /// Checks the array and all chunks in it.
  static func check(
    at address: UInt64, _ entry: ChunkEntry, _ blocks: inout BlockReader
  ) throws(StructureError) {
    let array = try ExtensibleArray(at: address, entry, &blocks)
    try array.checkIndexBlock(&blocks)
  }

  /// Mark, version, whether chunks are packed; six numbers of how the array grows; six counts of what
  /// there is, of which the fifth is that of all entries; where the index block is.
  private init(
    at address: UInt64, _ entry: ChunkEntry, _ blocks: inout BlockReader
  ) throws(StructureError) {
    let superblock = blocks.file.superblock
    addressBytes = superblock.addressBytes
    let size = 12 + 6 * superblock.lengthBytes + addressBytes + checksumBytes
    var cursor = try blocks.block("EAHD", at: address, size, of: Self.part)
    self.address = address
    self.entry = entry
    entryBytes = entry.size(addressBytes: addressBytes)
    try cursor.expect(try cursor.number(1) == (entry.isPacked ? 1 : 0))
    try cursor.expect(try cursor.number(1) == entryBytes)
    let countBits = try cursor.number(1)
    direct = try cursor.number(1)
    smallest = try cursor.number(1)
    let pointers = try cursor.number(1)
    let pageBits = try cursor.number(1)
    let smallestBits = try cursor.logarithm(ofPower: smallest)
    let pointerBits = try cursor.logarithm(ofPower: pointers)
    let mostPageBits = 31
    try cursor.expect((1...64).contains(countBits) && (1...mostPageBits).contains(pageBits))
    offsetBytes = (countBits + 7) / 8
    pageEntries = 1 << pageBits
    groupCount = 1 + countBits - smallestBits
    ownGroups = 2 * pointerBits
    // Data blocks that the index block leads to have no pages.
    try cursor.expect(
      pointers >= 2 && groupCount >= ownGroups && smallest << pointerBits <= pageEntries)
    try cursor.skip(4 * superblock.lengthBytes)
    let count = try cursor.length()
    try cursor.skip(superblock.lengthBytes)
    indexBlock = try cursor.address()
    // The library asks for each of them, and does not look whether there can be so many.
    let group = floorOfLogarithm(max(0, count - direct - 1) / smallest + 1)
    try cursor.expect(
      group < groupCount && count <= max(mostAbsentChunks, superblock.size / entryBytes))
  }

  private func blocks(ofGroup group: Int) -> Int { 1 << (group / 2) }

  private func entries(ofGroup group: Int, _ cursor: ByteCursor) throws(StructureError) -> Int {
    try cursor.product(1 << ((group + 1) / 2), smallest)
  }

  /// Mark, version, whether chunks are packed, the array's address.
  private var headBytes: Int { 6 + addressBytes }

  private func block(
    _ mark: String, at place: UInt64, _ size: Int, _ blocks: inout BlockReader
  ) throws(StructureError) -> ByteCursor {
    var cursor = try blocks.block(mark, at: place, size + checksumBytes, of: Self.part)
    try cursor.expect(try cursor.number(1) == (entry.isPacked ? 1 : 0))
    try cursor.expect(try cursor.definedAddress() == address)
    return cursor
  }

  private func checkIndexBlock(_ blocks: inout BlockReader) throws(StructureError) {
    guard let indexBlock else { return }
    let own = (0..<ownGroups).reduce(0) { $0 + self.blocks(ofGroup: $1) }
    let size =
      headBytes + direct * entryBytes + (own + groupCount - ownGroups) * addressBytes
    var cursor = try block("EAIB", at: indexBlock, size, &blocks)
    for _ in 0..<direct { try entry.check(&cursor, in: blocks.file) }
    for group in 0..<ownGroups {
      for _ in 0..<self.blocks(ofGroup: group) {
        guard let place = try cursor.address() else { continue }
        try checkDataBlock(at: place, try entries(ofGroup: group, cursor), &blocks)
      }
    }
    for group in ownGroups..<groupCount {
      if let place = try cursor.address() { try checkGroup(group, at: place, &blocks) }
    }
  }

  private func checkDataBlock(
    at place: UInt64, _ count: Int, _ blocks: inout BlockReader
  ) throws(StructureError) {
    let size = headBytes + offsetBytes + count * entryBytes
    var cursor = try block("EADB", at: place, size, &blocks)
    try cursor.skip(offsetBytes)
    for _ in 0..<count { try entry.check(&cursor, in: blocks.file) }
  }

  /// The block of a group: which pages there are, where its data blocks are.
  private func checkGroup(
    _ group: Int, at place: UInt64, _ blocks: inout BlockReader
  ) throws(StructureError) {
    let start = blocks.file.cursor(over: [], of: Self.part, at: place)
    let count = self.blocks(ofGroup: group)
    let entries = try entries(ofGroup: group, start)
    let pageCount = entries > pageEntries ? entries / pageEntries : 0
    let bitmapBytes = try start.product(count, (pageCount + 7) / 8)
    let addresses = try start.product(count, addressBytes)
    let size = headBytes + offsetBytes + bitmapBytes + addresses
    var cursor = try block("EASB", at: place, size, &blocks)
    try cursor.skip(offsetBytes)
    let bitmap = try cursor.take(bitmapBytes)
    for index in 0..<count {
      guard let place = try cursor.address() else { continue }
      if pageCount == 0 {
        try checkDataBlock(at: place, entries, &blocks)
      } else {
        let pages = (0..<pageCount).filter { bitmap.hasBit(index * pageCount + $0) }
        try checkPages(pages, ofBlockAt: place, &blocks)
      }
    }
  }

  private func checkPages(
    _ pages: [Int], ofBlockAt place: UInt64, _ blocks: inout BlockReader
  ) throws(StructureError) {
    let head = headBytes + offsetBytes + checksumBytes
    _ = try block("EADB", at: place, head - checksumBytes, &blocks)
    let pageBytes = pageEntries * entryBytes
    for page in pages {
      let offset = head + page * (pageBytes + checksumBytes)
      var cursor = try blocks.page(ofBlockAt: place, offset, pageBytes, of: Self.part)
      for _ in 0..<pageEntries { try entry.check(&cursor, in: blocks.file) }
    }
  }
}
