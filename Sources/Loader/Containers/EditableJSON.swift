/// A JSON document as it is written, in which single values can be replaced: everything else keeps
/// its bytes, the order of the keys, blanks and all.
struct EditableJSON {
  private let bytes: [UInt8]
  /// The whole document.
  let root: Node
  private var edits: [(range: Range<Int>, text: String)] = []

  /// A value and where it stands.
  struct Node {
    let range: Range<Int>
    let content: Content

    enum Content {
      /// A number, a word, or a text with its quotes.
      case scalar
      case list([Node])
      /// Keys without their quotes, as they are written.
      case object([(key: String, value: Node)])
    }

    /// The member of an object; of several under one name, the last.
    subscript(_ key: String) -> Node? {
      guard case .object(let members) = content else { return nil }
      return members.last { $0.key == key }?.value
    }

    /// The entries of a list; none of anything else.
    var entries: [Node] {
      if case .list(let list) = content { list } else { [] }
    }

    /// The values of an object, or the entries of a list.
    var parts: [Node] {
      switch content {
      case .scalar: []
      case .list(let list): list
      case .object(let members): members.map(\.value)
      }
    }
  }

  /// Finds the values of a document.
  ///
  /// - Throws: `ModelProblem` if it is none, or nested too deep.
  init(_ text: String) throws(ModelProblem) {
    // The brackets are counted, and the syntax is judged, there.
    _ = try JSONValue(parsing: text)
    bytes = Array(text.utf8)
    var scanner = Scanner(bytes: bytes)
    guard let root = scanner.value() else { throw .notJSON }
    self.root = root
  }

  /// The text of a value as it stands in the document.
  func text(of node: Node) -> String { String(decoding: bytes[node.range], as: UTF8.self) }

  /// Replaces a value when the document is written.
  mutating func replace(_ node: Node, by text: String) {
    edits.append((node.range, text))
  }

  /// Appends to a list, given without brackets.
  mutating func append(_ text: String, to list: Node) {
    let end = list.range.upperBound - 1
    edits.append((end..<end, list.entries.isEmpty ? text : ", " + text))
  }

  /// The document with the values replaced.
  var edited: String {
    var result: [UInt8] = []
    var position = 0
    for (range, text) in edits.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
      precondition(range.lowerBound >= position, "one value replaced twice")
      result += bytes[position..<range.lowerBound]
      result += text.utf8
      position = range.upperBound
    }
    return String(decoding: result + bytes[position...], as: UTF8.self)
  }
}

/// Reads values one after the other, of a document whose syntax was checked.
private struct Scanner {
  let bytes: [UInt8]
  var position = 0

  private mutating func skipBlanks() {
    while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) {
      position += 1
    }
  }

  /// Goes past a character if it comes next.
  private mutating func skip(_ character: Unicode.Scalar) -> Bool {
    skipBlanks()
    guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  mutating func value() -> EditableJSON.Node? {
    skipBlanks()
    let start = position
    if skip("{") { return object(from: start) }
    if skip("[") { return list(from: start) }
    guard scalar() else { return nil }
    return EditableJSON.Node(range: start..<position, content: .scalar)
  }

  private mutating func object(from start: Int) -> EditableJSON.Node? {
    var members: [(key: String, value: EditableJSON.Node)] = []
    while !skip("}") {
      skipBlanks()
      let keyStart = position
      guard scalar(), position - keyStart >= 2 else { return nil }
      let key = String(decoding: bytes[keyStart + 1..<position - 1], as: UTF8.self)
      guard skip(":"), let value = value() else { return nil }
      members.append((key, value))
      _ = skip(",")
    }
    return EditableJSON.Node(range: start..<position, content: .object(members))
  }

  private mutating func list(from start: Int) -> EditableJSON.Node? {
    var entries: [EditableJSON.Node] = []
    while !skip("]") {
      guard let entry = value() else { return nil }
      entries.append(entry)
      _ = skip(",")
    }
    return EditableJSON.Node(range: start..<position, content: .list(entries))
  }

  /// Goes past a text, a number or a word.
  private mutating func scalar() -> Bool {
    let start = position
    if position < bytes.count, bytes[position] == UInt8(ascii: "\"") {
      position += 1
      while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
        position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
      }
      position += 1
      return position <= bytes.count
    }
    let ends = Set(",]}: \t\r\n".utf8)
    while position < bytes.count, !ends.contains(bytes[position]) { position += 1 }
    return position > start
  }
}
