/// A line of a header, or as many as it takes.
///
/// - Parameters:
///   - title: stands before all of them.
///   - first: what is said first.
///   - others: what follows, each whole in a line.
///   - style: whether a terminal reads it.
///   - width: the most characters of a line.
///   - isPath: whether the beginning of `first` gives way where there is no room, down to the characters that
///     are worth less than a line; a text goes on in the next line.
/// - Returns: the lines, the further ones below the text of the first.
func headerLine(
  _ title: String, _ first: String, _ others: [String], style: TextStyle, width: Int,
  isPath: Bool = true
) -> String {
  let room = width - title.count
  let first = first.printable
  let shortestPath = 16
  var lines = isPath ? [first] : wrapped(first, width: room)
  if lines.isEmpty { lines = [""] }
  var length = isPath ? min(first.count, shortestPath) : lines[lines.count - 1].count
  for other in others.map(\.printable) {
    let end = " · " + other
    if length + end.count <= room {
      lines[lines.count - 1] += end
      length += end.count
    } else {
      lines.append(other)
      length = other.count
    }
  }
  if isPath {
    let end = lines[0].dropFirst(first.count)
    lines[0] = first.shortenedInFront(to: room - end.count) + end
  }
  let indent = "\n" + "".padding(to: title.count)
  return style.apply(.faint, to: title) + lines.joined(separator: indent)
}

/// A remark under its title, in lines of at most `width` characters.
func remark(_ title: String, _ text: String, style: TextStyle, width: Int) -> [String] {
  wrapped(text.printable, width: width - title.count - 1).enumerated().map { index, line in
    (index == 0 ? style.apply(.warning, to: title) : "".padding(to: title.count)) + " " + line
  }
}

/// A sentence in lines of at most this many characters.
package func wrapped(_ sentence: String, width: Int) -> [String] {
  var lines: [String] = []
  for word in wordsOfLines(sentence) {
    if let last = lines.last, last.count + 1 + word.count <= width {
      lines[lines.count - 1] = last + " " + word
    } else {
      lines.append(String(word))
    }
  }
  return lines
}

/// The words of a sentence; a number stays with its next thousands and with its unit, as in `12 345` and
/// `97.3 %`.
private func wordsOfLines(_ sentence: String) -> [String] {
  var words: [String] = []
  for word in sentence.split(separator: " ") {
    if let last = words.last, last.last?.isNumber == true, word.goesOnWithNumber(after: last) {
      words[words.count - 1] = last + " " + word
    } else {
      words.append(String(word))
    }
  }
  return words
}

extension Substring {
  /// Whether it is three digits behind others, or a unit, with punctuation perhaps.
  fileprivate func goesOnWithNumber(after number: String) -> Bool {
    if first == "%" { return true }
    let digits = prefix { $0.isASCII && $0.isNumber }
    let others = dropFirst(digits.count)
    let groups = number.split(separator: " ").last?.drop { "(+-–−±".contains($0) } ?? ""
    return digits.count == 3 && others.allSatisfy { ",;:.)%".contains($0) }
      && !groups.isEmpty && groups.count <= 3 && groups.allSatisfy(\.isNumber)
  }
}

extension String {
  func padding(to width: Int) -> String {
    self + String(repeating: " ", count: Swift.max(0, width - count))
  }

  /// The word as a POSIX shell reads it back.
  var quotedForShell: String {
    let plain = unicodeScalars.allSatisfy {
      $0.properties.isAlphabetic || $0.properties.numericType != nil
        || "/._-=+:,@%".unicodeScalars.contains($0)
    }
    return plain && !isEmpty
      ? self
      : "'"
        + split(separator: "'", omittingEmptySubsequences: false)
        .joined(separator: "'\\''") + "'"
  }
}
