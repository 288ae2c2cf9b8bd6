internal import FoundationEssentials
internal import HDF5

/// An array as NumPy saves it: a magic word, a header in Python's words, the numbers.
///
///     \x93NUMPY 1 0 <length> {'descr': '<f4', 'fortran_order': False, 'shape': (60000, 784), }
struct NumpyArray {
  let shape: [Int]
  /// The elements in row-major order, whatever the order in the file.
  let elements: StoredElements

  private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
  /// NumPy's own headers are shorter than this.
  private static let longestHeader = 1 << 16

  /// Reads an array from the bytes of a file.
  ///
  /// - Throws: `NumpyProblem` if they are none, or hold what is no numbers and no text.
  init(_ bytes: [UInt8]) throws(NumpyProblem) {
    guard bytes.starts(with: Self.magic), bytes.count >= 12 else { throw .damaged("its header") }
    let isShort = bytes[6] == 1
    let lengthBytes = isShort ? 2 : 4
    let length = (0..<lengthBytes).reduce(0) { $0 | Int(bytes[8 + $1]) << (8 * $1) }
    let start = 8 + lengthBytes + length
    guard (1...3).contains(bytes[6]), length <= Self.longestHeader, start <= bytes.count,
      let text = String(validating: bytes[(8 + lengthBytes)..<start], as: UTF8.self)
    else { throw .damaged("its header") }
    let header = try NumpyHeader(text)
    let (count, overflow) = Self.product(header.shape)
    let (size, alsoOverflow) = count.multipliedReportingOverflow(by: header.elementSize)
    guard !overflow, !alsoOverflow, size == bytes.count - start else {
      throw .size(found: bytes.count - start, shape: header.shape)
    }
    var numbers = Array(bytes[start...])
    if header.isColumnMajor {
      numbers = rowMajor(numbers, shape: header.shape, elementSize: header.elementSize)
    }
    shape = header.shape
    elements = header.elements(numbers)
  }

  private static func product(_ shape: [Int]) -> (Int, overflow: Bool) {
    var product = 1
    for side in shape {
      let (next, overflow) = product.multipliedReportingOverflow(by: side)
      if overflow || side < 0 { return (0, true) }
      product = next
    }
    return (product, false)
  }
}

/// The elements in row-major order, of an array stored in column-major order.
///
/// - Parameters:
///   - bytes: the elements, column after column.
///   - shape: the dimensions, first to last.
///   - elementSize: the bytes of one element.
/// - Returns: the elements, row after row.
func rowMajor(_ bytes: [UInt8], shape: [Int], elementSize: Int) -> [UInt8] {
  let count = shape.reduce(1, *)
  guard count > 0, shape.count > 1 else { return bytes }
  // How far one step along each side goes in the column-major array.
  var strides: [Int] = []
  var stride = 1
  for side in shape {
    strides.append(stride)
    stride *= side
  }
  var result = [UInt8](repeating: 0, count: bytes.count)
  var subscripts = [Int](repeating: 0, count: shape.count)
  var origin = 0
  for place in 0..<count {
    for byte in 0..<elementSize {
      result[place * elementSize + byte] = bytes[origin * elementSize + byte]
    }
    var axis = shape.count - 1
    while axis >= 0 {
      subscripts[axis] += 1
      origin += strides[axis]
      if subscripts[axis] < shape[axis] { break }
      origin -= strides[axis] * shape[axis]
      subscripts[axis] = 0
      axis -= 1
    }
  }
  return result
}

/// The facts in the header of a NumPy array.
private struct NumpyHeader {
  var shape: [Int] = []
  var isColumnMajor = false
  private(set) var elementSize = 0
  private var type = ElementType.unknown
  private var isBigEndian = false
  /// The characters of one text of four bytes each; `nil` for anything else.
  private var wideLength: Int?

