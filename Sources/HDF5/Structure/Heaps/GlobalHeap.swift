/// A block of texts and lists of variable length (`GCOL`).
///
/// Before 1.14 the library walks such a block trusting the sizes in it: a size of 0 makes it walk for
/// ever, a large one makes it leave the block. And it copies an object of any size to where there is
/// space for the length that a reference declares. So it is walked here first.
struct GlobalHeap: Sendable {
  static let part = "block of texts"
  private static let mostObjects = 1 << 16

  /// Where the objects are and how many bytes they have, by their numbers.
  private var objects: [Int: (address: UInt64, size: Int)] = [:]

  /// Mark, version, size of it all; then objects, each of a number, a count of references, its size,
  /// and its bytes padded to 8. Number 0 is free space, header included.
  init(at address: UInt64, in file: FileBytes) throws(StructureError) {
    func aligned(_ count: Int) -> Int { (count + 7) & ~7 }
    let lengthBytes = file.superblock.lengthBytes
    let header = aligned(8 + lengthBytes)
    var cursor = try file.cursor(at: address, header, of: Self.part)
    try cursor.mark("GCOL")
    try cursor.expect(try cursor.number(1) == 1)
    try cursor.skip(3)
    let size = try cursor.length()
    try cursor.expect(file.holds(size, at: address))
    let window = 1 << 16
    var (bytes, start): ([UInt8], Int) = ([], 0)
    var (offset, count) = (header, 0)
    while offset + header <= size {
      if offset + header > start + bytes.count {
        start = offset
        bytes = try file.bytes(
          at: address + UInt64(start), min(window, size - start), of: Self.part)
      }
      var object = cursor.over(bytes[(offset - start)..<(offset - start + header)])
      let index = try object.number(2)
      try object.skip(6)
      let bytes = try object.length()
      let room = size - offset
      count += 1
      try object.expect(count <= Self.mostObjects)
      if index == 0 {
        try object.expect(bytes >= header && bytes <= room)
        offset += bytes
      } else {
        try object.expect(bytes <= room - header)
        objects[index] = (address + UInt64(offset + header), bytes)
        offset += header + aligned(bytes)
      }
    }
    try cursor.expect(offset <= size)
  }

  /// Where the bytes are that a reference stands for, and how many.
  func object(_ reference: HeapReference, in file: FileBytes) throws(StructureError) -> (
    address: UInt64, size: Int
  ) {
    guard let object = objects[reference.index] else {
      throw StructureError(part: Self.part, offset: file.offset(of: reference.address))
    }
    return object
  }
}
