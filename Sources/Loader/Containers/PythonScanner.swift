/// Reads the few words of Python that stand in a NumPy header: a dictionary of texts, numbers, `True`
/// and `False`, and lists of them in brackets of either kind.
struct PythonScanner {
  /// A value.
  enum Value: Equatable {
    case text(String)
    /// A whole number; 1 and 0 for `True` and `False`.
    case number(Int)
    case list([Value])
  }

  private let characters: [Character]
  private var position = 0

  init(_ text: String) { characters = Array(text) }

  /// The dictionary that is all of the text; `nil` if it is anything else.
  mutating func dictionary() -> [String: Value]? {
    guard skip("{") else { return nil }
    var members: [String: Value] = [:]
    while !skip("}") {
      guard case .text(let key)? = value(depth: 0), skip(":"), let member = value(depth: 0) else {
        return nil
      }
      members[key] = member
      if !skip(","), !isNext("}") { return nil }
    }
    skipBlanks()
    return position == characters.count ? members : nil
  }

  private mutating func value(depth: Int) -> Value? {
    let deepest = 4
    skipBlanks()
    guard position < characters.count, depth <= deepest else { return nil }
    switch characters[position] {
    case "'", "\"": return text()
    case "(": return list(until: ")", depth)
    case "[": return list(until: "]", depth)
    default: return word()
    }
  }

  private mutating func text() -> Value? {
    let quote = characters[position]
    let start = position + 1
    guard let end = characters[start...].firstIndex(of: quote) else { return nil }
    position = end + 1
    return .text(String(characters[start..<end]))
  }

  private mutating func list(until end: Character, _ depth: Int) -> Value? {
    position += 1
    var members: [Value] = []
    while !skip(end) {
      guard let member = value(depth: depth + 1) else { return nil }
      members.append(member)
      if !skip(","), !isNext(end) { return nil }
    }
    return .list(members)
  }

  private mutating func word() -> Value? {
    let start = position
    while position < characters.count,
      characters[position].isLetter || characters[position].isNumber
    { position += 1 }
    switch String(characters[start..<position]) {
    case "True": return .number(1)
    case "False": return .number(0)
    case let digits:
      // Python 2 wrote `3L`.
      return Int(digits.last == "L" ? String(digits.dropLast()) : digits).map { .number($0) }
    }
  }

  private mutating func skipBlanks() {
    while position < characters.count, characters[position].isWhitespace { position += 1 }
  }

  private mutating func isNext(_ character: Character) -> Bool {
    skipBlanks()
    return position < characters.count && characters[position] == character
  }

  private mutating func skip(_ character: Character) -> Bool {
    guard isNext(character) else { return false }
    position += 1
    return true
  }
}
