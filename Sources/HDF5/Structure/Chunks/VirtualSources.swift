extension ByteCursor {
  /// Passes what a dataset is put together from: for each source a file, a dataset, which of its elements,
  /// and where these go.
  ///
  /// Such a dataset is refused when it is opened, but the library reads this first, and trusts it.
  mutating func virtualSources() throws(StructureError) {
    try expect(try number(1) == 0)
    let count = try length()
    try expect(count <= rest.count)
    for _ in 0..<count {
      try text()
      try text()
      try selection()
      try selection()
    }
  }

  /// Passes a selection of elements: none or all, points, or blocks.
  private mutating func selection() throws(StructureError) {
    let (none, points, blocks, all) = (0, 1, 2, 3)
    let kind = try number(4)
    let version = try number(4)
    switch kind {
    case none, all: try skip(8)
    case points:
      try expect(version == 1)
      try skip(8)
      let rank = try selectionRank()
      try skip(try product(try number(4), rank, 4))
    case blocks:
      try expect((1...2).contains(version))
      let isRegular = version == 2 ? try number(1) & 1 != 0 : false
      try skip(version == 2 ? 4 : 8)
      let rank = try selectionRank()
      if isRegular { return try skip(4 * 8 * rank) }
      let width = version == 2 ? 8 : 4
      // The library compares each block with all before it.
      let mostBlocks = 4096
      let count = try number(width)
      try expect(count <= mostBlocks)
      try skip(2 * width * rank * count)
    default: throw damaged
    }
  }

  private mutating func selectionRank() throws(StructureError) -> Int {
    let mostDimensions = 32
    let rank = try number(4)
    try expect((1...mostDimensions).contains(rank))
    return rank
  }
}
