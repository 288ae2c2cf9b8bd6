internal import CHDF5

/// The elements of a new dataset in a type of their own, as another format holds them.
package struct StoredElements: Sendable {
  /// The type of the elements: numbers of 8 to 64 bits, bfloat16, or text of a fixed length.
  package let type: ElementType
  /// All of them, row after row.
  package let bytes: [UInt8]
  /// Whether the first byte of a number is the most significant.
  package let isBigEndian: Bool
  /// The bytes of one element.
  package let elementSize: Int

  /// Elements of a type.
  ///
  /// - Parameters:
  ///   - type: floats of 16, 32 or 64 bits, integers, bfloat16, or text.
  ///   - bytes: as many as the elements take.
  ///   - textLength: the bytes of one text, filled up with zeros.
  ///   - isBigEndian: whether the first byte of a number is the most significant.
  package init(
    _ type: ElementType, bytes: [UInt8], textLength: Int = 1, isBigEndian: Bool = false
  ) {
    self.type = type
    self.bytes = bytes
    self.isBigEndian = isBigEndian
    elementSize =
      switch type {
      case .float(let bits), .integer(let bits, _): bits / 8
      case .bfloat16: 2
      case .text: textLength
      default: preconditionFailure("no elements of a new file: \(type)")
      }
    precondition(bytes.count.isMultiple(of: elementSize), "\(bytes.count) bytes of \(type)")
  }

  var count: Int { bytes.count / elementSize }

  /// The type in the file, for the caller to close. Call inside the lock.
  func fileType() -> hid_t {
    let type: hid_t
    switch self.type {
    case .float(let bits):
      type = H5Tcopy(bits == 64 ? td_native_double() : td_native_float())
      if bits == 16 {
        // A sign, five bits of exponent, ten of mantissa.
        H5Tset_fields(type, 15, 10, 5, 0, 10)
        H5Tset_size(type, 2)
        H5Tset_ebias(type, 15)
      }
    case .integer(_, let isSigned):
      type = H5Tcopy(isSigned ? td_native_int64() : td_native_uint64())
      H5Tset_size(type, elementSize)
    case .bfloat16:
      type = H5Tcreate(H5T_OPAQUE, 2)
    default:
      type = H5Tcopy(td_c_string())
      H5Tset_size(type, elementSize)
      H5Tset_strpad(type, H5T_STR_NULLPAD)
      H5Tset_cset(type, H5T_CSET_UTF8)
    }
    if isBigEndian, self.type.isNumeric, self.type != .bfloat16 { H5Tset_order(type, H5T_ORDER_BE) }
    return type
  }
}
