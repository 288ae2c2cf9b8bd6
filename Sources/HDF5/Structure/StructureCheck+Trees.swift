extension StructureCheck {
  /// Checks a group of the older format: its names, and the tree that sorts its members by them.
  func checkGroup(tree: UInt64, names: UInt64) throws(StructureError) {
    let names = try NameHeap(at: names, in: file)
    // Between two children stands a name.
    let leaves = try leaves(
      of: tree, kind: 0, rank: file.superblock.groupRank, keySize: file.superblock.lengthBytes
    ) { (key: inout ByteCursor) throws(StructureError) in
      try key.expect(names.holdsText(at: try key.length()))
    }
    for leaf in leaves { try checkEntries(at: leaf.address, names) }
  }

  /// Members of a group: offset of the name, address, what is noted with it.
  private func checkEntries(at address: UInt64, _ names: NameHeap) throws(StructureError) {
    let part = "list of members"
    var cursor = try file.cursor(at: address, 8, of: part)
    try cursor.mark("SNOD")
    try cursor.skip(2)
    let count = try cursor.number(2)
    try cursor.expect(count <= 2 * file.superblock.leafRank)
    let size = 2 * file.superblock.addressBytes + 24
    cursor = try file.cursor(at: address + 8, count * size, of: part)
    for _ in 0..<count {
      // Written as a length, and as long as an address in the files there are.
      let name = try cursor.number(file.superblock.lengthBytes)
      _ = try cursor.address()
      let kind = try cursor.number(4)
      try cursor.skip(4)
      var note = cursor.over(try cursor.take(16))
      let target = kind == 2 ? try note.number(4) : name
      try cursor.expect(names.holdsText(at: name) && names.holdsText(at: target))
    }
  }

  /// Checks where the chunks of a dataset are, as the tree of version 1 says.
  func checkChunkTree(
    _ tree: UInt64, _ dimensions: [Int], _ filters: [Int]
  ) throws(StructureError) {
    let entry = ChunkEntry(bytes: dimensions.reduce(1, *), filters: filters)
    let keySize = 8 + 8 * dimensions.count
    let leaves = try leaves(
      of: tree, kind: 1, rank: file.superblock.chunkRank, keySize: keySize
    ) { (key: inout ByteCursor) throws(StructureError) in try key.skip(keySize) }
    for leaf in leaves {
      var key = file.cursor(over: leaf.key, of: "tree of chunks", at: tree)
      let (size, mask) = (try key.number(4), try key.bits(4))
      try key.expect(entry.isSound(size: size, mask: mask, at: leaf.address, in: file))
    }
  }

  /// Walks a tree of version 1.
  ///
  /// - Parameters:
  ///   - tree: its root.
  ///   - kind: 0 of a group, 1 of chunks.
  ///   - rank: half the number of children a node may have.
  ///   - keySize: the bytes of what stands between them.
  ///   - check: looks at one.
  /// - Returns: what the lowest nodes lead to, with the key before each.
  /// - Throws: `StructureError` if a node is none, or not where it belongs; and what `check` throws.
  private func leaves(
    of tree: UInt64, kind: Int, rank: Int, keySize: Int,
    _ check: (inout ByteCursor) throws(StructureError) -> Void
  ) throws(StructureError) -> [(address: UInt64, key: ArraySlice<UInt8>)] {
    let part = kind == 0 ? "tree of members" : "tree of chunks"
    let addressBytes = file.superblock.addressBytes
    let headerSize = 8 + 2 * addressBytes
    var found: [(address: UInt64, key: ArraySlice<UInt8>)] = []
    var visited: Set<UInt64> = []
    var waiting: [(address: UInt64, level: Int?)] = [(tree, nil)]
    while let (address, expected) = waiting.popLast() {
      var cursor = try file.cursor(at: address, headerSize, of: part)
      try cursor.expect(visited.insert(address).inserted)
      try cursor.mark("TREE")
      try cursor.expect(try cursor.number(1) == kind)
      let level = try cursor.number(1)
      let count = try cursor.number(2)
      // A level below each node: no way down is endless.
      try cursor.expect(level == expected ?? level && count <= 2 * rank)
      let size = count * (keySize + addressBytes) + (count > 0 ? keySize : 0)
      cursor = try file.cursor(at: address + UInt64(headerSize), size, of: part)
      for _ in 0..<count {
        let key = cursor.rest.prefix(keySize)
        try check(&cursor)
        let child = try cursor.definedAddress()
        if level > 0 { waiting.append((child, level - 1)) } else { found.append((child, key)) }
      }
      if count > 0 { try check(&cursor) }
    }
    return found
  }

  /// A dataset whose elements are in other files, which the reader refuses later: their names.
  func checkExternalFiles(_ cursor: inout ByteCursor) throws(StructureError) {
    try cursor.skip(4)
    let (room, count) = (try cursor.number(2), try cursor.number(2))
    try cursor.expect(count <= room)
    let names = try NameHeap(at: try cursor.definedAddress(), in: file)
    for _ in 0..<count {
      try cursor.expect(names.holdsText(at: try cursor.length()))
      try cursor.skip(2 * cursor.lengthBytes)
    }
  }
}

/// The names of a group's members (`HEAP`), one text behind another.
private struct NameHeap {
  /// Where the last text ends.
  private let lastEnd: Int

  init(at address: UInt64, in file: FileBytes) throws(StructureError) {
    let part = "block of names"
    let lengthBytes = file.superblock.lengthBytes
    let headerSize = 8 + 2 * lengthBytes + file.superblock.addressBytes
    var cursor = try file.cursor(at: address, headerSize, of: part)
    try cursor.mark("HEAP")
    try cursor.skip(4)
    let (size, firstFree) = (try cursor.length(), try cursor.length())
    let names = try file.bytes(at: try cursor.definedAddress(), size, of: part)
    // The first name is empty: what begins otherwise may be another structure, too, and the library would
    // take the one for the other.
    try cursor.expect(names.isEmpty || names[0] == 0)
    lastEnd = names.lastIndex(of: 0) ?? -1
    // What is free is a chain, that ends with 1; each piece says where the next is, and its size.
    var free = firstFree
    var count = 0
    while free != 1 {
      try cursor.expect(free <= size - 2 * lengthBytes && count <= size)
      var piece = cursor.over(names[free...])
      let next = try piece.length()
      try cursor.expect(try piece.length() <= size - free)
      (free, count) = (next, count + 2 * lengthBytes)
    }
  }

  /// Whether a text begins at an offset, and ends.
  func holdsText(at offset: Int) -> Bool { offset <= lastEnd }
}
