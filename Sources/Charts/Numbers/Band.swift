/// The mean and the deviation of several runs, place by place.
package struct Band: Equatable, Sendable {
  /// Ascending.
  package var x: [Double]
  /// One for each.
  package var spreads: [Spread]

  /// Numbers that are each known to so much.
  ///
  /// - Parameter points: in the order of their places.
  package init(points: [(x: Double, mean: Double, deviation: Double)]) {
    x = points.map(\.x)
    spreads = points.map { Spread(mean: $0.mean, deviation: $0.deviation) }
  }

  /// Runs measured at different places, interpolated at `0, interval, 2 interval, …` as in the
  /// paper's figure 5, left. Places that some run does not reach are left out, so that no step in the
  /// mean comes from a run that ends.
  package init(of curves: [Curve], every interval: Double) {
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
  package init(pointwise curves: [Curve]) {
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
  package init(collecting curves: [Curve]) {
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
