/// Looks at the structures of a file before the library follows them.
///
/// The library trusts much of what it finds in the older formats, which carry no checksums: lengths of
/// texts, offsets into heaps, how deep a tree is. What is found here to lead out of its place, or in
/// circles, is refused before. Of the newer structures, which carry checksums, headers are looked at in
/// the same way; heaps, arrays and trees of version 2 are left to the library.
struct StructureCheck: Sendable {
  let file: FileBytes
  /// The headers that were found sound, by their addresses.
  private var sound: Set<UInt64> = []
  private var heaps: [UInt64: GlobalHeap] = [:]

  init(_ file: FileBytes) { self.file = file }

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
    }
    if let table = superblock.rootTable { try checkGroup(tree: table.tree, names: table.names) }
    try check(objectAt: superblock.root)
  }

  /// Checks an object's header and where that leads, but no other objects.
  mutating func check(objectAt address: UInt64) throws(StructureError) {
    if sound.contains(address) { return }
    let header = try ObjectHeader(at: address, in: file)
    var facts = MessageFacts()
    for message in header.messages { try check(message, &facts) }
    try checkAgreement(facts, at: address)
    sound.insert(address)
  }

  private mutating func check(
    _ message: ObjectHeader.Message, _ facts: inout MessageFacts
  ) throws(StructureError) {
    var cursor = file.cursor(over: message.body, of: "header", at: message.address)
    if message.isShared {
      let size = try checkShared(&cursor, message.kind)
      if message.kind == .datatype { facts.typeSize = size }
      return
    }
    switch message.kind {
    case .dataspace:
      facts.shape = try cursor.dataspace()
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
      try checkDenseStorage(&cursor, hasOrder: flags & 2 != 0)
    case .attributeInfo:
      try cursor.skip(1)
      let flags = try cursor.number(1)
      try cursor.skip(flags & 1 != 0 ? 2 : 0)
      try checkDenseStorage(&cursor, hasOrder: flags & 2 != 0)
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

  /// Where many links or attributes are: a heap, and trees that find them by name and by order. All
  /// of them carry checksums, but have to be there.
  private func checkDenseStorage(_ cursor: inout ByteCursor, hasOrder: Bool) throws(StructureError)
  {
    guard let heap = try cursor.address() else {
      return try cursor.skip((hasOrder ? 2 : 1) * cursor.addressBytes)
    }
    try expect("FRHP", at: heap)
    for _ in 0..<(hasOrder ? 2 : 1) {
      try expect("BTHD", at: try cursor.definedAddress())
    }
  }

  private func expect(_ mark: String, at address: UInt64) throws(StructureError) {
    var cursor = try file.cursor(at: address, 4, of: "heap or tree")
    try cursor.mark(mark)
  }

  /// A message that is kept elsewhere: in the header of a named type, or in a heap of its own.
  ///
  /// - Returns: the bytes of an element of the named type.
  private mutating func checkShared(
    _ cursor: inout ByteCursor, _ kind: ObjectHeader.Kind
  ) throws(StructureError) -> Int? {
    try cursor.expect(
      [.datatype, .dataspace, .fill, .oldFill, .filters, .attribute].contains(kind))
    let version = try cursor.number(1)
    try cursor.expect((1...3).contains(version))
    let place = try cursor.number(1)
    if version == 1 { try cursor.skip(6 + cursor.lengthBytes) }
    if version == 3, place == 1 {
      try cursor.skip(8)
      return nil
    }
    let address = try cursor.definedAddress()
    // The message there has to be one: the library would follow references to themselves for ever.
    let header = try ObjectHeader(at: address, in: file)
    guard let message = header.messages.first(where: { $0.kind == kind }), !message.isShared else {
      throw cursor.damaged
    }
    var body = file.cursor(over: message.body, of: "header", at: message.address)
    switch kind {
    case .datatype: return try body.datatype()
    case .dataspace: _ = try body.dataspace()
    case .fill: _ = try body.fill(isOld: false)
    case .oldFill: _ = try body.fill(isOld: true)
    case .filters: _ = try body.filters()
    default: throw cursor.damaged
    }
    return nil
  }

  private mutating func checkAttribute(_ cursor: inout ByteCursor) throws(StructureError) {
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
    let elementSize =
      areShared & 1 != 0 ? try checkShared(&type, .datatype) : try type.datatype()
    if areShared & 2 != 0 {
      _ = try checkShared(&space, .dataspace)
      return
    }
    guard let shape = try space.dataspace(), let elementSize else { return }
    try cursor.skip(product(of: shape, elementSize) ?? -1)
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
    case .compact(let size):
      guard let shape = facts.shape, let typeSize = facts.typeSize else { return }
      try cursor.expect((product(of: shape, typeSize) ?? .max) <= size)
    case .chunked(let tree, let dimensions):
      try checkChunk(dimensions, facts, cursor)
      if let tree { try checkChunkTree(tree, dimensions, facts.filters) }
    case .newChunks(let index, let dimensions):
      try checkChunk(dimensions, facts, cursor)
      if let index { try cursor.expect(file.holds(1, at: index)) }
    case .contiguous(let address, let size): try cursor.expect(file.holds(size, at: address))
    case .virtual(let reference):
      if let reference { _ = try heapObject(reference) }
    }
  }

  private func checkChunk(
    _ dimensions: [Int], _ facts: MessageFacts, _ cursor: ByteCursor
  ) throws(StructureError) {
    if let shape = facts.shape { try cursor.expect(dimensions.count == shape.count + 1) }
    if let typeSize = facts.typeSize { try cursor.expect(dimensions.last == typeSize) }
  }
}

/// - Returns: `nil` if it is more than can be counted.
private func product(of shape: [Int], _ last: Int) -> Int? {
  var product = last
  for length in shape {
    let (result, overflow) = product.multipliedReportingOverflow(by: length)
    if overflow { return nil }
    product = result
  }
  return product
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
