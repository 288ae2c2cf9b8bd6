/// A measured quantity along another: seconds and accuracy, say, in the order of the first.
public struct Curve: Equatable, Sendable {
  /// Ascending, but for equal neighbours, which make a jump.
  public var x: [Double]
  /// One number for each.
  public var y: [Double]

  /// The points `(x[i], y[i])`.
  public init(x: [Double], y: [Double]) { (self.x, self.y) = (x, y) }

  /// The value on the straight line between the two points around `place`; at a jump the one after
  /// it. `nil` outside the curve.
  public func interpolated(at place: Double) -> Double? {
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
