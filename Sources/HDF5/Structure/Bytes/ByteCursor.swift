/// Reads little-endian numbers, one after another, and never beyond the end.
struct ByteCursor {
  private(set) var rest: ArraySlice<UInt8>
  let damaged: StructureError
  /// How many bytes an address and a length have in this file.
  var addressBytes = 8
  var lengthBytes = 8

  /// - Parameters:
  ///   - bytes: that may be read.
  ///   - part: what they are.
  ///   - offset: where in the file that begins, for errors.
  init(_ bytes: ArraySlice<UInt8>, of part: String, at offset: Int) {
    rest = bytes
    damaged = StructureError(part: part, offset: offset)
  }

  /// A cursor over other bytes of the same part.
  func over(_ bytes: ArraySlice<UInt8>) -> ByteCursor {
    var cursor = self
    cursor.rest = bytes
    return cursor
  }

  func expect(_ isSound: Bool) throws(StructureError) {
    if !isSound { throw damaged }
  }

  mutating func skip(_ count: Int) throws(StructureError) { _ = try take(count) }

  mutating func take(_ count: Int) throws(StructureError) -> ArraySlice<UInt8> {
    guard count >= 0, count <= rest.count else { throw damaged }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }

  mutating func bits(_ count: Int) throws(StructureError) -> UInt64 {
    try take(count).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// A number that nobody means to be larger than what can be counted.
  mutating func number(_ count: Int) throws(StructureError) -> Int {
    guard let number = Int(exactly: try bits(count)) else { throw damaged }
    return number
  }

  mutating func length() throws(StructureError) -> Int { try number(lengthBytes) }

  /// An address, or `nil` where nothing is: all its bits are set then.
  mutating func address() throws(StructureError) -> UInt64? {
    let address = try bits(addressBytes)
    return address == UInt64.max >> (64 - 8 * UInt64(addressBytes)) ? nil : address
  }

  mutating func definedAddress() throws(StructureError) -> UInt64 {
    guard let address = try address() else { throw damaged }
    return address
  }

  mutating func mark(_ text: String) throws(StructureError) {
    try expect(try take(4).elementsEqual(text.utf8))
  }

  /// Passes a text that ends with a zero, and what pads it.
  ///
  /// - Returns: its bytes, without the zero.
  @discardableResult
  mutating func text(paddedTo padding: Int = 1) throws(StructureError) -> ArraySlice<UInt8> {
    guard let end = rest.firstIndex(of: 0) else { throw damaged }
    let text = rest[..<end]
    try skip((text.count / padding + 1) * padding)
    return text
  }
}
