/// A tree of version 2: records of one size, in order, as a group's links, an object's attributes and the
/// chunks of a dataset may be kept.
struct RecordTree {
  /// The kind of its records.
  enum Kind: Int {
    case hugeObjects = 1
    case linkNames = 5
    case linkOrder, sharedMessages, attributeNames, attributeOrder, chunks, packedChunks
  }

  /// The facts about nodes of one height above the leaves.
  private struct Level {
    /// How many records one may have.
    let capacity: Int
    /// How many it and all below it may have.
    let total: Int
    /// The bytes of a number of these; none for leaves, whose own number stands beside.
    let totalBytes: Int
  }

  static let part = "tree of records"

  let address: UInt64
  private let kind: Kind
  private let nodeSize, recordSize, countBytes: Int
  private let levels: [Level]
  private let root: (address: UInt64, count: Int)?
  private let recordCount: Int

  /// Mark, version, kind; sizes of a node and a record, depth, when nodes are split and joined; the root,
  /// its number of records and that of all.
  ///
  /// - Throws: `StructureError` if it is no tree of such records, or one that no node can hold.
  init(
    at address: UInt64, of kind: Kind, recordSize: Int, _ blocks: inout BlockReader
  ) throws(StructureError) {
    let superblock = blocks.file.superblock
    let size = 16 + superblock.addressBytes + 2 + superblock.lengthBytes + checksumBytes
    var cursor = try blocks.block("BTHD", at: address, size, of: Self.part)
    self.address = address
    self.kind = kind
    self.recordSize = recordSize
    try cursor.expect(try cursor.number(1) == kind.rawValue)
    nodeSize = try cursor.number(4)
    try cursor.expect(try cursor.number(2) == recordSize)
    let depth = try cursor.number(2)
    try cursor.skip(2)
    // The library takes memory for a node before it looks for one.
    let alwaysPlausible = 1 << 16
    try cursor.expect(nodeSize <= max(alwaysPlausible, superblock.size))
    let rootAddress = try cursor.address()
    let rootCount = try cursor.number(2)
    recordCount = try cursor.length()
    levels = try Self.levels(depth: depth, nodeSize, recordSize, cursor)
    countBytes = bytesOfNumber(upTo: levels[0].capacity)
    try cursor.expect(rootCount <= levels[depth].capacity)
    if let rootAddress {
      root = (rootAddress, rootCount)
    } else {
      root = nil
      try cursor.expect(rootCount == 0 && recordCount == 0)
    }
  }

  /// Mark, version, kind and checksum.
  private static let overhead = 10

  private static func levels(
    depth: Int, _ nodeSize: Int, _ recordSize: Int, _ cursor: ByteCursor
  ) throws(StructureError) -> [Level] {
    let capacity = (nodeSize - overhead) / recordSize
    let largestCount = 0xFFFF
    try cursor.expect(nodeSize > overhead && (1...largestCount).contains(capacity))
    var levels = [Level(capacity: capacity, total: capacity, totalBytes: 0)]
    let countBytes = bytesOfNumber(upTo: capacity)
    for height in 0..<depth {
      let below = levels[height]
      let pointer = cursor.addressBytes + countBytes + below.totalBytes
      let capacity = (nodeSize - overhead - pointer) / (recordSize + pointer)
      try cursor.expect(nodeSize > overhead + pointer && capacity >= 1)
      // A tree so deep that its records cannot be counted is in no file.
      let total = try cursor.product(capacity + 1, below.total) + capacity
      levels.append(
        Level(capacity: capacity, total: total, totalBytes: bytesOfNumber(upTo: total)))
    }
    return levels
  }

  /// All records.
  ///
  /// - Throws: `StructureError` if a node is none, or holds another number of records than is said of it:
  ///   the library takes memory for as many as are said.
  func records(_ blocks: inout BlockReader) throws(StructureError) -> [ArraySlice<UInt8>] {
    guard let root else { return [] }
    var records: [ArraySlice<UInt8>] = []
    try collect(root.address, root.count, height: levels.count - 1, &blocks, &records)
    try expect(records.count == recordCount, blocks)
    return records
  }

  private func collect(
    _ address: UInt64, _ count: Int, height: Int, _ blocks: inout BlockReader,
    _ records: inout [ArraySlice<UInt8>]
  ) throws(StructureError) {
    let mark = height > 0 ? "BTIN" : "BTLF"
    let below = height > 0 ? levels[height - 1] : nil
    let pointer = blocks.file.superblock.addressBytes + countBytes + (below?.totalBytes ?? 0)
    // The checksum follows what there is, not what there is room for.
    let size = Self.overhead + count * recordSize + (below == nil ? 0 : (count + 1) * pointer)
    try expect(size <= nodeSize, blocks)
    var cursor = try blocks.block(mark, at: address, size, of: Self.part)
    try blocks.count(nodeSize - size, at: address + UInt64(size), of: Self.part)
    try cursor.expect(try cursor.number(1) == kind.rawValue)
    for _ in 0..<count { records.append(try cursor.take(recordSize)) }
    guard let below else { return }
    for _ in 0...count {
      let child = try cursor.definedAddress()
      let childCount = try cursor.number(countBytes)
      let total = height > 1 ? try cursor.number(below.totalBytes) : childCount
      try cursor.expect(childCount <= below.capacity)
      let before = records.count
      try collect(child, childCount, height: height - 1, &blocks, &records)
      try cursor.expect(records.count - before == total)
    }
  }

  private func expect(_ isSound: Bool, _ blocks: BlockReader) throws(StructureError) {
    if !isSound { throw StructureError(part: Self.part, offset: blocks.file.offset(of: address)) }
  }
}
