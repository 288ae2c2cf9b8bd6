import CFuzzer

/// Changes an input: text as libFuzzer likes, files mostly in place, as bytes that move make a file of
/// offsets unreadable from there on. Checksums of an archive's members and of HDF5 files are made true
/// again, or nothing behind them would ever be tried.
@_cdecl("LLVMFuzzerCustomMutator")
public func mutate(
  _ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ largest: Int, _ seed: UInt32
) -> Int {
  var random = Random(state: UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1)
  guard FuzzTarget.current.isOfFiles, size > 64,
    random.below(16) > 0
  else {
    return LLVMFuzzerMutate(data, size, largest)
  }
  let bytes = UnsafeMutableBufferPointer(start: data, count: size)
  for _ in 0...random.below(4) { changeInPlace(bytes, &random) }
  if random.below(8) > 0 {
    for (place, byte) in withTrueChecksums(Array(bytes)).enumerated() { bytes[place] = byte }
  }
  if bytes.starts(with: "PK".utf8), random.below(16) > 0 {
    repairChecksums(UnsafeMutableRawBufferPointer(bytes))
  }
  return size
}

/// One change that moves nothing.
private func changeInPlace(_ bytes: UnsafeMutableBufferPointer<UInt8>, _ random: inout Random) {
  // Files are mostly zeros, which are mostly not looked at.
  var place = random.below(bytes.count)
  for _ in 0..<4 where bytes[place] == 0 { place = random.below(bytes.count) }
  func put<Number: FixedWidthInteger>(_ number: Number, aligned: Bool) {
    let width = MemoryLayout<Number>.size
    let start = min(aligned ? place / width * width : place, bytes.count - width)
    withUnsafeBytes(of: number.littleEndian) { for i in 0..<width { bytes[start + i] = $0[i] } }
  }
  switch random.below(8) {
  case 0:  // a size, an offset or a dimension
    let numbers: [UInt64] = [
      0, 1, 2, 3, 4, .max, .max >> 1, 1 << 62, 1 << 32, 1 << 31, 1 << 20, UInt64(bytes.count),
      UInt64(random.below(bytes.count)),
    ]
    put(numbers[random.below(numbers.count)], aligned: true)
  case 1:  // the same in four bytes, or a real that is none
    let numbers: [UInt32] = [0, 1, 2, .max, 1 << 31, 0x7F80_0000, 0x7FC0_0000, 0x7F7F_FFFF, 96]
    put(numbers[random.below(numbers.count)], aligned: true)
  case 2: put(UInt16(truncatingIfNeeded: random.next()), aligned: random.below(2) == 0)
  case 3:  // a type, a version, a flag
    bytes[place] = UInt8(truncatingIfNeeded: random.below(2) == 0 ? random.below(16) : 255)
  case 4:  // what stands elsewhere
    let length = min(8 << random.below(4), bytes.count)
    let (from, to) = (
      random.below(bytes.count - length + 1) & ~7, min(place & ~7, bytes.count - length)
    )
    for i in 0..<length { bytes[to + i] = bytes[from + i] }
  case 5, 6:  // a word of the text that follows
    let characters = Array("0123456789-.eE\"[]{}:, NInfat".utf8)
    let digits = characters.prefix(10)
    guard let start = bytes[place...].firstIndex(where: { digits.contains($0) }) else { return }
    bytes[start] =
      random.below(4) > 0 ? digits[random.below(10)] : characters[random.below(characters.count)]
  default:
    let length = min(1 + random.below(32), bytes.count - place)
    var part = Array(bytes[place..<place + length])
    let count = LLVMFuzzerMutate(&part, length, length)
    for i in 0..<min(count, length) { bytes[place + i] = part[i] }
  }
}

/// Writes the checksum of every member that is stored as it is to where an archive notes it.
private func repairChecksums(_ archive: UnsafeMutableRawBufferPointer) {
  func number(at offset: Int, _ width: Int) -> Int? {
    guard offset >= 0, offset + width <= archive.count else { return nil }
    return (0..<width).reversed().reduce(0) { $0 << 8 | Int(archive[offset + $1]) }
  }
  let (localMark, centralMark) = (0x0403_4B50, 0x0201_4B50)
  for entry in 0..<max(0, archive.count - 46) where archive[entry] == 0x50 {
    guard number(at: entry, 4) == centralMark, number(at: entry + 10, 2) == 0,
      let size = number(at: entry + 20, 4), let local = number(at: entry + 42, 4),
      number(at: local, 4) == localMark, let nameLength = number(at: local + 26, 2),
      let extraLength = number(at: local + 28, 2)
    else { continue }
    let start = local + 30 + nameLength + extraLength
    guard start + size <= archive.count else { continue }
    let sum = checksum(UnsafeRawBufferPointer(rebasing: archive[start..<start + size])).littleEndian
    archive.storeBytes(of: sum, toByteOffset: entry + 16, as: UInt32.self)
    archive.storeBytes(of: sum, toByteOffset: local + 14, as: UInt32.self)
  }
}

/// The CRC-32 of ZIP.
private func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
  ~bytes.reduce(~0) { sum, byte in
    checksumTable[Int(UInt8(truncatingIfNeeded: sum) ^ byte)] ^ sum >> 8
  }
}

private let checksumTable: [UInt32] = (0..<256).map { index in
  (0..<8).reduce(UInt32(index)) { sum, _ in sum & 1 == 0 ? sum >> 1 : sum >> 1 ^ 0xEDB8_8320 }
}

/// xorshift64*.
private struct Random {
  var state: UInt64

  mutating func next() -> UInt64 {
    state ^= state >> 12
    state ^= state << 25
    state ^= state >> 27
    return state &* 0x2545_F491_4F6C_DD1D
  }

  mutating func below(_ limit: Int) -> Int { Int((next() >> 33) % UInt64(limit)) }
}
