/// The first block of a file: how it writes addresses, and where its root is.
struct Superblock: Sendable {
  /// Where the file proper begins, behind what stands before it; addresses are counted from here.
  let start: Int
  /// The bytes of the file from there on.
  let size: Int
  /// How many bytes an address has, and how many a length.
  let addressBytes, lengthBytes: Int
  /// Half the places of a node: of the leaves of a group's tree, of its inner nodes, and of the tree
  /// of chunks.
  var leafRank = 4
  var groupRank = 16
  var chunkRank = 32
  /// The header of the root group.
  let root: UInt64
  /// The tree and the names of the root group, if they are noted here, too.
  private(set) var rootTable: (tree: UInt64, names: UInt64)?
  /// The header of what does not fit here.
  private(set) var extensionAddress: UInt64?
  /// Where settings of a driver are, which spreads a file over several.
  private(set) var driverAddress: UInt64?
  /// How many bytes there should be in front of the file and in it.
  private(set) var expectedSize: Int

  /// The longest one, that of version 1 with addresses of 8 bytes.
  static let largestSize = 100

  /// Where one may be: a user block of 512 · 2ᵏ bytes may stand before it.
  static func offsets(within size: Int) -> some Sequence<Int> {
    sequence(first: 0) { $0 == 0 ? 512 : $0 * 2 }.prefix { $0 < size }
  }

  /// Reads one; `nil` of a version that the library will know, if anybody.
  ///
  /// - Parameters:
  ///   - bytes: from the signature on.
  ///   - start: where in the file that is.
  ///   - fileSize: all of its bytes.
  /// - Throws: `StructureError` if it ends too early, or counts addresses in a way nobody does.
  init?(_ bytes: [UInt8], at start: Int, fileSize: Int) throws(StructureError) {
    self.start = start
    size = fileSize - start
    var cursor = ByteCursor(bytes[...], of: "superblock", at: start)
    try cursor.skip(ForeignFormat.signature.count)
    let version = try cursor.number(1)
    guard version <= 3 else { return nil }
    if version < 2 { try cursor.skip(4) }
    (addressBytes, lengthBytes) = (try cursor.number(1), try cursor.number(1))
    try cursor.expect([2, 4, 8].contains(addressBytes) && [2, 4, 8].contains(lengthBytes))
    cursor.addressBytes = addressBytes
    if version >= 2 {
      try cursor.skip(1)
      let base = try cursor.number(addressBytes)
      extensionAddress = try cursor.address()
      expectedSize = try Self.expectedSize(try cursor.number(addressBytes), base, start, cursor)
      root = try cursor.definedAddress()
      return
    }
    try cursor.skip(1)
    (leafRank, groupRank) = (try cursor.number(2), try cursor.number(2))
    try cursor.skip(4)
    if version == 1 {
      chunkRank = try cursor.number(2)
      try cursor.skip(2)
    }
    let base = try cursor.number(addressBytes)
    try cursor.skip(addressBytes)
    expectedSize = try Self.expectedSize(try cursor.number(addressBytes), base, start, cursor)
    driverAddress = try cursor.address()
    // The root as an entry of a group: offset of its name, address, what is noted with it.
    try cursor.skip(addressBytes)
    root = try cursor.definedAddress()
    let hasTable = try cursor.number(4) == 1
    try cursor.skip(4)
    if hasTable { rootTable = (try cursor.definedAddress(), try cursor.definedAddress()) }
  }

  /// A file may have been put behind something since it was written.
  private static func expectedSize(
    _ end: Int, _ base: Int, _ start: Int, _ cursor: ByteCursor
  ) throws(StructureError) -> Int {
    let (size, overflow) = (end - base).addingReportingOverflow(start)
    try cursor.expect(!overflow)
    return size
  }
}
