internal import Glibc
internal import Synchronization

/// Checks the blocks of a file where texts of variable length are kept.
///
/// Before 1.14 the library walks such a block (`GCOL`) trusting the sizes in it: a size of 0 makes it
/// walk for ever, a large one makes it leave the block. So they are walked here first, once per file.
final class GlobalHeapCheck: Sendable {
  private let path: String
  private let result = Mutex<Result?>(nil)

  private enum Result {
    case sound
    case damaged(offset: Int)
  }

  init(path: String) { self.path = path }

  /// Checks a file in memory at once.
  ///
  /// - Throws: `HDF5Error` if a block is damaged.
  init(image: [UInt8], named name: String) throws(HDF5Error) {
    path = name
    let damaged = image.withUnsafeBytes { Self.firstDamaged(in: $0, isMapped: false) }
    if let damaged { throw HDF5Error(file: name, .damagedHeap(offset: damaged)) }
    result.withLock { $0 = .sound }
  }

  /// - Throws: `HDF5Error` if a block is damaged.
  func run() throws(HDF5Error) {
    let result = self.result.withLock { result in
      if let result { return result }
      let found = Self.firstDamaged(in: path).map { Result.damaged(offset: $0) } ?? .sound
      result = found
      return found
    }
    if case .damaged(let offset) = result {
      throw HDF5Error(file: path, .damagedHeap(offset: offset))
    }
  }

  /// Model files are smaller; of larger ones nothing is checked, as all of them would be read.
  private static let largestFile = 1 << 30
  private static let mark = Array("GCOL".utf8)
  /// The same four bytes: every 256th byte of a file of samples is a G.
  private static let markAsNumber = mark.withUnsafeBytes { $0.loadUnaligned(as: UInt32.self) }

  /// Where the first damaged block begins.
  private static func firstDamaged(in path: String) -> Int? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    let size = Int(lseek(descriptor, 0, SEEK_END))
    guard (1...largestFile).contains(size),
      let mapped = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), mapped != MAP_FAILED
    else { return nil }
    defer { munmap(mapped, size) }
    return firstDamaged(in: UnsafeRawBufferPointer(start: mapped, count: size), isMapped: true)
  }

  private static func firstDamaged(in file: UnsafeRawBufferPointer, isMapped: Bool) -> Int? {
    guard let lengthBytes = sizeOfLengths(in: file) else { return nil }
    var start = 0
    while let offset = nextMark(in: file, from: start, isMapped: isMapped) {
      if !isSound(file[offset...], lengthBytes) { return offset }
      start = offset + mark.count
    }
    return nil
  }

  /// Searches by windows, and gives back the memory of each: the pages of a file of samples would
  /// otherwise all count as this process's own.
  private static func nextMark(
    in file: UnsafeRawBufferPointer, from start: Int, isMapped: Bool
  ) -> Int? {
    guard let base = file.baseAddress else { return nil }
    let window = 16 << 20
    var start = start
    while start < file.count {
      let first = start & ~(window - 1)
      let last = min(first + window, file.count)
      // All pages at once, where the kernel can: a fault for each would take longer than the search.
      if isMapped {
        madvise(UnsafeMutableRawPointer(mutating: base + first), last - first, populateForReading)
      }
      while start < last, let found = memchr(base + start, Int32(mark[0]), last - start) {
        let offset = UnsafeRawPointer(found) - base
        if offset + 4 <= file.count,
          file.loadUnaligned(fromByteOffset: offset, as: UInt32.self) == markAsNumber
        {
          return offset
        }
        start = offset + 1
      }
      // Never of an image in memory: its pages would be lost, and those of its neighbours.
      if isMapped {
        madvise(UnsafeMutableRawPointer(mutating: base + first), last - first, MADV_DONTNEED)
      }
      start = first + window
    }
    return nil
  }

  /// `MADV_POPULATE_READ` of Linux 5.14; an older kernel refuses it, and nothing is lost.
  private static let populateForReading: Int32 = 22

  /// How many bytes a length has in this file: the superblock says.
  private static func sizeOfLengths(in file: UnsafeRawBufferPointer) -> Int? {
    var start = 0
    while start + 16 <= file.count {
      if file[start..<start + 8].elementsEqual(ForeignFormat.signature) {
        let bytes = Int(file[start + 8] < 2 ? file[start + 14] : file[start + 10])
        return [2, 4, 8].contains(bytes) ? bytes : nil
      }
      start = start == 0 ? 512 : start * 2
    }
    return nil
  }

  /// Whether a block can be walked: mark, version, its size; then objects, each of an index, a count
  /// of references, its size, and its bytes padded to 8. Index 0 is free space, header included.
  private static func isSound(_ block: Slice<UnsafeRawBufferPointer>, _ lengthBytes: Int) -> Bool {
    func integer(at offset: Int, _ count: Int) -> Int? {
      guard offset + count <= block.endIndex else { return nil }
      var value: UInt64 = 0
      for i in (0..<count).reversed() { value = value << 8 | UInt64(block[offset + i]) }
      return Int(exactly: value)
    }
    func aligned(_ count: Int) -> Int { (count + 7) & ~7 }
    let start = block.startIndex
    // Other bytes that happen to spell the mark are no block. The library looks at the version and
    // not at the three bytes behind it.
    guard integer(at: start + 4, 1) == 1, let size = integer(at: start + 8, lengthBytes),
      size <= block.count
    else { return true }
    let end = start + size
    var object = start + aligned(8 + lengthBytes)
    let header = aligned(8 + lengthBytes)
    while object + header <= end {
      guard let index = integer(at: object, 2), let bytes = integer(at: object + 8, lengthBytes)
      else { return false }
      let room = end - object
      if index == 0 {
        if bytes < header || bytes > room { return false }
        object += bytes
      } else {
        if bytes > room - header { return false }
        object += header + aligned(bytes)
      }
    }
    return object <= end
  }
}
