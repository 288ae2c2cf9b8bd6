internal import CHDF5

/// The filter that h5py calls `lzf`: fast compression, which the library does not bring along.
///
/// A chunk is a row of pieces. A byte below 32 says how many bytes follow as they are, less one; any
/// other holds the length of what is repeated, less two, in its upper three bits, and how far back
/// that stands, less one, in its lower five and the next byte. A length of 7 goes on in a byte of its
/// own, before the distance.
enum LZF {
  /// The number h5py registered.
  static let filter: H5Z_filter_t = 32000

  /// Lets the library unpack such chunks. Call inside the lock.
  static func register() {
    var description = H5Z_class2_t()
    description.version = H5Z_CLASS_T_VERS
    description.id = filter
    description.encoder_present = 0
    description.decoder_present = 1
    description.filter = { _, count, values, byteCount, capacity, buffer in
      guard let capacity, let buffer, let packed = buffer.pointee else { return 0 }
      // h5py notes the bytes of a chunk behind two versions.
      let largest = 512 << 20
      let size = count > 2 ? values.map { Int($0[2]) } ?? 0 : 0
      guard (1...largest).contains(size), let room = H5allocate_memory(size, false) else {
        return 0
      }
      let unpacked = LZF.unpack(
        UnsafeRawBufferPointer(start: packed, count: byteCount),
        into: UnsafeMutableRawBufferPointer(start: room, count: size))
      guard unpacked == size else {
        H5free_memory(room)
        return 0
      }
      H5free_memory(packed)
      buffer.pointee = room
      capacity.pointee = size
      return size
    }
    H5Zregister(&description)
  }

  /// - Returns: the number of bytes unpacked; `nil` if what is packed asks for more than there is.
  static func unpack(
    _ packed: UnsafeRawBufferPointer, into room: UnsafeMutableRawBufferPointer
  ) -> Int? {
    var (from, to) = (0, 0)
    while from < packed.count {
      let control = Int(packed[from])
      from += 1
      if control < 32 {
        let length = control + 1
        guard from + length <= packed.count, to + length <= room.count else { return nil }
        for offset in 0..<length { room[to + offset] = packed[from + offset] }
        from += length
        to += length
        continue
      }
      var length = control >> 5
      if length == 7 {
        guard from < packed.count else { return nil }
        length += Int(packed[from])
        from += 1
      }
      length += 2
      guard from < packed.count else { return nil }
      let start = to - (control & 31) << 8 - Int(packed[from]) - 1
      from += 1
      guard start >= 0, to + length <= room.count else { return nil }
      // One by one: what is repeated may reach into what is written here.
      for offset in 0..<length { room[to + offset] = room[start + offset] }
      to += length
    }
    return to
  }
}
