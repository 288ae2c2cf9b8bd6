/// How an index writes where a chunk is.
///
/// Its address; of chunks that filters go through, also its size and which filters it did not go through.
struct ChunkEntry {
  /// The bytes of a chunk when it is unpacked.
  let bytes: Int
  /// The numbers of the filters.
  let filters: [Int]

  var isPacked: Bool { !filters.isEmpty }

  /// The bytes of a packed chunk's size: a filter may make a chunk larger, so there is one more.
  var sizeBytes: Int { min(8, 1 + (floorOfLogarithm(bytes) + 8) / 8) }

  static let maskBytes = 4

  /// The bytes of an entry in an index since version 1.10.
  func size(addressBytes: Int) -> Int {
    addressBytes + (isPacked ? sizeBytes + Self.maskBytes : 0)
  }

  /// Passes an entry, and checks that the chunk is in the file.
  func check(_ cursor: inout ByteCursor, in file: FileBytes) throws(StructureError) {
    let address = try cursor.address()
    let size = isPacked ? try cursor.number(sizeBytes) : bytes
    let mask = isPacked ? try cursor.bits(Self.maskBytes) : 0
    if let address { try cursor.expect(isSound(size: size, mask: mask, at: address, in: file)) }
  }

  /// Whether a chunk is in the file, and has as many bytes as the library takes from it unasked.
  func isSound(size: Int, mask: UInt64, at address: UInt64, in file: FileBytes) -> Bool {
    size >= smallestSize(mask) && size <= Int(UInt32.max) && file.holds(size, at: address)
  }

  /// Filters that change a chunk's size may leave a byte of it; others leave all, and a checksum is 4.
  private func smallestSize(_ mask: UInt64) -> Int {
    let (shuffle, sum, sumBytes) = (2, 3, 4)
    var isResized = false
    for (place, filter) in filters.enumerated() where ![shuffle, sum].contains(filter) {
      isResized = isResized || mask >> UInt64(place) & 1 == 0
    }
    return isResized ? (filters.contains(sum) ? sumBytes : 1) : bytes
  }
}
