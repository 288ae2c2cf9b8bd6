/// Lines in one frame.
package struct Panel: Sendable {
  /// One line above the frame.
  package let title: String
  /// What runs from left to right.
  package let x: Axis
  /// What runs upwards.
  package let y: Axis
  /// The places of `x` in another unit, written above the frame: their factor says how much of it one
  /// of `x` is.
  package let above: Axis?
  /// Drawn in this order.
  package let lines: [Line]
  /// Places to be seen among the numbers.
  package let markers: [Marker]

  /// A frame with lines.
  package init(
    title: String, x: Axis, y: Axis, above: Axis? = nil, lines: [Line], markers: [Marker] = []
  ) {
    self.title = title
    (self.x, self.y, self.above) = (x, y, above)
    (self.lines, self.markers) = (lines, markers)
  }
}
