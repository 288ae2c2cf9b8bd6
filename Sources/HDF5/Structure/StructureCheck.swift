/// Looks at the structures of a file before the library follows them.
///
/// The library trusts much of what it finds: lengths of texts, offsets into heaps, how deep a tree is, how
/// many records it has. Newer structures carry checksums, which a file made to do harm has right, too. What is
/// found here to lead out of its place, or in circles, is refused before.
struct StructureCheck: Sendable {
  let file: FileBytes
  var blocks: BlockReader
  /// Whether checksums are compared where the library would do harm if they differ.
  var comparesSums = true
  /// The results of the headers that were checked, by their addresses.
  private var known: [UInt64: StructureError?] = [:]
  private var heaps: [UInt64: GlobalHeap] = [:]
  private var shared: SharedMessages?

  init(_ file: FileBytes) {
    self.file = file
    blocks = BlockReader(file)
  }

  /// Checks what the library looks at when it opens a file.
  mutating func checkStart() throws(StructureError) {
    let superblock = file.superblock
    // A file of several, or with another library's memory in it, is not read as one of its own.
    let isAlone = superblock.driverAddress == nil
    guard isAlone else { throw StructureError(part: "driver block", offset: superblock.start) }
    if let address = superblock.extensionAddress {
      for message in try ObjectHeader(at: address, in: file).messages
      where [.driver, .cacheImage].contains(message.kind) {
        throw StructureError(part: "superblock extension", offset: file.offset(of: address))
      }
      try check(objectAt: address)
      shared = try SharedMessages(file)
    }
    if let table = superblock.rootTable { try checkGroup(tree: table.tree, names: table.names) }
    try check(objectAt: superblock.root)
  }

  /// Checks an object's header and where that leads, but no other objects.
  mutating func check(objectAt address: UInt64) throws(StructureError) {
    if let found = known[address] {
      if let found { throw found }
      return
    }
    do throws(StructureError) {
      let header = try ObjectHeader(at: address, in: file)
      var facts = MessageFacts()
      for message in header.messages { try check(message, &facts) }
      try checkAgreement(facts, at: address)
      known[address] = .some(nil)
    } catch {
      known[address] = error
      throw error
    }
  }

  private mutating func check(
    _ message: ObjectHeader.Message, _ facts: inout MessageFacts
  ) throws(StructureError) {
    var cursor = file.cursor(over: message.body, of: "header", at: message.address)
    if message.isShared { cursor = try sharedMessage(&cursor, message.kind) }
    switch message.kind {
    case .dataspace:
      facts.space = try cursor.dataspace()
    case .datatype: facts.typeSize = try cursor.datatype()
    case .oldFill: facts.fillSize = try cursor.fill(isOld: true) ?? facts.fillSize
    case .fill: facts.fillSize = try cursor.fill(isOld: false) ?? facts.fillSize
    case .layout: facts.layout = try cursor.layout()
    case .filters: facts.filters = try cursor.filters()
    case .attribute: try checkAttribute(&cursor)
    case .link: try cursor.link()
    case .symbolTable:
      try checkGroup(tree: try cursor.definedAddress(), names: try cursor.definedAddress())
    case .externalFiles: try checkExternalFiles(&cursor)
    case .linkInfo:
      try cursor.skip(1)
      let flags = try cursor.number(1)
      try cursor.skip(flags & 1 != 0 ? 8 : 0)
      try checkDenseStorage(&cursor, .links, hasOrder: flags & 2 != 0)
    case .attributeInfo:
      try cursor.skip(1)
      let flags = try cursor.number(1)
      try cursor.skip(flags & 1 != 0 ? 2 : 0)
      try checkDenseStorage(&cursor, .attributes, hasOrder: flags & 2 != 0)
    case .groupInfo:
      try cursor.skip(1)
      let flags = try cursor.number(1)
      try cursor.skip((flags & 1 != 0 ? 4 : 0) + (flags & 2 != 0 ? 4 : 0))
    case .comment: _ = try cursor.text()
    case .oldTime: try cursor.skip(14)
    case .time: try cursor.skip(8)
    case .ranks: try cursor.skip(7)
    case .referenceCount: try cursor.skip(5)
    case .sharedTable: try cursor.skip(2 + cursor.addressBytes)
    case .continuation, .driver, .cacheImage: break
    }
  }

