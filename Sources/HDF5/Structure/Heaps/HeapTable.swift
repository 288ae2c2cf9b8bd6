/// How the blocks of a heap double in size: rows of as many blocks each, the first two rows of the smallest
/// size, each further one of twice the size of the one before.
struct HeapTable: Sendable {
  /// How many blocks a row has.
  let width: Int
  /// The bytes of the smallest block, and of the largest that holds objects itself.
  let smallest, largest: Int
  /// The logarithm of the bytes of a first row.
  let rowBits: Int
  /// The bytes of an offset in the heap.
  let offsetBytes: Int
  /// How many rows there can be, and how many of them are of blocks that hold objects themselves.
  let mostRows, directRows: Int

  /// Width, smallest and largest block, the logarithm of the heap's largest size.
  init(_ cursor: inout ByteCursor) throws(StructureError) {
    width = try cursor.number(2)
    smallest = try cursor.length()
    largest = try cursor.length()
    let heapBits = try cursor.number(2)
    let (smallestBits, largestBits) = (
      try cursor.logarithm(ofPower: smallest), try cursor.logarithm(ofPower: largest)
    )
    rowBits = smallestBits + (try cursor.logarithm(ofPower: width))
    let (mostHeapBits, mostBlockBits) = (62, 31)
    try cursor.expect(
      smallestBits <= largestBits && largestBits <= mostBlockBits && largestBits <= heapBits
        && rowBits <= heapBits && heapBits <= mostHeapBits)
    offsetBytes = (heapBits + 7) / 8
    mostRows = heapBits - rowBits + 1
    directRows = largestBits - smallestBits + 2
  }

  /// The bytes of a block of a row.
  func size(ofRow row: Int) -> Int { smallest << max(0, row - 1) }

  /// Where in the heap a block begins.
  func offset(ofRow row: Int, column: Int) -> Int {
    (row == 0 ? 0 : 1 << (rowBits + row - 1)) + column * size(ofRow: row)
  }

  /// The block that a place in the heap is in.
  func block(at offset: Int) -> (row: Int, column: Int) {
    let row = offset >> rowBits == 0 ? 0 : floorOfLogarithm(offset) - rowBits + 1
    return (row, (offset - self.offset(ofRow: row, column: 0)) / size(ofRow: row))
  }

  /// How many rows a block has that holds no objects but a table of blocks.
  func rows(ofBlockInRow row: Int) -> Int { floorOfLogarithm(size(ofRow: row)) - rowBits + 1 }
}
