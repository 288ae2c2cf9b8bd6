/// Predicts what a step does to the loss from its slope and a look at the first half of the way.
///
///     L(0) − L(t) = g t (1 + p t) / (1 + q t + s t²),      0 ≤ t ≤ 1 the share of the step
///
/// g is the slope of a subset, and p, q and s are fitted to its loss at three places up to half of the
/// step. By what the exact slope, from the moments of all training samples, is larger or smaller, the
/// gain is larger or smaller: samples that neurons were fitted on have more slope than others, and bend
/// as others do. With q = s = 0 this is the parabola whose
/// vertex is the best amplitude g / c and the gain there g² / (2c), as for squared errors; otherwise
/// it is a gain that levels off, as with cross-entropies, whose large steps no parabola follows.
package struct GainPrediction {
  /// The shares of the step whose gains on the subset are needed.
  package static let shares: [Double] = [1.0 / 2, 1.0 / 3, 1.0 / 6] + slopeShares
  private static let slopeShares: [Double] = [1.0 / 24, -1.0 / 24]

  /// The predicted gain of the whole step.
  ///
  /// - Parameters:
  ///   - slope: the exact rate per whole step.
  ///   - gains: on the subset, one for each of `shares`.
  ///   - most: how much of the loss there is to gain, as it is never below its lowest value.
  /// - Returns: the gain in the unit of the loss; `nil` where the fit has a pole on the way, and where it
  ///   promises more than there is by more than the noise of a subset.
  package static func gain(
    slope: Double, gains: [Double], atMost most: Double = .infinity
  ) -> Double? {
    guard let gain = unboundedGain(slope: slope, gains: gains), gain <= (1 + noise) * most
    else { return nil }
    return min(gain, most)
  }

  /// A subset's slope is off by about so much of itself.
  private static let noise = 0.1

  private static func unboundedGain(slope: Double, gains: [Double]) -> Double? {
    // Differences to both sides: the even powers cancel.
    let sketchSlope = (gains[3] - gains[4]) / (slopeShares[0] - slopeShares[1])
    let ratios = (0..<3).map { gains[$0] / (shares[$0] * sketchSlope) }
    guard ratios.allSatisfy(\.isFinite) else { return nil }
    return (quadraticDenominator(ratios) ?? linearDenominator(ratios)).map {
      slope - sketchSlope * (1 - $0)
    }
  }

  /// The ratio to g t at t = 1 from all three places; the unknowns solve
  /// `p − r q − r t s = (r − 1) / t`.
  private static func quadraticDenominator(_ ratios: [Double]) -> Double? {
    // Divided differences of the equations leave two in q and s, then one.
    func difference(_ i: Int, _ j: Int) -> (q: Double, s: Double, right: Double) {
      let (ri, rj) = (ratios[i], ratios[j])
      return (
        rj - ri, rj * shares[j] - ri * shares[i],
        (ri - 1) / shares[i] - (rj - 1) / shares[j]
      )
    }
    let (first, second) = (difference(0, 1), difference(1, 2))
    let determinant = first.q * second.s - first.s * second.q
    let scale = (first.q * second.s).magnitude + (first.s * second.q).magnitude
    guard determinant.magnitude > 1e-6 * scale else { return nil }
    let q = (first.right * second.s - first.s * second.right) / determinant
    let s = (first.q * second.right - first.right * second.q) / determinant
    let p = (ratios[0] - 1) / shares[0] + ratios[0] * (q + shares[0] * s)
    return hasPole(q, s) ? nil : (1 + p) / (1 + q + s)
  }

  /// The ratio to g t at t = 1 of the fit with s = 0, from the first and the last place.
  private static func linearDenominator(_ ratios: [Double]) -> Double? {
    let (first, last) = ((ratios[0] - 1) / shares[0], (ratios[2] - 1) / shares[2])
    let q = ratios[0] == ratios[2] ? 0 : (first - last) / (ratios[2] - ratios[0])
    let p = first + ratios[0] * q
    return hasPole(q, 0) ? nil : (1 + p) / (1 + q)
  }

  /// Whether 1 + q t + s t² is 0 or close to it anywhere on the way.
  private static func hasPole(_ q: Double, _ s: Double) -> Bool {
    stride(from: 0.0, through: 1, by: 0.05).contains { 1 + $0 * (q + $0 * s) < 0.1 }
  }
}
