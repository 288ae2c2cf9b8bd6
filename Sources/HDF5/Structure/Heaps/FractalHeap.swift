/// A heap of objects of any size (`FRHP`): blocks that hold them (`FHDB`), and tables of blocks (`FHIB`).
///
/// An object is named by a few bytes. These hold it, if it is tiny; or say where in the heap it is and how
/// many bytes it has; or, if it is huge, where in the file it is, itself or by a number that a tree finds.
struct FractalHeap: Sendable {
  static let part = "heap"

  private let address: UInt64
  private let idBytes: Int
  private let table: HeapTable
  /// The bytes of an object's length, and the largest length of one in a block.
  private let lengthBytes, largestObject: Int
  /// How much of the heap there are blocks for.
  private let space: Int
  /// The number of bytes before the objects of a block, and whether a checksum is among them.
  private let headBytes: Int
  private let isSummed: Bool
  private let root: (address: UInt64?, rows: Int)
  private let hugeTree: UInt64?
  private var huge: [UInt64: (address: UInt64, size: Int)]?
  /// The blocks that were looked at.
  private var tables: [UInt64: [UInt64?]] = [:]
  private var direct: Set<UInt64> = []

  /// Mark, version; bytes of what names an object and of the filters; flags, largest object; of huge objects
  /// a number and a tree; twelve counts and addresses for those who write; the table of blocks, its root,
  /// the root's rows.
  ///
  /// - Throws: `StructureError` if it is no heap, or one whose blocks cannot be found.
  init(at address: UInt64, idBytes: Int, _ blocks: inout BlockReader) throws(StructureError) {
    let superblock = blocks.file.superblock
    let (addressBytes, lengthBytes) = (superblock.addressBytes, superblock.lengthBytes)
    let size = 22 + 12 * lengthBytes + 3 * addressBytes + checksumBytes
    var cursor = try blocks.block("FRHP", at: address, size, of: Self.part)
    self.address = address
    self.idBytes = idBytes
    try cursor.expect(try cursor.number(2) == idBytes)
    // The library takes a block for whole that unpacks to less. Nobody is known to pack names.
    let isPacked = try cursor.number(2) > 0
    if isPacked {
      throw StructureError(part: Self.part, offset: cursor.damaged.offset, isPacked: true)
    }
    isSummed = try cursor.number(1) & 2 != 0
    largestObject = try cursor.number(4)
    try cursor.skip(lengthBytes)
    hugeTree = try cursor.address()
    try cursor.skip(lengthBytes + addressBytes)
    space = try cursor.length()
    try cursor.skip(7 * lengthBytes)
    table = try HeapTable(&cursor)
    try cursor.skip(2)
    root = (try cursor.address(), try cursor.number(2))
    let blockBits = floorOfLogarithm(table.largest)
    self.lengthBytes = min((blockBits + 7) / 8, bytesOfNumber(upTo: largestObject))
    headBytes = 5 + addressBytes + table.offsetBytes + (isSummed ? checksumBytes : 0)
    try cursor.expect(
      1 + table.offsetBytes + self.lengthBytes <= idBytes && root.rows <= table.mostRows
        && table.smallest > headBytes)
  }

  /// The bytes of an object.
  ///
  /// - Throws: `StructureError` if there is none of this name, or not all of it.
  mutating func object(
    _ id: ArraySlice<UInt8>, _ blocks: inout BlockReader
  ) throws(StructureError) -> ByteCursor {
    var cursor = blocks.file.cursor(over: id, of: Self.part, at: address)
    let head = try cursor.number(1)
    let (managed, huge, tiny) = (0, 0x10, 0x20)
    switch head & 0xF0 {
    case managed:
      let offset = try cursor.number(table.offsetBytes)
      let length = try cursor.number(lengthBytes)
      try cursor.expect(
        offset > 0 && offset <= space && length > 0 && length <= min(largestObject, table.largest))
      let block = try block(at: offset, &blocks)
      let place = offset - block.offset
      try cursor.expect(place >= headBytes && place + length <= block.size)
      return try bytes(at: block.address + UInt64(place), length, &blocks)
    case huge:
      let (address, length) = try hugeObject(&cursor, &blocks)
      return try bytes(at: address, length, &blocks)
    case tiny:
      let length = head & 15 + 1
      return cursor.over(try cursor.take(length))
    default: throw cursor.damaged
    }
  }

