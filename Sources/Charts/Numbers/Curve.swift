/// A measured quantity along another: seconds and accuracy, say, in the order of the first.
package struct Curve: Equatable, Sendable {
  /// Ascending, but for equal neighbours, which make a jump.
  package var x: [Double]
  /// One number for each.
  package var y: [Double]

  /// The points `(x[i], y[i])`.
  package init(x: [Double], y: [Double]) { (self.x, self.y) = (x, y) }

  /// The value on the straight line between the two points around `place`; at a jump the one after
  /// it. `nil` outside the curve.
  package func interpolated(at place: Double) -> Double? {
    guard let first = x.first, let last = x.last, place >= first, place <= last else { return nil }
    // The first point beyond the place, by halving.
    var (low, high) = (0, x.count)
    while low < high {
      let middle = (low + high) / 2
      if x[middle] > place { high = middle } else { low = middle + 1 }
    }
    guard low < x.count else { return y[x.count - 1] }
    let share = (place - x[low - 1]) / (x[low] - x[low - 1])
    return y[low - 1] + share * (y[low] - y[low - 1])
  }
}
