internal import FoundationEssentials
internal import HDF5

/// A file of safetensors: the length of a header in eight bytes, the header in JSON, the numbers.
///
///     {"0.weight": {"dtype": "F32", "shape": [16, 64], "data_offsets": [0, 4096]}, …}
///
/// It is held as an HDF5 file in memory with the same names, which all else reads and changes.
struct SafeTensors {
  let path: String
  /// The tensors as datasets.
  let file: File
  private let tensors: [Tensor]
  /// The texts under `__metadata__`, in the order of their names.
  private let metadata: [(key: String, text: String)]

  /// One entry of the header.
  private struct Tensor {
    let name: String
    let type: String
    let shape: [Int]
    let range: Range<Int>
  }

  /// The longest header that the library itself allows.
  private static let longestHeader = 100_000_000
  private static let largestBytes = 4 << 30
  private static let metadataKey = "__metadata__"
  private static let types: [String: ElementType] = [
    "F64": .float(bits: 64), "F32": .float(bits: 32), "F16": .float(bits: 16), "BF16": .bfloat16,
    "I64": .integer(bits: 64, isSigned: true), "I32": .integer(bits: 32, isSigned: true),
    "I16": .integer(bits: 16, isSigned: true), "I8": .integer(bits: 8, isSigned: true),
    "U64": .integer(bits: 64, isSigned: false), "U32": .integer(bits: 32, isSigned: false),
    "U16": .integer(bits: 16, isSigned: false), "U8": .integer(bits: 8, isSigned: false),
    "BOOL": .integer(bits: 8, isSigned: false),
  ]

