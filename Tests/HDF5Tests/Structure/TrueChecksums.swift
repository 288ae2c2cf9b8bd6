@testable import HDF5

/// Makes the checksums of a damaged file true again, as one who means to do harm would: of its superblock, of
/// the headers of objects, and of all that a structure check comes to.
/// The bytes are a file, or have files in them.
func withTrueChecksums(_ bytes: [UInt8]) -> [UInt8] {
  let signature = ForeignFormat.signature
  let starts = bytes.indices.dropLast(signature.count).filter {
    bytes[$0] == signature[0] && bytes[$0..<$0 + signature.count].elementsEqual(signature)
  }
  var result = bytes
  for start in starts {
    let image = Array(result[start...])
    if image.count > Superblock.largestSize {
      result.replaceSubrange(start..., with: withTrueSums(image))
    }
  }
  return result
}

private func withTrueSums(_ bytes: [UInt8]) -> [UInt8] {
  var image = bytes
  if image[8] >= 2 { image.writeSum(from: 0, sum: 12 + 4 * Int(image[9])) }
  let headers = image.indices.dropLast(Superblock.largestSize).filter {
    image[$0] == UInt8(ascii: "O") && image[$0..<$0 + 4].elementsEqual("OHDR".utf8)
  }
  for start in headers {
    let flags = Int(image[start + 5])
    let begin = start + 6 + (flags & 0x20 != 0 ? 16 : 0) + (flags & 0x10 != 0 ? 4 : 0)
    let width = 1 << (flags & 3)
    let size = image[begin..<begin + width].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    if size < UInt64(image.count) {
      image.writeSum(from: start, sum: begin + width + Int(size) - start)
    }
  }
  for block in blocks(of: image, headers: headers) {
    image.writeSum(from: Int(block.address), sum: block.sum, size: block.size)
  }
  return image
}

private func blocks(of image: [UInt8], headers: [Int]) -> [BlockReader.Block] {
  image.withUnsafeBytes { bytes in
    guard let start = bytes.baseAddress,
      let superblock = try? Superblock(
        Array(image.prefix(Superblock.largestSize)), at: 0, fileSize: image.count)
    else { return [] }
    var check = StructureCheck(FileBytes(start, superblock))
    check.comparesSums = false
    for header in headers { try? check.check(objectAt: UInt64(header)) }
    return check.blocks.blocks
  }
}

extension [UInt8] {
  /// Writes the checksum of bytes behind them, or, in a block of a heap, among them.
  fileprivate mutating func writeSum(from start: Int, sum: Int, size: Int? = nil) {
    let size = size ?? sum + 4
    guard sum >= 0, sum + 4 <= size, start + size <= count else { return }
    let place = start + sum
    let isInside = sum + 4 < size
    // It is summed as 0 itself.
    if isInside { for i in 0..<4 { self[place + i] = 0 } }
    let value = metadataChecksum(self[start..<(isInside ? start + size : place)])
    for i in 0..<4 { self[place + i] = UInt8(truncatingIfNeeded: value >> (8 * i)) }
  }
}