  /// A message that is kept elsewhere: in the header of a named type, or in a heap of many headers.
  ///
  /// - Returns: its body.
  private mutating func sharedMessage(
    _ cursor: inout ByteCursor, _ kind: ObjectHeader.Kind
  ) throws(StructureError) -> ByteCursor {
    try cursor.expect(
      [.datatype, .dataspace, .fill, .oldFill, .filters, .attribute].contains(kind))
    let version = try cursor.number(1)
    try cursor.expect((1...3).contains(version))
    let place = try cursor.number(1)
    if version == 1 { try cursor.skip(6 + cursor.lengthBytes) }
    if version == 3, place == 1 {
      return try sharedMessage(try cursor.take(SharedMessages.idBytes), kind)
    }
    try cursor.expect(kind != .attribute)
    let address = try cursor.definedAddress()
    // The message there has to be one: the library would follow references to themselves for ever.
    let header = try ObjectHeader(at: address, in: file)
    guard let message = header.messages.first(where: { $0.kind == kind }), !message.isShared else {
      throw cursor.damaged
    }
    return file.cursor(over: message.body, of: "header", at: message.address)
  }

  /// A message in a heap of many headers.
  mutating func sharedMessage(
    _ id: ArraySlice<UInt8>, _ kind: ObjectHeader.Kind
  ) throws(StructureError) -> ByteCursor {
    var messages: SharedMessages
    if let shared { messages = shared } else { messages = try SharedMessages(file) }
    defer { shared = messages }
    return try messages.message(id, kind, &blocks)
  }

  mutating func checkAttribute(_ cursor: inout ByteCursor) throws(StructureError) {
    let version = try cursor.number(1)
    let flags = try cursor.number(1)
    try cursor.expect((1...3).contains(version) && (version == 1 || flags < 4))
    let (nameSize, typeSize, spaceSize) = (
      try cursor.number(2), try cursor.number(2), try cursor.number(2)
    )
    if version == 3 { try cursor.skip(1) }
    func padded(_ size: Int) -> Int { version == 1 ? (size + 7) & ~7 : size }
    let name = try cursor.take(padded(nameSize)).prefix(nameSize)
    try cursor.expect(name.firstIndex(of: 0) == name.indices.last)
    var type = cursor.over(try cursor.take(padded(typeSize)).prefix(typeSize))
    var space = cursor.over(try cursor.take(padded(spaceSize)).prefix(spaceSize))
    let areShared = version > 1 ? flags : 0
    if areShared & 1 != 0 { type = try sharedMessage(&type, .datatype) }
    if areShared & 2 != 0 { space = try sharedMessage(&space, .dataspace) }
    let elementSize = try type.datatype()
    guard let space = try space.dataspace(), let elementSize else { return }
    try cursor.skip(space.bytes(ofElements: elementSize))
  }

  private mutating func checkAgreement(_ facts: MessageFacts, at address: UInt64)
    throws(StructureError)
  {
    let cursor = file.cursor(over: [], of: "header", at: address)
    guard let layout = facts.layout else { return }
    if let fillSize = facts.fillSize, let typeSize = facts.typeSize {
      try cursor.expect(fillSize == typeSize)
    }
    switch layout {
    case .compact(let size): try cursor.expect((facts.contentBytes ?? 0) <= size)
    case .chunked(let tree, let dimensions):
      try checkChunk(dimensions, facts, cursor)
      if let tree { try checkChunkTree(tree, dimensions, facts.filters) }
    case .newChunks(let index):
      guard let space = facts.space else { throw cursor.damaged }
      try checkChunk(index.dimensions, facts, cursor)
      try index.check(space, facts.filters, &blocks, cursor)
    case .contiguous(let address, let size):
      // The library (1.10) goes by the dimensions, and takes memory for as much before it reads.
      let needed = facts.contentBytes
      try cursor.expect(file.holds(size ?? needed ?? 0, at: address))
      if let size, let needed { try cursor.expect(needed <= size) }
    case .virtual(let reference):
      guard let reference else { return }
      let (place, size) = try heapObject(reference)
      var sources = try file.cursor(at: place, size, of: "list of sources")
      try sources.virtualSources()
    }
  }

  private func checkChunk(
    _ dimensions: [Int], _ facts: MessageFacts, _ cursor: ByteCursor
  ) throws(StructureError) {
    if let shape = facts.space?.shape {
      try cursor.expect(!shape.isEmpty && dimensions.count == shape.count + 1)
    }
    if let typeSize = facts.typeSize { try cursor.expect(dimensions.last == typeSize) }
  }
}

extension StructureCheck {
  /// Where the bytes of a text or list of variable length are, and how many.
  ///
  /// - Throws: `StructureError` if its block cannot be walked, or has no such object.
  mutating func heapObject(
    _ reference: HeapReference
  ) throws(StructureError) -> (address: UInt64, size: Int) {
    if let heap = heaps[reference.address] { return try heap.object(reference, in: file) }
    let heap = try GlobalHeap(at: reference.address, in: file)
    heaps[reference.address] = heap
    return try heap.object(reference, in: file)
  }
}