  /// Reads a file, and checks that its tensors are inside it, one behind the other.
  ///
  /// - Throws: `ModelError` if it cannot be read, or is not as its header says.
  init(_ path: String) throws(ModelError) {
    self.path = path
    let bytes = try readBytes(at: path, limit: Self.largestBytes)
    do throws(SafeTensorsProblem) {
      guard bytes.count >= 8 else { throw .header }
      let length = (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[$1]) << UInt64(8 * $1) }
      guard length <= UInt64(min(Self.longestHeader, bytes.count - 8)) else { throw .header }
      let start = 8 + Int(length)
      guard let text = String(validating: bytes[8..<start], as: UTF8.self),
        let header = try? JSONValue(parsing: text), case .object(let members) = header
      else { throw .header }
      metadata = try Self.metadata(members[Self.metadataKey])
      tensors = try Self.tensors(members, byteCount: bytes.count - start)
      try Self.checkNames(tensors.map(\.name))
      var contents = FileContents()
      for tensor in tensors {
        guard let type = Self.types[tensor.type] else { continue }
        let range = (start + tensor.range.lowerBound)..<(start + tensor.range.upperBound)
        contents.add(
          tensor.name, shape: tensor.shape,
          .stored(StoredElements(type, bytes: Array(bytes[range]))))
      }
      for entry in metadata where entry.key == GrowthHistory.attribute {
        contents.set(entry.key, to: .text(entry.text))
      }
      do throws(HDF5Error) {
        file = try File(contents, named: path)
      } catch {
        throw .memory
      }
    } catch {
      throw ModelError(file: path, .safetensors(error))
    }
  }

  private static func metadata(
    _ value: JSONValue?
  ) throws(SafeTensorsProblem) -> [(key: String, text: String)] {
    guard let value else { return [] }
    guard case .object(let members) = value else { throw .header }
    var metadata: [(key: String, text: String)] = []
    for (key, value) in members.sorted(by: { $0.key < $1.key }) {
      guard let text = value.text else { throw .header }
      metadata.append((key, text))
    }
    return metadata
  }

  /// The tensors in the order of their numbers, which fill the file without a gap.
  private static func tensors(
    _ members: [String: JSONValue], byteCount: Int
  ) throws(SafeTensorsProblem) -> [Tensor] {
    var tensors: [Tensor] = []
    for (name, value) in members where name != metadataKey {
      guard let type = value["dtype"]?.text, let sides = value["shape"]?.list,
        let offsets = value["data_offsets"]?.list, offsets.count == 2,
        let first = offsets[0].integer, let end = offsets[1].integer
      else { throw .entry(name) }
      guard let element = types[type] else { throw .type(name, type) }
      var size = element.elementSize
      var shape: [Int] = []
      let largestRank = 32
      for side in sides {
        guard let side = side.integer, side >= 0, shape.count < largestRank else {
          throw .entry(name)
        }
        let (product, overflow) = size.multipliedReportingOverflow(by: side)
        guard !overflow else { throw .range(name) }
        size = product
        shape.append(side)
      }
      guard 0 <= first, first <= end, end <= byteCount, end - first == size else {
        throw .range(name)
      }
      tensors.append(Tensor(name: name, type: type, shape: shape, range: first..<end))
    }
    tensors.sort {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }
    var end = 0
    for tensor in tensors {
      guard tensor.range.lowerBound == end else { throw .range(tensor.name) }
      end = tensor.range.upperBound
    }
    guard end == byteCount else { throw .surplus(bytes: byteCount - end) }
    return tensors
  }

  /// Checks that names are possible in an HDF5 file, none of them a group that another is in.
  private static func checkNames(_ names: [String]) throws(SafeTensorsProblem) {
    let mostNames = 100_000
    guard names.count <= mostNames else { throw .header }
    var groups: Set<String> = []
    for name in names {
      let parts = name.split(separator: "/", omittingEmptySubsequences: false)
      guard !name.utf8.contains(0), parts.allSatisfy({ !["", ".", ".."].contains($0) }) else {
        throw .entry(name)
      }
      for count in 1..<parts.count { groups.insert(parts[..<count].joined(separator: "/")) }
    }
    if let name = names.first(where: groups.contains) { throw .entry(name) }
  }

  /// Writes the file with the changes: the same tensors in the same order and types.
  func write(_ revision: ModelRevision, to pending: PendingFile) throws(ModelError) {
    let changed = try reading { () throws(HDF5Error) in
      try File(image: try file.image(with: revision.changes, for: pending), named: pending.target)
    }
    var metadata = self.metadata.filter { $0.key != GrowthHistory.attribute }
    let history = try reading { () throws(HDF5Error) in
      try changed.root.attribute(GrowthHistory.attribute)?.text()
    }
    if let history { metadata.append((GrowthHistory.attribute, history)) }
    var entries: [String] = []
    if !metadata.isEmpty {
      let texts = metadata.map { "\(Self.quoted($0.key)):\(Self.quoted($0.text))" }
      entries.append("\(Self.quoted(Self.metadataKey)):{\(texts.joined(separator: ","))}")
    }
    var numbers: [UInt8] = []
    for tensor in tensors {
      let isThere = try reading { () throws(HDF5Error) in
        try changed.root.kind(of: tensor.name) != nil
      }
      guard isThere else { continue }
      let dataset = try reading { () throws(HDF5Error) in try changed.root.dataset(tensor.name) }
      let elements = try reading { () throws(HDF5Error) in try dataset.encodedElements() }
      let shape = dataset.shape.map(String.init).joined(separator: ",")
      entries.append(
        "\(Self.quoted(tensor.name)):{\"dtype\":\"\(tensor.type)\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(numbers.count),\(numbers.count + elements.count)]}")
      numbers += elements
    }
    var header = Array("{\(entries.joined(separator: ","))}".utf8)
    // The library fills the header up with blanks, so that the numbers are aligned.
    while !header.count.isMultiple(of: 8) { header.append(UInt8(ascii: " ")) }
    let length = (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) }
    try reading { () throws(HDF5Error) in try pending.write(length + header + numbers) }
  }

  /// A text in JSON.
  private static func quoted(_ text: String) -> String {
    guard let data = try? JSONEncoder().encode(text) else {
      preconditionFailure("texts can be encoded")
    }
    return String(decoding: data, as: UTF8.self)
  }
}

extension ElementType {
  /// The bytes of one number.
  fileprivate var elementSize: Int {
    switch self {
    case .float(let bits), .integer(let bits, _): bits / 8
    default: 2
    }
  }
}

/// A fault of a safetensors file.
public enum SafeTensorsProblem: Error, Equatable, Sendable {
  case header, memory
  case entry(String)
  case type(String, String)
  case range(String)
  case surplus(bytes: Int)

  /// The fault, as it stands after the file.
  public var description: String {
    switch self {
    case .header: "its header is damaged: it is not the JSON of a safetensors file"
    case .memory: "is too large for memory"
    case .entry(let name): "the header's entry \(name) is no tensor"
    case .type(let name, let type): "\(name) is of type \(type), which is not read"
    case .range(let name): "\(name) does not take the bytes that its type and shape say"
    case .surplus(let bytes): "\(bytes) bytes belong to no tensor"
    }
  }

  /// The remedy.
  public var advice: String {
    switch self {
    case .type: "save the tensors as F32, F64, F16 or BF16"
    case .memory: "write the layers to diagnose into a file of their own"
    default: "copy or download the file again, or save it again with safetensors"
    }
  }
}
