/// What runs along one side of a panel.
package struct Axis: Sendable {
  /// The quantity and its unit.
  package let label: String
  /// How it runs.
  package var scale: Scale
  /// What is shown; `nil` for all there is.
  package var limits: ClosedRange<Double>?
  /// What numbers are multiplied by where they are written: 100 for percents.
  package var factor: Double
  /// Whether only whole numbers are written beside it.
  package var isWhole: Bool

  /// An axis, of all that there is if no limits are given.
  package init(
    label: String, scale: Scale = .linear, limits: ClosedRange<Double>? = nil, factor: Double = 1,
    isWhole: Bool = false
  ) {
    self.label = label
    (self.scale, self.limits, self.factor) = (scale, limits, factor)
    self.isWhole = isWhole
  }

  /// The round numbers of an axis that holds some, of which about so many are written.
  func ticks(holding numbers: [Double], count: Int) -> Ticks {
    let ticks = Ticks(holding: numbers, scale: scale, count: count, limits: limits)
    return isWhole ? ticks.wholeNumbers : ticks
  }
}