  private func bytes(
    at address: UInt64, _ length: Int, _ blocks: inout BlockReader
  ) throws(StructureError) -> ByteCursor {
    try blocks.count(length, at: address, of: Self.part)
    return try blocks.file.cursor(at: address, length, of: Self.part)
  }

  private mutating func hugeObject(
    _ cursor: inout ByteCursor, _ blocks: inout BlockReader
  ) throws(StructureError) -> (address: UInt64, size: Int) {
    if cursor.addressBytes + cursor.lengthBytes <= idBytes - 1 {
      return (try cursor.definedAddress(), try cursor.length())
    }
    if huge == nil {
      guard let hugeTree else { throw cursor.damaged }
      let tree = try RecordTree(
        at: hugeTree, of: .hugeObjects, recordSize: cursor.addressBytes + 2 * cursor.lengthBytes,
        &blocks)
      var places: [UInt64: (address: UInt64, size: Int)] = [:]
      var last: UInt64?
      for record in try tree.records(&blocks) {
        var record = cursor.over(record)
        let place = (try record.definedAddress(), try record.length())
        let number = try record.bits(record.lengthBytes)
        // The library looks for it as in what is sorted.
        try record.expect(last.map { $0 < number } ?? true)
        last = number
        places[number] = place
      }
      huge = places
    }
    guard let place = huge?[try cursor.bits(min(8, idBytes - 1))] else { throw cursor.damaged }
    return place
  }
}

// MARK: Blocks

extension FractalHeap {
  /// The block that a place in the heap is in: where it is in the file and in the heap, and its bytes.
  private mutating func block(
    at offset: Int, _ blocks: inout BlockReader
  ) throws(StructureError) -> (address: UInt64, offset: Int, size: Int) {
    let cursor = blocks.file.cursor(over: [], of: Self.part, at: address)
    guard var address = root.address else { throw cursor.damaged }
    guard root.rows > 0 else {
      try checkDirect(at: address, 0, table.smallest, &blocks)
      return (address, 0, table.smallest)
    }
    var (start, rows) = (0, root.rows)
    while true {
      let entries = try entries(ofTableAt: address, start, rows, &blocks)
      let (row, column) = table.block(at: offset - start)
      try cursor.expect(row < rows && column < table.width)
      guard let next = entries[row * table.width + column] else { throw cursor.damaged }
      address = next
      start += table.offset(ofRow: row, column: column)
      if row < table.directRows {
        let size = table.size(ofRow: row)
        try checkDirect(at: address, start, size, &blocks)
        return (address, start, size)
      }
      // Fewer than before: a block is no larger than all rows above it.
      rows = table.rows(ofBlockInRow: row)
      try cursor.expect(rows > 0)
    }
  }

  /// Mark, version, the heap's address, where in the heap it is; the checksum, if there is one.
  private mutating func checkDirect(
    at place: UInt64, _ offset: Int, _ size: Int, _ blocks: inout BlockReader
  ) throws(StructureError) {
    if direct.contains(place) { return }
    var cursor = try blocks.block(
      "FHDB", at: place, size, of: Self.part, head: headBytes,
      sum: isSummed ? headBytes - checksumBytes : nil)
    try checkOwner(&cursor, offset)
    direct.insert(place)
  }

  private func checkOwner(_ cursor: inout ByteCursor, _ offset: Int) throws(StructureError) {
    try cursor.expect(try cursor.definedAddress() == address)
    try cursor.expect(try cursor.number(table.offsetBytes) == offset)
  }

  /// The addresses of a table's blocks, row by row.
  private mutating func entries(
    ofTableAt place: UInt64, _ offset: Int, _ rows: Int, _ blocks: inout BlockReader
  ) throws(StructureError) -> [UInt64?] {
    if let entries = tables[place] { return entries }
    let addressBytes = blocks.file.superblock.addressBytes
    let count = rows * table.width
    let size = 5 + addressBytes + table.offsetBytes + count * addressBytes + checksumBytes
    var cursor = try blocks.block("FHIB", at: place, size, of: Self.part)
    try checkOwner(&cursor, offset)
    var entries: [UInt64?] = []
    for _ in 0..<count { entries.append(try cursor.address()) }
    tables[place] = entries
    return entries
  }
}
