/// Where a panel's lines are drawn, in pixels, and how its axes are written.
struct Frame {
  let left: Double
  let top: Double
  let width: Double
  let height: Double
  /// Whether the title and the name of the upright axis stand at their sides, as in a figure, or the
  /// page around it has the title, and the name stands above the axis.
  var isFigure = true

  var bottom: Double { top + height }
  var right: Double { left + width }
}
