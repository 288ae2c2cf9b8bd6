/// How the chunks of a dataset are found since version 1.10, as its layout says.
struct ChunkIndex {
  /// By which structure.
  enum Kind {
    /// There is one: its bytes and the filters that it did not go through, if it is packed.
    case single((size: Int, mask: UInt64)?)
    /// All are there, one behind another.
    case implicit
    case fixedArray, extensibleArray, tree
  }

  let kind: Kind
  /// Where the structure is, or the only chunk, or the first; `nil` if none was written.
  let address: UInt64?
  /// The dimensions of a chunk; the last is the number of bytes of an element.
  let dimensions: [Int]

  /// Checks where the chunks of a dataset are, of its dimensions and the numbers of its filters.
  ///
  /// - Throws: `StructureError` if the structure cannot be walked, does not suit the dimensions, or leads to
  ///   what is not in the file.
  func check(
    _ space: Dataspace, _ filters: [Int], _ blocks: inout BlockReader, _ cursor: ByteCursor
  ) throws(StructureError) {
    let entry = ChunkEntry(bytes: dimensions.reduce(1, *), filters: filters)
    let limits = try limits(space, cursor)
    guard let address else { return }
    switch kind {
    case .single(let packed):
      try cursor.expect(zip(space.shape, dimensions).allSatisfy { $0 <= $1 })
      try cursor.expect((packed != nil) == entry.isPacked)
      let (size, mask) = packed ?? (entry.bytes, 0)
      try cursor.expect(entry.isSound(size: size, mask: mask, at: address, in: blocks.file))
    case .implicit:
      try cursor.expect(!entry.isPacked)
      let size = try cursor.product(try count(limits, cursor), entry.bytes)
      try cursor.expect(blocks.file.holds(size, at: address))
    case .fixedArray:
      try FixedArray.check(at: address, entry, count: try count(limits, cursor), &blocks)
    case .extensibleArray:
      try cursor.expect(limits.count { $0 == nil } == 1)
      try ExtensibleArray.check(at: address, entry, &blocks)
    case .tree: try checkTree(at: address, entry, &blocks)
    }
  }

  /// How many chunks there may be along each dimension; `nil` where nothing limits them.
  private func limits(_ space: Dataspace, _ cursor: ByteCursor) throws(StructureError) -> [Int?] {
    var limits: [Int?] = []
    for ((length, largest), chunk) in zip(zip(space.shape, space.largest), dimensions) {
      guard let largest else {
        limits.append(nil)
        continue
      }
      try cursor.expect(length <= largest)
      limits.append(largest / chunk + (largest % chunk > 0 ? 1 : 0))
    }
    return limits
  }

  /// All chunks there may be.
  private func count(_ limits: [Int?], _ cursor: ByteCursor) throws(StructureError) -> Int {
    var count = 1
    for limit in limits { count = try cursor.product(count, limit ?? -1) }
    return count
  }

  /// A tree has the place of each chunk beside where it is.
  private func checkTree(
    at address: UInt64, _ entry: ChunkEntry, _ blocks: inout BlockReader
  ) throws(StructureError) {
    let file = blocks.file
    let placeBytes = 8 * (dimensions.count - 1)
    let size = entry.size(addressBytes: file.superblock.addressBytes) + placeBytes
    let tree = try RecordTree(
      at: address, of: entry.isPacked ? .packedChunks : .chunks, recordSize: size, &blocks)
    for record in try tree.records(&blocks) {
      var cursor = file.cursor(over: record, of: RecordTree.part, at: address)
      try entry.check(&cursor, in: file)
    }
  }
}
