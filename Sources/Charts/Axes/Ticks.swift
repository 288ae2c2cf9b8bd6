import RealModule

/// A range of numbers and the round ones in it that are written beside an axis.
package struct Ticks: Equatable, Sendable {
  /// What is shown.
  package let range: ClosedRange<Double>
  /// The round numbers, ascending, within the range.
  package let places: [Double]
  /// How the axis runs.
  package let scale: Scale

  /// The range that holds all numbers, widened to what the scale can show.
  ///
  /// - Parameters:
  ///   - numbers: those to hold; none that is not finite counts, on a logarithmic axis none that is
  ///     not positive.
  ///   - scale: of the axis.
  ///   - count: about how many places are wanted.
  ///   - limits: the range instead of the numbers' own.
  package init(
    holding numbers: [Double], scale: Scale, count: Int = 5, limits: ClosedRange<Double>? = nil
  ) {
    self.scale = scale
    let shown = numbers.filter { $0.isFinite && (scale == .linear || $0 > 0) }
    let (low, high) = (
      limits?.lowerBound ?? shown.min() ?? (scale == .linear ? 0 : 1),
      limits?.upperBound ?? shown.max() ?? 1
    )
    switch scale {
    case .linear:
      range = Self.linearRange(low, high)
      let (bottom, top) = (range.lowerBound, range.upperBound)
      let step = Self.roundStep((top - bottom) / Double(count))
      let (first, last) = ((bottom / step - 1e-9).rounded(.up), (top / step + 1e-9).rounded(.down))
      // The sum makes 0 of −0.
      places = stride(from: first, through: last, by: 1).map { $0 * step + 0 }
    case .logarithmic:
      // The powers of ten that a number can hold in full.
      let (least, most) = (min(max(low, 1e-300), 1e300), min(max(high, 1e-300), 1e300))
      let (bottom, top) = most > (1 + 1e-12) * least ? (least, most) : (least / 2, least * 2)
      range = bottom...top
      let decades =
        Int(Double.log10(bottom).rounded(.down))...Int(Double.log10(top).rounded(.up))
      // Within a decade or two the powers of ten alone would be too few.
      let digits = decades.count > 4 ? [1.0] : [1, 2, 5]
      // Over many decades, only every second, third, … is written.
      let interval = 1 + (decades.count - 1) / (2 * count)
      places = decades.filter { $0 % interval == 0 }
        .flatMap { decade in digits.map { $0 * Self.power(of: decade) } }
        .filter { (bottom...top).contains($0) }
    }
  }

  /// The same with whole places alone.
  var wholeNumbers: Ticks {
    Ticks(range: range, places: places.filter { $0 == $0.rounded() }, scale: scale)
  }

  private init(range: ClosedRange<Double>, places: [Double], scale: Scale) {
    (self.range, self.places, self.scale) = (range, places, scale)
  }

  /// Where a number stands along the axis: 0 at its beginning, 1 at its end.
  package func position(of number: Double) -> Double {
    func scaled(_ number: Double) -> Double { scale == .linear ? number : .log10(number) }
    let (low, high) = (scaled(range.lowerBound), scaled(range.upperBound))
    let floor = scale == .linear ? number : max(number, range.lowerBound)
    return (scaled(floor) - low) / (high - low)
  }

  /// From low to high, or wider where the two are so near, or so near 0, that steps between them
  /// would be lost in rounding.
  private static func linearRange(_ low: Double, _ high: Double) -> ClosedRange<Double> {
    let (low, high) = (min(max(low, -1e300), 1e300), min(max(high, -1e300), 1e300))
    let magnitude = max(abs(low), abs(high))
    guard high - low > 1e-12 * magnitude, magnitude > 1e-290 else {
      let room = max(0.5, 1e-9 * magnitude)
      return low - room...low + room
    }
    return low...high
  }

  /// 1, 2 or 5 times a power of ten, not below `step`.
  private static func roundStep(_ step: Double) -> Double {
    let power = power(of: Int(Double.log10(step).rounded(.down)))
    let digit = step / power
    return power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10)
  }

  /// A power of ten, exact as long as the number can be.
  private static func power(of exponent: Int) -> Double {
    exponent < 0 ? 1 / .pow(10, -exponent) : .pow(10, exponent)
  }
}
