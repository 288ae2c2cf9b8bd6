internal import CHDF5

/// One field of the elements of a dataset of records.
package struct RecordField: Equatable, Sendable {
  /// The field's name.
  package let name: String
  /// The type of its elements, one or several in each record.
  package let type: ElementType
  /// How many there are in each record.
  package let count: Int
  /// Where they begin in a record, in bytes.
  let offset: Int
  /// The bytes of one of them.
  let size: Int
}

/// The elements of a dataset of records, in memory.
package struct Records: Sendable {
  /// The fields of each.
  package let fields: [RecordField]
  /// How many there are.
  package let count: Int
  private let bytes: [UInt8]
  private let size: Int

  init(fields: [RecordField], count: Int, bytes: [UInt8], size: Int) {
    self.fields = fields
    self.count = count
    self.bytes = bytes
    self.size = size
  }

  /// The numbers of a field, record after record; `nil` if it holds none.
  package func numbers(of field: RecordField) -> [Double]? {
    guard let number = field.type.number else { return nil }
    var numbers: [Double] = []
    numbers.reserveCapacity(count * field.count)
    bytes.withUnsafeBytes { bytes in
      for record in 0..<count {
        for index in 0..<field.count {
          numbers.append(number(bytes, record * size + field.offset + index * field.size))
        }
      }
    }
    return numbers
  }

  /// The texts of a field of one text each; `nil` if it holds none, or they are not valid UTF-8.
  package func texts(of field: RecordField) -> [String]? {
    guard field.type == .text, field.count == 1 else { return nil }
    var texts: [String] = []
    for record in 0..<count {
      let start = record * size + field.offset
      let text = bytes[start..<start + field.size].prefix { $0 != 0 }
      guard let text = String(validating: text, as: UTF8.self) else { return nil }
      texts.append(text)
    }
    return texts
  }
}

extension ElementType {
  /// How a number of this type is read from memory in which the machine wrote it.
  fileprivate var number: ((UnsafeRawBufferPointer, Int) -> Double)? {
    func reader<Number: BitwiseCopyable>(
      _ type: Number.Type, _ double: @escaping (Number) -> Double
    ) -> (UnsafeRawBufferPointer, Int) -> Double {
      { double($0.loadUnaligned(fromByteOffset: $1, as: type)) }
    }
    return switch self {
    case .float(64): reader(Double.self) { $0 }
    case .float(32): reader(Float.self) { Double($0) }
    case .integer(8, true): reader(Int8.self) { Double($0) }
    case .integer(16, true): reader(Int16.self) { Double($0) }
    case .integer(32, true): reader(Int32.self) { Double($0) }
    case .integer(64, true): reader(Int64.self) { Double($0) }
    case .integer(8, false): reader(UInt8.self) { Double($0) }
    case .integer(16, false): reader(UInt16.self) { Double($0) }
    case .integer(32, false): reader(UInt32.self) { Double($0) }
    case .integer(64, false): reader(UInt64.self) { Double($0) }
    case .boolean: reader(UInt8.self) { Double($0) }
    default: nil
    }
  }
}

extension Dataset {
  /// All elements of a dataset of records, as the machine has numbers in memory.
  ///
  /// - Throws: `HDF5Error` if the elements are no records, hold texts or lists of variable length, are
  ///   declared out of proportion to what is stored, or cannot be read.
  package func records() throws(HDF5Error) -> Records {
    guard elementType == .compound else {
      throw failure(.elementType(found: elementType, expected: "records"))
    }
    try checkFitsMemory()
    let count = rowCount * rowWidth
    return try handle.use { (id) throws(HDF5Error) in
      if let problem = chunks?.problem(of: 0..<rowCount, id) { throw failure(problem) }
      let stored = H5Dget_type(id)
      defer { H5Tclose(stored) }
      guard case .none = StoredReferences.kind(of: stored) else { throw failure(.nestedReferences) }
      let type = H5Tget_native_type(stored, H5T_DIR_ASCEND)
      guard type >= 0 else { throw failure(.unreadable(libraryCause())) }
      defer { H5Tclose(type) }
      let size = H5Tget_size(type)
      let (total, overflow) = count.multipliedReportingOverflow(by: size)
      let largestBytes = 4 << 30
      guard !overflow, total <= largestBytes else {
        throw failure(.tooLarge(bytes: overflow ? nil : total, stored: storedBytes))
      }
      let fields = Self.fields(of: type)
      var bytes = [UInt8](repeating: 0, count: total)
      guard bytes.isEmpty || H5Dread(id, type, td_all(), td_all(), td_default(), &bytes) >= 0
      else { throw failure(.unreadable(libraryCause())) }
      return Records(fields: fields, count: count, bytes: bytes, size: size)
    }
  }

  /// The fields of a type of records. Call inside the lock.
  private static func fields(of type: hid_t) -> [RecordField] {
    (0..<UInt32(max(0, H5Tget_nmembers(type)))).compactMap { index in
      guard let characters = H5Tget_member_name(type, index) else { return nil }
      defer { H5free_memory(characters) }
      let member = H5Tget_member_type(type, index)
      defer { H5Tclose(member) }
      guard let name = String(validatingCString: characters), member >= 0 else { return nil }
      let whole = H5Tget_size(member)
      var base = member
      if H5Tget_class(member) == H5T_ARRAY { base = H5Tget_super(member) }
      defer { if base != member { H5Tclose(base) } }
      let size = max(1, H5Tget_size(base))
      return RecordField(
        name: name, type: ElementType(base), count: whole / size,
        offset: H5Tget_member_offset(type, index), size: size)
    }
  }
}
