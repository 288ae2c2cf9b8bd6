internal import CHDF5

/// The element types of datasets that this reader distinguishes.
public enum ElementType: Equatable, Sendable, CustomStringConvertible {
  case float(bits: Int)
  /// The upper half of a 32-bit float, which HDF5 has no type for: Keras stores two opaque bytes and
  /// says so in the attribute `dtype`.
  case bfloat16
  case integer(bits: Int, isSigned: Bool)
  /// An enumeration of FALSE = 0 and TRUE = 1, as h5py stores `bool`.
  case boolean
  case text
  case opaque(bytes: Int)
  case compound, enumeration, reference, array, variableLength, bitField
  case unknown

  /// In words, as it stands after "holds".
  public var description: String {
    switch self {
    case .float(let bits): "\(bits)-bit floats"
    case .bfloat16: "bfloat16 numbers"
    case .integer(let bits, let isSigned): "\(bits)-bit \(isSigned ? "" : "unsigned ")integers"
    case .boolean: "booleans"
    case .text: "text"
    case .opaque(let bytes): "opaque elements of \(bytes) bytes"
    case .compound: "compound elements"
    case .enumeration: "an enumeration"
    case .reference: "references"
    case .array: "arrays"
    case .variableLength: "lists of variable length"
    case .bitField: "bit fields"
    case .unknown: "elements of unknown type"
    }
  }

  /// Whether the elements can be read as numbers.
  public var isNumeric: Bool {
    switch self {
    case .float(let bits): bits <= 64
    case .integer, .boolean, .bfloat16: true
    default: false
    }
  }

  /// Whether the elements are whole numbers by their type.
  public var isIntegral: Bool {
    switch self {
    case .integer, .boolean: true
    default: false
    }
  }

  /// The type behind an identifier. Call inside the lock.
  init(_ type: hid_t) {
    let bytes = H5Tget_size(type)
    switch H5Tget_class(type) {
    case H5T_FLOAT: self = .float(bits: bytes * 8)
    case H5T_INTEGER: self = .integer(bits: bytes * 8, isSigned: H5Tget_sign(type) == H5T_SGN_2)
    case H5T_STRING: self = .text
    case H5T_OPAQUE: self = .opaque(bytes: bytes)
    case H5T_COMPOUND: self = .compound
    case H5T_ENUM: self = Self.isBoolean(type) ? .boolean : .enumeration
    case H5T_REFERENCE: self = .reference
    case H5T_ARRAY: self = .array
    case H5T_VLEN: self = .variableLength
    case H5T_BITFIELD: self = .bitField
    default: self = .unknown
    }
  }

  private static func isBoolean(_ type: hid_t) -> Bool {
    guard H5Tget_nmembers(type) == 2, H5Tget_size(type) == 1 else { return false }
    return (0..<2).allSatisfy { index in
      var value: UInt8 = 255
      guard H5Tget_member_value(type, UInt32(index), &value) >= 0,
        let name = H5Tget_member_name(type, UInt32(index))
      else { return false }
      defer { H5free_memory(name) }
      return String(cString: name) == (index == 0 ? "FALSE" : "TRUE") && value == index
    }
  }
}
