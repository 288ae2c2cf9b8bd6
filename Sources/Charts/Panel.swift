/// Lines in one frame.
public struct Panel: Sendable {
  /// One line above the frame.
  public let title: String
  /// What runs from left to right.
  public let x: Axis
  /// What runs upwards.
  public let y: Axis
  /// The places of `x` in another unit, written above the frame: their factor says how much of it one
  /// of `x` is.
  public let above: Axis?
  /// Drawn in this order.
  public let lines: [Line]
  /// Places to be seen among the numbers.
  public let markers: [Marker]

  /// A frame with lines.
  public init(
    title: String, x: Axis, y: Axis, above: Axis? = nil, lines: [Line], markers: [Marker] = []
  ) {
    self.title = title
    (self.x, self.y, self.above) = (x, y, above)
    (self.lines, self.markers) = (lines, markers)
  }
}
