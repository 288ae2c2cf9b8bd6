/// The storage of an object's links or attributes where there are so many that they stand in a
/// heap, in which trees find them.
enum DenseStorage {
  case links, attributes

  /// The bytes of what stands for an object of the heap.
  var idBytes: Int { self == .links ? 7 : 8 }
  /// The tree by names, and where in its records that stands.
  var names: (kind: RecordTree.Kind, recordBytes: Int, idOffset: Int) {
    self == .links ? (.linkNames, 11, 4) : (.attributeNames, 17, 0)
  }
  /// The tree in which they are in the order of their creation.
  var order: (kind: RecordTree.Kind, recordBytes: Int, idOffset: Int) {
    self == .links ? (.linkOrder, 15, 8) : (.attributeOrder, 13, 0)
  }
}

extension StructureCheck {
  /// Checks many links or attributes: their heap, the trees that find them by name and by order, each of them,
  /// and the checksums.
  ///
  /// Elsewhere the library compares those, and refuses what differs. Here it (1.10) frees what it never had when
  /// one of several cannot be read.
  mutating func checkDenseStorage(
    _ cursor: inout ByteCursor, _ storage: DenseStorage, hasOrder: Bool
  ) throws(StructureError) {
    let first = blocks.blocks.count
    try walkDenseStorage(&cursor, storage, hasOrder: hasOrder)
    if comparesSums { try blocks.compareSums(from: first, of: FractalHeap.part) }
  }

  private mutating func walkDenseStorage(
    _ cursor: inout ByteCursor, _ storage: DenseStorage, hasOrder: Bool
  ) throws(StructureError) {
    guard let address = try cursor.address() else {
      return try cursor.skip((hasOrder ? 2 : 1) * cursor.addressBytes)
    }
    var heap = try FractalHeap(at: address, idBytes: storage.idBytes, &blocks)
    let (kind, recordBytes, idOffset) = storage.names
    let names = try RecordTree(
      at: try cursor.definedAddress(), of: kind, recordSize: recordBytes, &blocks)
    var ids: Set<ArraySlice<UInt8>> = []
    for record in try names.records(&blocks) {
      let id = record.dropFirst(idOffset).prefix(storage.idBytes)
      ids.insert(id)
      switch storage {
      case .links:
        var body = try heap.object(id, &blocks)
        try body.link()
      case .attributes:
        let isShared = record[id.endIndex] & 2 != 0
        var body = try isShared ? sharedMessage(id, .attribute) : heap.object(id, &blocks)
        try checkAttribute(&body)
      }
    }
    guard hasOrder else { return }
    let (orderKind, orderBytes, orderOffset) = storage.order
    let order = try RecordTree(
      at: try cursor.definedAddress(), of: orderKind, recordSize: orderBytes, &blocks)
    for record in try order.records(&blocks) {
      try cursor.expect(ids.contains(record.dropFirst(orderOffset).prefix(storage.idBytes)))
    }
  }
}
