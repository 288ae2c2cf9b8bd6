/// The header of an object: messages of what it is, how it is stored, what it is called.
struct ObjectHeader {
  /// One message.
  struct Message {
    let kind: Kind
    /// Whether its body is only a reference to where the message is.
    let isShared: Bool
    let body: ArraySlice<UInt8>
    /// Where the header or the continuation is that holds it.
    let address: UInt64
  }

  /// The messages that a reader comes across; others are none of its business.
  enum Kind: Int {
    case dataspace = 1
    case linkInfo, datatype, oldFill, fill, link, externalFiles, layout
    case groupInfo = 10
    case filters, attribute, comment, oldTime, sharedTable, continuation, symbolTable, time, ranks,
      driver, attributeInfo, referenceCount
    case cacheImage = 24
  }

  private(set) var messages: [Message] = []
  private let file: FileBytes
  /// Where it goes on.
  private var places: [(address: UInt64, size: Int)] = []
  private var known: Set<UInt64> = []
  private var totalSize = 0
  /// How many messages it may have.
  private var limit = Int.max
  private var hasOrder = false
  private var isNew = false

  /// The header at an address, of either format, with all that continues it.
  ///
  /// - Throws: `StructureError` if its parts lead out of the file, out of one another, or in circles.
  init(at address: UInt64, in file: FileBytes) throws(StructureError) {
    self.file = file
    let largestPrefix = 34
    let start = try file.someBytes(at: address, largestPrefix, of: Self.part)
    var cursor = file.cursor(over: start[...], of: Self.part, at: address)
    isNew = start.starts(with: "OHDR".utf8)
    let size: Int
    if isNew {
      try cursor.skip(5)
      let flags = try cursor.number(1)
      hasOrder = flags & 4 != 0
      try cursor.skip((flags & 0x20 != 0 ? 16 : 0) + (flags & 0x10 != 0 ? 4 : 0))
      size = try cursor.number(1 << (flags & 3))
    } else {
      // Version 1, or one that the library refuses: version, messages, references, size, padding.
      try cursor.skip(2)
      limit = try cursor.number(2)
      try cursor.skip(4)
      size = try cursor.number(4)
      try cursor.skip(4)
    }
    let begin = start.count - cursor.rest.count
    try cursor.expect(file.holds(begin, at: address))
    try read(at: address + UInt64(begin), size)
    var next = 0
    while next < places.count {
      let place = places[next]
      next += 1
      guard isNew else {
        try read(at: place.address, place.size)
        continue
      }
      // Between a mark and a checksum.
      var head = try file.cursor(at: place.address, 4, of: Self.part)
      try head.mark("OCHK")
      try head.expect(place.size >= 8)
      try read(at: place.address + 4, place.size - 8)
    }
  }

  private static let part = "header"

  private mutating func read(at address: UInt64, _ size: Int) throws(StructureError) {
    var cursor = try file.cursor(at: address, size, of: Self.part)
    let prefix = isNew ? (hasOrder ? 6 : 4) : 8
    // Less than a message is left out at the end, but the library expects one at the start.
    try cursor.expect(size == 0 || size >= prefix)
    while cursor.rest.count >= prefix {
      let kind = try cursor.number(isNew ? 1 : 2)
      // None has a larger number: what begins so may be another structure, too.
      try cursor.expect(kind <= 0xFF)
      let size = try cursor.number(2)
      let flags = try cursor.number(1)
      try cursor.skip(isNew ? (hasOrder ? 2 : 0) : 3)
      let body = try cursor.take(size)
      limit -= 1
      try cursor.expect(limit >= 0)
      guard let kind = Kind(rawValue: kind) else { continue }
      let isShared = flags & 2 != 0
      if kind == .continuation {
        var inner = cursor.over(body)
        try inner.expect(!isShared)
        let place = (try inner.definedAddress(), try inner.length())
        totalSize = totalSize &+ place.1
        // A header is no larger than its file: one that is goes in circles.
        let isInside = file.holds(place.1, at: place.0) && totalSize <= file.superblock.size
        try inner.expect(known.insert(place.0).inserted && isInside)
        places.append(place)
      }
      messages.append(Message(kind: kind, isShared: isShared, body: body, address: address))
    }
  }
}
