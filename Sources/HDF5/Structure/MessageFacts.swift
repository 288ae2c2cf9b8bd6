/// The facts in the messages of a header that other messages, or the structures they lead to, must
/// agree with.
struct MessageFacts {
  var space: Dataspace?
  var typeSize: Int?
  var fillSize: Int?
  /// Their numbers, in the order in which chunks went through them.
  var filters: [Int] = []
  var layout: Layout?

  /// The bytes of a dataset's elements; `nil` if it has none, or they are of a kind that is not known.
  var contentBytes: Int? {
    guard let space, let typeSize else { return nil }
    return space.bytes(ofElements: typeSize)
  }

  /// How a dataset is stored, as far as the library follows it unasked.
  enum Layout {
    /// The bytes are in the header.
    case compact(size: Int)
    /// In one piece, whose bytes the older layouts do not tell.
    case contiguous(UInt64, size: Int?)
    /// In chunks, which a tree of version 1 finds.
    case chunked(tree: UInt64?, dimensions: [Int])
    /// In chunks that are found in another way.
    case newChunks(ChunkIndex)
    /// A dataset of parts of other datasets, which an object of a heap describes.
    case virtual(HeapReference?)
  }
}

/// The dimensions of a dataset.
struct Dataspace {
  let shape: [Int]
  /// How long each may become; `nil` where nothing limits it.
  let largest: [Int?]

  /// The bytes of all elements; the largest number there is if they cannot be counted.
  func bytes(ofElements size: Int) -> Int {
    var bytes = size
    for length in shape {
      let (product, overflow) = bytes.multipliedReportingOverflow(by: length)
      if overflow { return .max }
      bytes = product
    }
    return bytes
  }
}

extension ByteCursor {
  // What is of a version that is not known here is passed by: the library knows it, or refuses it.

  /// The dimensions of a dataspace; `nil` if it has no elements at all.
  mutating func dataspace() throws(StructureError) -> Dataspace? {
    let version = try number(1)
    guard (1...2).contains(version) else { return nil }
    let rank = try number(1)
    let hasLargest = try number(1) & 1 != 0
    let kind = try number(1)
    if version == 1 { try skip(4) }
    let mostDimensions = 32
    try expect(rank <= mostDimensions)
    var shape: [Int] = []
    for _ in 0..<rank { shape.append(Int(clamping: try bits(lengthBytes))) }
    var largest: [Int?] = shape
    if hasLargest {
      let unlimited = UInt64.max >> (64 - 8 * UInt64(lengthBytes))
      for dimension in 0..<rank {
        let length = try bits(lengthBytes)
        largest[dimension] = length == unlimited ? nil : Int(clamping: length)
        // The library (1.10) takes what is longer for granted, and memory for it.
        try expect(shape[dimension] <= largest[dimension] ?? .max)
      }
    }
    let isNull = version == 2 && kind == 2
    return isNull ? nil : Dataspace(shape: shape, largest: largest)
  }

  /// - Returns: the bytes of the value that stands where nothing was written; `nil` if there is none.
  mutating func fill(isOld: Bool) throws(StructureError) -> Int? {
    if isOld {
      let size = try number(4)
      try skip(size)
      return size > 0 ? size : nil
    }
    let version = try number(1)
    switch version {
    case 1, 2:
      try skip(2)
      guard try number(1) != 0 else { return nil }
    case 3:
      let hasValue = try number(1) & 0x20 != 0
      guard hasValue else { return nil }
    default: return nil
    }
    let size = try number(4)
    // −1 is none.
    if size > Int(Int32.max) {
      try expect(version < 3)
      return nil
    }
    try skip(size)
    return size > 0 ? size : nil
  }

  mutating func layout() throws(StructureError) -> MessageFacts.Layout? {
    let version = try number(1)
    switch version {
    case 1, 2: return try oldLayout()
    case 3, 4: break
    default: return nil
    }
    switch try number(1) {
    case 0:
      let size = try number(2)
      try skip(size)
      return .compact(size: size)
    case 1:
      let (address, size) = (try address(), try length())
      return address.map { .contiguous($0, size: size) }
    case 2: return version == 3 ? try chunks() : try newChunks()
    case 3:
      let (address, index) = (try address(), try number(4))
      return .virtual(address.map { HeapReference(length: 0, address: $0, index: index) })
    default: throw damaged
    }
  }

