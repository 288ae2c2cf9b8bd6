/// Where a text or list of variable length is: an object of a block that holds many.
struct HeapReference: Equatable {
  /// How many elements it declares.
  let length: Int
  /// The block.
  let address: UInt64
  /// The object's number.
  let index: Int

  init(length: Int, address: UInt64, index: Int) {
    (self.length, self.address, self.index) = (length, address, index)
  }

  /// As it is stored: length, address, number.
  init(_ cursor: inout ByteCursor) throws(StructureError) {
    length = try cursor.number(4)
    address = try cursor.bits(cursor.addressBytes)
    index = try cursor.number(4)
  }

  static func storedSize(addressBytes: Int) -> Int { 4 + addressBytes + 4 }

  /// Whether it leads nowhere: what it stands for is empty.
  var isNull: Bool { address == 0 }
}
