/// The numbers of sums on their way between two processes: written one after the other, and read in the
/// same order.
///
/// One method of a type says its numbers in both directions, so that writing and reading cannot differ.
package struct NumberStream: Sendable {
  /// All of them; counts as bit patterns.
  package private(set) var numbers: [Double] = []
  /// Where the next number is read; `nil` while they are written.
  private var place: Int?
  /// Whether everything that was read was there, and could be what was written.
  private var isSound = true

  /// To write to.
  package init() {}

  /// To read from.
  package init(reading numbers: [Double]) {
    self.numbers = numbers
    place = 0
  }

  /// Whether all numbers have been read, and could be what was written: those of a file may be anything.
  package var isWhole: Bool { isSound && place == numbers.count }

  /// Says that what was read cannot be what was written.
  package mutating func refuse() { isSound = false }

  /// Writes a number, or replaces it by the next one.
  package mutating func carry(_ number: inout Double) {
    guard let place else { return numbers.append(number) }
    guard place < numbers.count else { return refuse() }
    number = numbers[place]
    self.place = place + 1
  }

  /// Writes a whole number, or replaces it by the next one.
  package mutating func carry(_ number: inout Int) {
    var pattern = Double(bitPattern: UInt64(bitPattern: Int64(number)))
    carry(&pattern)
    let read = Int(Int64(bitPattern: pattern.bitPattern))
    // So small that a few of them can be added.
    guard read.magnitude <= 1 << 53 else { return refuse() }
    number = read
  }

  /// The same of a truth.
  package mutating func carry(_ truth: inout Bool) {
    var number = truth ? 1 : 0
    carry(&number)
    truth = number == 1
  }

  /// The same of a number that may be missing.
  package mutating func carry(_ number: inout Double?) {
    var isThere = number != nil
    carry(&isThere)
    guard isThere else { return number = nil }
    var value = number ?? 0
    carry(&value)
    number = value
  }

  /// The same of any count of numbers.
  ///
  /// - Parameters:
  ///   - some: the numbers.
  ///   - counts: which counts there can be; any if nothing is said.
  package mutating func carry(_ some: inout [Double], counting counts: [Int]? = nil) {
    var count = some.count
    carry(&count)
    guard let place else {
      numbers += some
      return
    }
    guard isSound, 0...(numbers.count - place) ~= count, counts?.contains(count) ?? true else {
      return refuse()
    }
    some = Array(numbers[place..<place + count])
    self.place = place + count
  }

  /// The same of any count of values.
  ///
  /// - Parameters:
  ///   - values: as many as there are, or are read.
  ///   - empty: a value to read into.
  ///   - carry: carries one of them.
  package mutating func carry<Value>(
    _ values: inout [Value], empty: Value,
    _ carry: (inout NumberStream, inout Value) -> Void
  ) {
    var count = values.count
    self.carry(&count)
    if let place {
      // Each takes one number at least.
      guard isSound, 0...(numbers.count - place) ~= count else { return refuse() }
      values = [Value](repeating: empty, count: count)
    }
    for index in values.indices { carry(&self, &values[index]) }
  }
}

/// Sums whose numbers can go to another process.
package protocol Portable {
  /// Carries every number of the sums; those that say what they are sums of are the same there.
  mutating func carry(in stream: inout NumberStream)
}

extension Portable {
  /// All numbers.
  package var carried: [Double] {
    var (stream, copy) = (NumberStream(), self)
    copy.carry(in: &stream)
    return stream.numbers
  }

  /// The same sums with other numbers.
  package func carrying(_ numbers: [Double]) -> Self {
    var (stream, copy) = (NumberStream(reading: numbers), self)
    copy.carry(in: &stream)
    return copy
  }

  /// The same sums with numbers that may be anything.
  ///
  /// - Returns: `nil` if they cannot be those of such sums.
  package func carrying(checked numbers: [Double]) -> Self? {
    var (stream, copy) = (NumberStream(reading: numbers), self)
    copy.carry(in: &stream)
    return stream.isWhole ? copy : nil
  }
}
