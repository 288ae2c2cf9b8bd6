import Reports

/// A message laid out to a window: lines that are too long go on below their text.
///
/// - Parameters:
///   - message: lines, each with a newline at its end.
///   - width: the most characters of a line; `nil` where no window shows it, and a program may read it.
/// - Returns: the message; a word that is longer than a line stays whole.
func laidOut(_ message: String, width: Int?) -> String {
  guard let width else { return message }
  return message.split(separator: "\n", omittingEmptySubsequences: false).map { line in
    guard line.count > width else { return String(line) }
    let title = ["error: ", "Help:  ", "Usage: "].first { line.hasPrefix($0) }
    let start = title?.count ?? line.prefix { $0 == " " }.count
    let indent = String(repeating: " ", count: start)
    return wrapped(String(line.dropFirst(start)), width: width - start).enumerated()
      .map { ($0 == 0 ? line.prefix(start) : indent[...]) + $1 }.joined(separator: "\n")
  }.joined(separator: "\n")
}
