/// How wide a text report is, and how it sets words apart.
package struct TextStyle: Sendable {
  /// The most characters of a line.
  package let width: Int
  private let hasColours: Bool

  /// A style.
  ///
  /// - Parameters:
  ///   - hasColours: whether a terminal shows the text.
  ///   - width: the most characters of a line; more than 100 are hard to read, and tables need 40.
  package init(hasColours: Bool, width: Int = Self.widest) {
    self.width = min(Self.widest, max(Self.narrowest, width))
    self.hasColours = hasColours
  }

  /// Letters only, for files and pipes.
  package static let plain = TextStyle(hasColours: false)
  /// The colours of a terminal.
  package static let terminal = TextStyle(hasColours: true)

  /// The limits of a width.
  package static let (narrowest, widest) = (40, 100)

  /// What a piece of text is.
  enum Role: String {
    case faint = "2"
    case strong = "1"
    case bar = "36"
    case warning = "33"
  }

  /// The text, with the terminal's codes around it where they are wanted.
  func apply(_ role: Role, to text: String) -> String {
    hasColours && !text.isEmpty ? "\u{1B}[\(role.rawValue)m\(text)\u{1B}[0m" : text
  }
}
