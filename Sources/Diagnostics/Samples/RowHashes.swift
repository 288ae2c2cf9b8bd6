package import LinearAlgebra

extension Matrix where Scalar == Float {
  /// A number of 64 bits for each row, the same for rows whose first columns hold the same numbers; for
  /// others the same by chance alone, about once in 2⁶⁴ pairs.
  ///
  /// - Parameters:
  ///   - rows: how many rows, the first ones.
  ///   - columns: how many columns, the first ones.
  /// - Returns: one number for each row.
  package func rowHashes(rows: Int, columns: Int) -> [UInt64] {
    precondition(rows <= self.rows && columns <= self.columns, "\(rows) rows of \(columns) columns")
    let width = self.columns
    return storage.withUnsafeBufferPointer { numbers in
      (0..<rows).map { row in
        let first = row * width
        return hash(of: UnsafeBufferPointer(rebasing: numbers[first..<first + columns]))
      }
    }
  }
}

/// A number of 64 bits that follows from some numbers alone; 0 and −0 are the same.
private func hash(of numbers: UnsafeBufferPointer<Float>) -> UInt64 {
  // Four chains side by side: one multiplication would wait for the other.
  var (a, b, c, d): (UInt64, UInt64, UInt64, UInt64) = (1, 2, 3, 4)
  let whole = numbers.count / 8 * 8
  for place in stride(from: 0, to: whole, by: 8) {
    a = step(a, pair(numbers[place], numbers[place + 1]))
    b = step(b, pair(numbers[place + 2], numbers[place + 3]))
    c = step(c, pair(numbers[place + 4], numbers[place + 5]))
    d = step(d, pair(numbers[place + 6], numbers[place + 7]))
  }
  for place in whole..<numbers.count { a = step(a, pair(numbers[place], 1)) }
  return mixed(step(step(step(a, b), c), d))
}

@inline(__always) private func pair(_ first: Float, _ second: Float) -> UInt64 {
  // Adding 0 makes −0 a 0, and changes nothing else.
  UInt64((first + 0).bitPattern) << 32 | UInt64((second + 0).bitPattern)
}

@inline(__always) private func step(_ state: UInt64, _ word: UInt64) -> UInt64 {
  let product = (state ^ word) &* 0x9E37_79B9_7F4A_7C15
  return product ^ (product >> 29)
}

/// A number of 64 bits that follows from some others alone.
func combinedHash(of words: [UInt64]) -> UInt64 {
  mixed(words.reduce(UInt64(words.count)) { mixed(step($0, $1)) })
}

/// Mixes bits so that each depends on all that were given (the last steps of SplitMix64).
func mixed(_ bits: UInt64) -> UInt64 {
  var generator = SeededGenerator(seed: bits)
  return generator.next()
}
