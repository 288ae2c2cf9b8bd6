internal import CHDF5
internal import Glibc

/// The bytes of a file that is open, read without the library.
///
/// They are asked for by number and place: a file may be cut off by another process at any time, which
/// would end a process that has it mapped.
final class FileBytes: Sendable {
  private enum Origin { case descriptor(Int32), memory(UInt) }

  let superblock: Superblock
  private let origin: Origin
  /// When it was opened: its size, and when it was last written to.
  private let stamp: Stamp?

  private struct Stamp: Equatable {
    let size, seconds, nanoseconds: Int

    init?(_ descriptor: Int32) {
      var status = stat()
      guard fstat(descriptor, &status) == 0 else { return nil }
      size = Int(status.st_size)
      (seconds, nanoseconds) = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
    }
  }

  /// A file on the disk; takes the descriptor over.
  init(_ descriptor: Int32, _ superblock: Superblock) {
    origin = .descriptor(descriptor)
    stamp = Stamp(descriptor)
    self.superblock = superblock
  }

  /// A file in memory, which must stay where it is.
  init(_ start: UnsafeRawPointer, _ superblock: Superblock) {
    origin = .memory(UInt(bitPattern: start))
    stamp = nil
    self.superblock = superblock
  }

  deinit {
    if case .descriptor(let descriptor) = origin { close(descriptor) }
  }

  /// - Parameters:
  ///   - address: as the file counts.
  ///   - count: how many bytes.
  ///   - part: what they are, for errors.
  /// - Returns: all of them.
  /// - Throws: `StructureError` if the file has not got so many.
  func bytes(at address: UInt64, _ count: Int, of part: String) throws(StructureError) -> [UInt8] {
    guard let place = Int(exactly: address), count >= 0, place <= superblock.size,
      count <= superblock.size - place
    else { throw StructureError(part: part, offset: offset(of: address)) }
    // Initializing an array of none would write into the empty array that all threads share.
    guard count > 0 else { return [] }
    var code: Int32?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      switch origin {
      case .descriptor(let descriptor):
        let read = pread(descriptor, buffer.baseAddress, count, superblock.start + place)
        if read < 0 { code = errno }
        initialized = max(0, read)
      case .memory(let start):
        guard let start = UnsafeRawPointer(bitPattern: start) else { return }
        UnsafeMutableRawBufferPointer(buffer).copyMemory(
          from: UnsafeRawBufferPointer(start: start + superblock.start + place, count: count))
        initialized = count
      }
    }
    guard bytes.count == count else {
      throw StructureError(part: part, offset: offset(of: address), code: code)
    }
    return bytes
  }

  /// Whether the file has been written to since it was opened.
  var hasChanged: Bool {
    if case .descriptor(let descriptor) = origin { Stamp(descriptor) != stamp } else { false }
  }

  /// As many of the bytes as there are.
  func someBytes(at address: UInt64, _ count: Int, of part: String) throws(StructureError)
    -> [UInt8]
  {
    let place = Int(clamping: address)
    return try bytes(at: address, max(0, min(count, superblock.size - place)), of: part)
  }

  /// Reads numbers from `count` bytes at an address.
  func cursor(at address: UInt64, _ count: Int, of part: String) throws(StructureError)
    -> ByteCursor
  {
    cursor(over: try bytes(at: address, count, of: part)[...], of: part, at: address)
  }

  func cursor(over bytes: ArraySlice<UInt8>, of part: String, at address: UInt64) -> ByteCursor {
    var cursor = ByteCursor(bytes, of: part, at: offset(of: address))
    (cursor.addressBytes, cursor.lengthBytes) = (superblock.addressBytes, superblock.lengthBytes)
    return cursor
  }

  /// Where an address is, from the start of the file.
  func offset(of address: UInt64) -> Int {
    Int(clamping: address.addingReportingOverflow(UInt64(superblock.start)).partialValue)
  }

  /// Whether `count` bytes at an address are in the file.
  func holds(_ count: Int, at address: UInt64) -> Bool {
    guard let place = Int(exactly: address) else { return false }
    return count >= 0 && place <= superblock.size && count <= superblock.size - place
  }
}
