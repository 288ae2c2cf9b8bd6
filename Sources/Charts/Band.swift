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

/// A mean over several runs and how far single runs are from it.
public struct Spread: Equatable, Sendable {
  /// Of the runs.
  public let mean: Double
  /// The standard deviation of the runs, n − 1 in its denominator; 0 of a single run.
  public let deviation: Double
  /// How many runs there are.
  public let count: Int

  /// The standard error of the mean.
  public var standardError: Double { deviation / Double(count).squareRoot() }

  /// `nil` of no numbers.
  public init?(_ numbers: [Double]) {
    guard !numbers.isEmpty else { return nil }
    count = numbers.count
    let mean = numbers.reduce(0, +) / Double(count)
    self.mean = mean
    let squares = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    deviation = count > 1 ? (squares / Double(count - 1)).squareRoot() : 0
  }
}

/// The mean and the deviation of several runs, place by place.
public struct Band: Equatable, Sendable {
  /// Ascending.
  public var x: [Double]
  /// One for each.
  public var spreads: [Spread]

  /// Runs measured at different places, interpolated at `0, interval, 2 interval, …` as in the
  /// paper's figure 5, left. Places that some run does not reach are left out, so that no step in the
  /// mean comes from a run that ends.
  public init(of curves: [Curve], every interval: Double) {
    (x, spreads) = ([], [])
    guard let end = curves.compactMap(\.x.last).min(), interval > 0 else { return }
    for step in 0...Int((end / interval + 1e-9).rounded(.down)) {
      let place = Double(step) * interval
      let values = curves.compactMap { $0.interpolated(at: place) }
      guard values.count == curves.count, let spread = Spread(values) else { continue }
      x.append(place)
      spreads.append(spread)
    }
  }

  /// The i-th points of all runs together, at the mean of their places, as in the paper's figure 5,
  /// right: what happens at slightly different times in each run stays sharp.
  public init(pointwise curves: [Curve]) {
    (x, spreads) = ([], [])
    for index in 0..<(curves.map(\.x.count).min() ?? 0) {
      guard let place = Spread(curves.map { $0.x[index] }),
        let value = Spread(curves.map { $0.y[index] })
      else { continue }
      x.append(place.mean)
      spreads.append(value)
    }
  }
}

extension Band {
  /// All points of the same place together, where at least half of the runs have one: of runs that
  /// end at different places, counted in growths say.
  public init(collecting curves: [Curve]) {
    (x, spreads) = ([], [])
    var values: [Double: [Double]] = [:]
    for curve in curves {
      for (place, value) in zip(curve.x, curve.y) { values[place, default: []].append(value) }
    }
    for place in values.keys.sorted() {
      guard let numbers = values[place], 2 * numbers.count >= curves.count,
        let spread = Spread(numbers)
      else { continue }
      x.append(place)
      spreads.append(spread)
    }
  }
}
