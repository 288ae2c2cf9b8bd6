extension Int {
  /// The whole number nearest to another number: the largest or the smallest where it is beyond them,
  /// and 0 where it is none.
  ///
  /// `Int(_:)` traps there, and what comes from a file may be anything.
  package init(nearest number: Double) {
    let rounded = number.rounded()
    if let whole = Int(exactly: rounded) {
      self = whole
    } else {
      self = rounded.isNaN ? 0 : rounded < 0 ? .min : .max
    }
  }
}
