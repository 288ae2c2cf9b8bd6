/// The checksum of structures since version 1.8: lookup3 of Bob Jenkins (2006, public domain).
package func metadataChecksum(_ bytes: some Collection<UInt8>) -> UInt32 {
  func rotated(_ word: UInt32, _ count: UInt32) -> UInt32 {
    word << count | word >> (32 - count)
  }
  let start = 0xDEAD_BEEF &+ UInt32(truncatingIfNeeded: bytes.count)
  var (a, b, c) = (start, start, start)
  var rest = bytes[...]
  func word(_ index: Int, of block: some Collection<UInt8>) -> UInt32 {
    block.dropFirst(4 * index).prefix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }
  // The last block is mixed otherwise, whole or not.
  while rest.count > 12 {
    (a, b, c) = (a &+ word(0, of: rest), b &+ word(1, of: rest), c &+ word(2, of: rest))
    rest = rest.dropFirst(12)
    a = (a &- c) ^ rotated(c, 4)
    c = c &+ b
    b = (b &- a) ^ rotated(a, 6)
    a = a &+ c
    c = (c &- b) ^ rotated(b, 8)
    b = b &+ a
    a = (a &- c) ^ rotated(c, 16)
    c = c &+ b
    b = (b &- a) ^ rotated(a, 19)
    a = a &+ c
    c = (c &- b) ^ rotated(b, 4)
    b = b &+ a
  }
  if rest.isEmpty { return c }
  (a, b, c) = (a &+ word(0, of: rest), b &+ word(1, of: rest), c &+ word(2, of: rest))
  c = (c ^ b) &- rotated(b, 14)
  a = (a ^ c) &- rotated(c, 11)
  b = (b ^ a) &- rotated(a, 25)
  c = (c ^ b) &- rotated(b, 16)
  a = (a ^ c) &- rotated(c, 4)
  b = (b ^ a) &- rotated(a, 14)
  c = (c ^ b) &- rotated(b, 24)
  return c
}
