// What somebody may have meant who typed something else.

extension String {
  /// The words that this one may be a slip of, the likest first: those a letter or two away, or that begin
  /// with it.
  func likeliest(of words: [String]) -> String? {
    let own = lowercased()
    func distance(_ word: String) -> Int {
      let other = word.lowercased()
      return own.count >= 3 && other.hasPrefix(own) ? 1 : own.edits(to: other)
    }
    // Of a short word, hardly anything is left after two changes.
    let most = own.count < 5 ? 1 : 2
    return words.map { (word: $0, distance: distance($0)) }.filter { $0.distance <= most }
      .min { $0.distance < $1.distance }?.word
  }

  /// `; did you mean hidden?`, or nothing.
  func proposal(of words: [String]) -> String {
    likeliest(of: words).map { "; did you mean \($0)?" } ?? ""
  }

  /// How many letters more, less or other, or pairs that changed places, make it another word.
  private func edits(to other: String) -> Int {
    let (a, b) = (Array(self), Array(other))
    // Rows of the table of distances between beginnings: the one before the last, the last, this one.
    var (older, old) = ([Int](), Array(0...b.count))
    for i in a.indices {
      var new = [i + 1]
      for j in b.indices {
        var least = Swift.min(old[j + 1] + 1, new[j] + 1, old[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
          least = Swift.min(least, older[j - 1] + 1)
        }
        new.append(least)
      }
      (older, old) = (old, new)
    }
    return old[b.count]
  }
}
