internal import CHDF5

/// Reads an attribute's elements. Lives inside the lock.
struct AttributeReader {
  let file: File
  /// The attribute, for errors.
  let path: String

  /// The content of an attribute: its elements and dimensions.
  struct Content: Sendable {
    let value: Attribute.Value
    let shape: [Int]
  }

  /// An attribute is kept whole; no description of a model is larger.
  static let largestBytes = StoredTexts.largestBytes

  /// - Returns: `nil` if the object has no attribute of that name.
  func read(_ name: String, of owner: hid_t) throws(HDF5Error) -> Content? {
    let exists = H5Aexists(owner, name)
    if exists == 0 { return nil }
    let id = exists > 0 ? H5Aopen(owner, name, td_default()) : -1
    guard id >= 0 else { throw failure(libraryProblem()) }
    defer { H5Aclose(id) }
    let type = H5Aget_type(id)
    let space = H5Aget_space(id)
    guard type >= 0, space >= 0 else { throw failure(libraryProblem()) }
    defer {
      H5Tclose(type)
      H5Sclose(space)
    }
    let shape = try shape(of: space)
    let count = try elementCount(shape, elementBytes: H5Tget_size(type))
    let content = Content(value: try value(id, type, space, count), shape: shape)
    // Of a file that was cut short the library reads zeros.
    if file.structure.file.hasChanged { throw failure(.changed) }
    return content
  }

  private func shape(of space: hid_t) throws(HDF5Error) -> [Int] {
    switch H5Sget_simple_extent_type(space) {
    case H5S_SCALAR: return []
    case H5S_SIMPLE: break
    default: throw failure(.noValue)
    }
    var dimensions = [hsize_t](repeating: 0, count: max(0, Int(H5Sget_simple_extent_ndims(space))))
    guard H5Sget_simple_extent_dims(space, &dimensions, nil) >= 0 else {
      throw failure(libraryProblem())
    }
    return dimensions.map { Int(clamping: $0) }
  }

  private func elementCount(_ shape: [Int], elementBytes: Int) throws(HDF5Error) -> Int {
    if shape.contains(0) { return 0 }
    var bytes = max(1, elementBytes)
    for length in shape {
      let (product, overflow) = bytes.multipliedReportingOverflow(by: length)
      guard !overflow, product <= Self.largestBytes else {
        throw failure(.tooLarge(bytes: overflow ? nil : product, stored: 0))
      }
      bytes = product
    }
    return bytes / max(1, elementBytes)
  }

  private func value(
    _ id: hid_t, _ type: hid_t, _ space: hid_t, _ count: Int
  ) throws(HDF5Error) -> Attribute.Value {
    let elementType = ElementType(type)
    switch elementType {
    case .text where H5Tis_variable_str(type) > 0:
      return .texts(try variableTexts(id, count))
    case .text: return .texts(try fixedTexts(id, type, count))
    case .boolean:
      // The library converts no enumeration to an integer it was not made from.
      return .integers(try numbers(id, type, [UInt8](repeating: 0, count: count)).map(Int64.init))
    case .integer:
      return .integers(try numbers(id, td_native_int64(), [Int64](repeating: 0, count: count)))
    case .float(let bits) where bits <= 64:
      return .reals(try numbers(id, td_native_double(), [Double](repeating: 0, count: count)))
    default: throw failure(.elementType(found: elementType, expected: "text or numbers"))
    }
  }

  private func numbers<Number: BitwiseCopyable>(
    _ id: hid_t, _ memoryType: hid_t, _ zeros: [Number]
  ) throws(HDF5Error) -> [Number] {
    var numbers = zeros
    if numbers.isEmpty { return numbers }
    guard H5Aread(id, memoryType, &numbers) >= 0 else {
      throw failure(libraryProblem())
    }
    return numbers
  }

  private func variableTexts(_ id: hid_t, _ count: Int) throws(HDF5Error) -> [String] {
    let texts = StoredTexts(file: file, path: path)
    let size = texts.referenceBytes
    let type = StoredReferences.type(bytes: size)
    defer { H5Tclose(type) }
    let references = try numbers(id, type, [UInt8](repeating: 0, count: count * size))
    return try texts.variable(references, count: count)
  }

  private func fixedTexts(_ id: hid_t, _ type: hid_t, _ count: Int) throws(HDF5Error) -> [String] {
    let bytes = try numbers(id, type, [UInt8](repeating: 0, count: count * H5Tget_size(type)))
    return try StoredTexts(file: file, path: path).fixed(bytes, type: type, count: count)
  }

  private func failure(_ problem: HDF5Error.Problem) -> HDF5Error {
    HDF5Error(file: file.path, object: path, problem)
  }
}