  init(_ text: String) throws(NumpyProblem) {
    let damaged = NumpyProblem.damaged("its header")
    var scanner = PythonScanner(text)
    guard let members = scanner.dictionary() else { throw damaged }
    guard case .number(let isColumnMajor)? = members["fortran_order"],
      case .list(let sides)? = members["shape"]
    else { throw damaged }
    self.isColumnMajor = isColumnMajor != 0
    for side in sides {
      guard case .number(let side) = side, side >= 0 else { throw damaged }
      shape.append(side)
    }
    let largestRank = 32
    guard shape.count <= largestRank else { throw damaged }
    switch members["descr"] {
    case .text(let code): try read(code)
    case .list: throw .records
    default: throw damaged
    }
  }

  /// A type as NumPy writes it: byte order, kind, bytes of an element.
  private mutating func read(_ code: String) throws(NumpyProblem) {
    let order = code.first ?? " "
    let rest = "<>|=".contains(order) ? code.dropFirst() : code[...]
    guard let kind = rest.first, let size = Int(rest.dropFirst()), size > 0, size <= 1 << 20 else {
      throw code.contains("O") ? .objects : .type(code)
    }
    elementSize = size
    isBigEndian = order == ">"
    switch kind {
    case "f" where [2, 4, 8].contains(size): type = .float(bits: 8 * size)
    case "i" where [1, 2, 4, 8].contains(size): type = .integer(bits: 8 * size, isSigned: true)
    case "u" where [1, 2, 4, 8].contains(size): type = .integer(bits: 8 * size, isSigned: false)
    case "b" where size == 1: type = .integer(bits: 8, isSigned: true)
    case "S": type = .text
    case "U":
      type = .text
      wideLength = size
      elementSize = 4 * size
    default: throw .type(code)
    }
  }

  /// The elements, text of four bytes a character as UTF-8.
  func elements(_ bytes: [UInt8]) -> StoredElements {
    guard let wideLength else {
      return StoredElements(
        type, bytes: bytes, textLength: elementSize, isBigEndian: isBigEndian)
    }
    var narrow: [UInt8] = []
    narrow.reserveCapacity(bytes.count)
    for start in stride(from: 0, to: bytes.count, by: 4) {
      let parts =
        isBigEndian ? Array(bytes[start..<start + 4].reversed()) : Array(bytes[start..<start + 4])
      let scalar = parts.enumerated().reduce(UInt32(0)) {
        $0 | UInt32($1.element) << (8 * $1.offset)
      }
      // No text in UTF-8 takes more than four bytes a character: the rest is filled up.
      let character = scalar == 0 ? [] : Array(String(Unicode.Scalar(scalar) ?? "\u{FFFD}").utf8)
      narrow += character
      if (start / 4 + 1).isMultiple(of: wideLength) {
        let end = (start / 4 + 1) / wideLength * elementSize
        narrow += [UInt8](repeating: 0, count: max(0, end - narrow.count))
      }
    }
    return StoredElements(type, bytes: narrow, textLength: elementSize)
  }
}

/// A fault of a NumPy array.
public enum NumpyProblem: Error, Equatable, Sendable {
  case damaged(String)
  case size(found: Int, shape: [Int])
  case type(String)
  case objects, records
  case noArrays
  case tooLarge(bytes: Int, limit: Int)

  /// The fault, as it stands after the place.
  public var description: String {
    switch self {
    case .damaged(let part): "is damaged: \(part) is not as NumPy writes it"
    case .size(let found, let shape):
      "holds \(found) bytes of numbers, which are not those of shape \(shapeText(shape))"
    case .type(let code): "holds elements of type \(code), expected numbers or text"
    case .objects: "holds Python objects, which run code when they are read"
    case .records: "holds records of several fields, expected one array of numbers"
    case .noArrays: "holds no arrays"
    case .tooLarge(let bytes, let limit): "takes \(bytes) bytes, expected \(limit) at most"
    }
  }

  /// The remedy.
  public var advice: String {
    switch self {
    case .damaged, .size: "save it again with numpy.save, or copy it again"
    case .type, .objects, .records:
      "save the numbers alone: numpy.save('x.npy', numpy.asarray(x, dtype='float32'))"
    case .noArrays: "save them by name: numpy.savez('data.npz', x=x, y=y)"
    case .tooLarge: "write it with h5py, which is read block by block: file['x'] = x"
    }
  }
}
