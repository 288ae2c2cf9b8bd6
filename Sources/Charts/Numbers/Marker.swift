/// A line across a frame at one number of an axis.
package struct Marker: Sendable {
  /// Which axis has the number.
  package enum Side: Sendable {
    /// An upright line at a place of the x axis.
    case x
    /// A level line at a place of the y axis.
    case y
    /// The line where both axes have the same number; the place does not matter.
    case equality
  }

  /// The axis.
  package let side: Side
  /// The number.
  package let place: Double
  /// What it is.
  package let label: String

  /// A line with a few words beside it.
  package init(_ side: Side, at place: Double = 0, label: String) {
    (self.side, self.place, self.label) = (side, place, label)
  }
}
