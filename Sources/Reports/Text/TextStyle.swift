/// How a text report sets words apart.
public enum TextStyle: Sendable {
  /// Letters only, for files and pipes.
  case plain
  /// The colours of a terminal.
  case terminal

  /// What a piece of text is.
  enum Role: String {
    case faint = "2"
    case strong = "1"
    case bar = "36"
    case warning = "33"
  }

  /// The text, with the terminal's codes around it where they are wanted.
  func apply(_ role: Role, to text: String) -> String {
    switch self {
    case .plain: text
    case .terminal: text.isEmpty ? text : "\u{1B}[\(role.rawValue)m\(text)\u{1B}[0m"
    }
  }
}
