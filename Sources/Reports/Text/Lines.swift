/// A line of a header, or as many as it takes; where there is no room, the beginning of `first` gives way, down
/// to the characters that are worth less than a line.
func headerLine(
  _ title: String, _ first: String, _ others: [String], style: TextStyle, width: Int,
  shortest: Int = 16
) -> String {
  let shortest = min(first.printable.count, shortest)
  var ends = [""]
  for other in others.map(\.printable) {
    let longer = ends[ends.count - 1] + " · " + other
    if title.count + (ends.count == 1 ? shortest : 0) + longer.count <= width {
      ends[ends.count - 1] = longer
    } else {
      ends.append(other)
    }
  }
  let start = first.printable.shortenedInFront(to: width - title.count - ends[0].count)
  let rest = ends.dropFirst().map { "\n" + "".padding(to: title.count) + $0 }.joined()
  return style.apply(.faint, to: title) + start + ends[0] + rest
}

/// A remark under its title, in lines of at most `width` characters.
func remark(_ title: String, _ text: String, style: TextStyle, width: Int) -> [String] {
  wrapped(text.printable, width: width - title.count - 1).enumerated().map { index, line in
    (index == 0 ? style.apply(.warning, to: title) : "".padding(to: title.count)) + " " + line
  }
}

/// A sentence in lines of at most this many characters.
func wrapped(_ sentence: String, width: Int) -> [String] {
  var lines: [String] = []
  for word in sentence.split(separator: " ") {
    if let last = lines.last, last.count + 1 + word.count <= width {
      lines[lines.count - 1] = last + " " + word
    } else {
      lines.append(String(word))
    }
  }
  return lines
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
