/// Messages that the headers of many objects share, in heaps that a table at the start of the file names.
struct SharedMessages: Sendable {
  /// The bytes of what names a message.
  static let idBytes = 8
  private static let part = "table of shared messages"
  /// The largest number of indexes that the library takes.
  private static let mostIndexes = 8

  /// Which kinds of messages a heap holds, as bits, and where it is.
  private var indexes: [(kinds: Int, heap: UInt64?)] = []
  private var heaps: [UInt64: FractalHeap] = [:]

  /// Reads the table, if the file has one.
  ///
  /// Of each index: whether it is a list or a tree, kinds of messages, three limits for those who write,
  /// how many messages there are, where the list or tree and the heap are.
  init(_ file: FileBytes) throws(StructureError) {
    guard let start = file.superblock.extensionAddress else { return }
    for message in try ObjectHeader(at: start, in: file).messages
    where message.kind == .sharedTable {
      var cursor = file.cursor(over: message.body, of: Self.part, at: message.address)
      try cursor.skip(1)
      let address = try cursor.definedAddress()
      let count = try cursor.number(1)
      try cursor.expect((1...Self.mostIndexes).contains(count))
      let indexBytes = 14 + 2 * file.superblock.addressBytes
      var table = try file.cursor(at: address, 4 + count * indexBytes, of: Self.part)
      try table.mark("SMTB")
      for _ in 0..<count {
        try table.expect(try table.number(1) == 0)
        try table.expect(try table.number(1) <= 1)
        let kinds = try table.number(2)
        try table.skip(10)
        _ = try table.address()
        indexes.append((kinds, try table.address()))
      }
    }
  }

  /// The body of a message.
  mutating func message(
    _ id: ArraySlice<UInt8>, _ kind: ObjectHeader.Kind, _ blocks: inout BlockReader
  ) throws(StructureError) -> ByteCursor {
    // An old fill value is kept with the new ones.
    let bit = 1 << (kind == .oldFill ? ObjectHeader.Kind.fill : kind).rawValue
    guard let address = indexes.first(where: { $0.kinds & bit != 0 })?.heap else {
      throw StructureError(part: Self.part, offset: blocks.file.superblock.start)
    }
    if heaps[address] == nil {
      heaps[address] = try FractalHeap(at: address, idBytes: Self.idBytes, &blocks)
    }
    guard let object = try heaps[address]?.object(id, &blocks) else {
      throw StructureError(part: Self.part, offset: blocks.file.offset(of: address))
    }
    return object
  }
}
