import Glibc
import Reports

/// What stands at the end of an output stream.
enum Terminal {
  /// Whether a person reads standard output on a terminal that shows colours, and wants them.
  static var showsColours: Bool {
    isatty(STDOUT_FILENO) == 1 && variable("NO_COLOR") == nil && variable("TERM") != "dumb"
  }

  /// Whether a person watches standard error.
  static var showsProgress: Bool { isatty(STDERR_FILENO) == 1 && variable("TERM") != "dumb" }

  /// How many characters a line of standard output has.
  static var width: Int { chosenWidth ?? width(of: STDOUT_FILENO) ?? usualWidth }

  /// How many characters a line of a window has that shows standard error; `nil` if none does.
  static var messageWidth: Int? {
    guard isatty(STDERR_FILENO) == 1 else { return nil }
    return max(TextStyle.narrowest, chosenWidth ?? width(of: STDERR_FILENO) ?? usualWidth)
  }

  private static func width(of descriptor: Int32) -> Int? {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }

  /// What the user says of it, in the variable COLUMNS.
  static var chosenWidth: Int? {
    variable("COLUMNS").flatMap(Int.init).flatMap { $0 > 0 ? $0 : nil }
  }

  /// The width of a terminal of which nothing is known.
  static let usualWidth = 80

  /// A variable of the environment; an empty one counts as not set.
  private static func variable(_ name: String) -> String? {
    guard let value = getenv(name), value.pointee != 0 else { return nil }
    return String(cString: value)
  }
}

/// Writes a message to standard error, as far as anyone reads it.
func standardError(_ message: String) {
  _ = writeAll(message, to: STDERR_FILENO)
}

/// Writes a whole text to an open file.
///
/// - Returns: 0, or the error number of the write that failed.
func writeAll(_ text: String, to descriptor: Int32) -> Int32 {
  var rest = Array(text.utf8)[...]
  while !rest.isEmpty {
    let written = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    if written >= 0 {
      rest.removeFirst(written)
    } else if errno != EINTR {
      return errno
    }
  }
  return 0
}