  private static let mostChunkDimensions = 33

  private mutating func oldLayout() throws(StructureError) -> MessageFacts.Layout? {
    let (count, kind) = (try number(1), try number(1))
    try expect((1...Self.mostChunkDimensions).contains(count) && kind <= 2)
    try skip(5)
    let address = kind == 0 ? nil : try address()
    var dimensions: [Int] = []
    for _ in 0..<count { dimensions.append(try number(4)) }
    switch kind {
    case 0:
      let size = try number(4)
      try skip(size)
      return .compact(size: size)
    case 1: return address.map { .contiguous($0, size: nil) }
    default:
      try expectChunk(dimensions)
      return .chunked(tree: address, dimensions: dimensions)
    }
  }

  private mutating func chunks() throws(StructureError) -> MessageFacts.Layout {
    let count = try number(1)
    try expect((1...Self.mostChunkDimensions).contains(count))
    let tree = try address()
    var dimensions: [Int] = []
    for _ in 0..<count { dimensions.append(try number(4)) }
    try expectChunk(dimensions)
    return .chunked(tree: tree, dimensions: dimensions)
  }

  private mutating func newChunks() throws(StructureError) -> MessageFacts.Layout {
    let flags = try number(1)
    let (count, width) = (try number(1), try number(1))
    try expect((1...Self.mostChunkDimensions).contains(count) && (1...8).contains(width))
    var dimensions: [Int] = []
    for _ in 0..<count { dimensions.append(try number(width)) }
    try expectChunk(dimensions)
    let kind: ChunkIndex.Kind
    switch try number(1) {
    case 1:
      let isPacked = flags & 2 != 0
      kind = .single(isPacked ? (try length(), try bits(ChunkEntry.maskBytes)) : nil)
    case 2: kind = .implicit
    // How the structure grows is said in itself, too, and the library goes by that.
    case 3:
      kind = .fixedArray
      try skip(1)
    case 4:
      kind = .extensibleArray
      try skip(5)
    case 5:
      kind = .tree
      try skip(6)
    default: throw damaged
    }
    return .newChunks(ChunkIndex(kind: kind, address: try address(), dimensions: dimensions))
  }

  /// A chunk's dimensions, the last the bytes of an element: no chunk has 4 GiB.
  private func expectChunk(_ dimensions: [Int]) throws(StructureError) {
    var bytes = 1
    for length in dimensions {
      let (product, overflow) = bytes.multipliedReportingOverflow(by: length)
      try expect(length > 0 && !overflow && product <= Int(UInt32.max))
      bytes = product
    }
  }

  /// - Returns: the numbers of the filters.
  mutating func filters() throws(StructureError) -> [Int] {
    let version = try number(1)
    guard (1...2).contains(version) else { return [] }
    let count = try number(1)
    let mostFilters = 32
    try expect(count <= mostFilters)
    if version == 1 { try skip(6) }
    var filters: [Int] = []
    for _ in 0..<count {
      let filter = try number(2)
      filters.append(filter)
      let isNamed = version == 1 || filter >= 256
      let nameSize = isNamed ? try number(2) : 0
      try skip(2)
      let valueCount = try number(2)
      let name = try take(nameSize)
      try expect(name.isEmpty || name.contains(0))
      try skip(4 * valueCount + (version == 1 && valueCount % 2 == 1 ? 4 : 0))
    }
    return filters
  }

  /// A name in a group, and what it leads to.
  ///
  /// The library (1.10) frees what it never had when one of several cannot be decoded, so none may be
  /// that it would refuse.
  mutating func link() throws(StructureError) {
    let version = try number(1)
    let flags = try number(1)
    // What is not there has no bytes, and is 0.
    let kind = try number(flags & 8 != 0 ? 1 : 0)
    try skip(flags & 4 != 0 ? 8 : 0)
    let characterSet = try number(flags & 16 != 0 ? 1 : 0)
    let smallestOwnKind = 64
    try expect(
      version == 1 && flags < 32 && characterSet <= 1 && (kind <= 1 || kind >= smallestOwnKind))
    let nameSize = try number(1 << (flags & 3))
    try expect(nameSize > 0)
    try skip(nameSize)
    if kind == 0 {
      _ = try definedAddress()
    } else {
      let size = try number(2)
      try skip(size)
      try expect(kind > 1 || size > 0)
    }
  }
}
