internal import FoundationEssentials

/// A JSON document as Python writes it, bare `NaN` and `Infinity` included.
enum JSONValue: Equatable, Sendable {
  case null
  case boolean(Bool)
  case number(Double)
  case text(String)
  case list([JSONValue])
  case object([String: JSONValue])

  /// Reads a document.
  ///
  /// - Throws: `ModelProblem.notJSON` with where and why, or `nestedTooDeep`.
  init(parsing text: String) throws(ModelProblem) {
    let bytes = Array(text.utf8)
    try Self.checkBrackets(of: bytes)
    guard Self.hasPlainWords(bytes) else { throw .notJSON }
    let decoder = JSONDecoder()
    decoder.allowsJSON5 = true  // for NaN and Infinity
    do {
      // The decoder looks behind a number that is the last of the document: a blank ends it.
      self = try decoder.decode(JSONValue.self, from: Data(bytes + [UInt8(ascii: " ")]))
    } catch {
      throw .notJSON
    }
  }

  // The decoder recurses into brackets, so they are counted before. What JSON5 allows beyond JSON
  // could hide them: it is refused.
  private static func checkBrackets(of bytes: [UInt8]) throws(ModelProblem) {
    let deepest = 128
    var depth = 0
    var isInText = false
    var isEscaped = false
    for byte in bytes {
      if isInText {
        if byte == UInt8(ascii: "\"") && !isEscaped { isInText = false }
        isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): isInText = true
      case UInt8(ascii: "["), UInt8(ascii: "{"):
        depth += 1
        if depth > deepest { throw .nestedTooDeep(limit: deepest) }
      case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
      case UInt8(ascii: "'"), UInt8(ascii: "/"): throw .notJSON
      default: break
      }
    }
  }

  /// Whether everything outside of texts is punctuation, a number or a word that Python writes.
  ///
  /// The decoder stops the whole process at some numbers that are none, `1e+` among them.
  private static func hasPlainWords(_ bytes: [UInt8]) -> Bool {
    func isPart(_ byte: UInt8) -> Bool {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "+"), UInt8(ascii: "-"),
        UInt8(ascii: "."):
        true
      default: false
      }
    }
    var position = 0
    while position < bytes.count {
      if bytes[position] == UInt8(ascii: "\"") {
        position += 1
        while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
          position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
        }
        position += 1
      } else if isPart(bytes[position]) {
        let word = bytes[position...].prefix(while: isPart)
        guard isNumber(word) || words.contains(where: word.elementsEqual) else { return false }
        position = word.endIndex
      } else {
        position += 1
      }
    }
    return true
  }

  private static let words = ["null", "true", "false", "NaN", "Infinity", "-Infinity"].map(\.utf8)

  private static func isNumber(_ word: ArraySlice<UInt8>) -> Bool {
    var rest = word
    func skip(_ characters: String) -> Bool {
      guard let first = rest.first, characters.utf8.contains(first) else { return false }
      rest.removeFirst()
      return true
    }
    func skipDigits() -> Bool {
      let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      rest.removeFirst(digits.count)
      return !digits.isEmpty
    }
    _ = skip("-")
    guard skipDigits() else { return false }
    if skip("."), !skipDigits() { return false }
    if skip("eE") {
      _ = skip("+-")
      guard skipDigits() else { return false }
    }
    return rest.isEmpty
  }

  /// The member of an object, `nil` if it is absent or null.
  subscript(_ key: String) -> JSONValue? {
    guard case .object(let members) = self, let member = members[key], member != .null else {
      return nil
    }
    return member
  }

  var text: String? { if case .text(let text) = self { text } else { nil } }
  var number: Double? { if case .number(let number) = self { number } else { nil } }
  var boolean: Bool? { if case .boolean(let boolean) = self { boolean } else { nil } }
  var list: [JSONValue]? { if case .list(let list) = self { list } else { nil } }
  var integer: Int? { number.flatMap { Int(exactly: $0) } }

  /// The value as a message shows it, shortened.
  var excerpt: String {
    switch self {
    case .null: "null"
    case .boolean(let boolean): String(boolean)
    case .number(let number): Int(exactly: number).map(String.init) ?? "\(number)"
    case .text(let text): "\"\(text.prefix(80))\""
    case .list(let list): "a list of \(list.count)"
    case .object: self["class_name"].map { "an object of class \($0.excerpt)" } ?? "an object"
    }
  }
}

extension JSONValue: Decodable {
  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let text = try? container.decode(String.self) {
      self = .text(text)
    } else if let boolean = try? container.decode(Bool.self) {
      self = .boolean(boolean)
    } else if let number = try? container.decode(Double.self) {
      self = .number(number)
    } else if let members = try? container.decode([String: JSONValue].self) {
      self = .object(members)
    } else {
      self = .list(try container.decode([JSONValue].self))
    }
  }
}
