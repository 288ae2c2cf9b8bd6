/// A line across a frame at one number of an axis.
public struct Marker: Sendable {
  /// Which axis has the number.
  public enum Side: Sendable {
    /// An upright line at a place of the x axis.
    case x
    /// A level line at a place of the y axis.
    case y
    /// The line where both axes have the same number; the place does not matter.
    case equality
  }

  /// The axis.
  public let side: Side
  /// The number.
  public let place: Double
  /// What it is.
  public let label: String

  /// A line with a few words beside it.
  public init(_ side: Side, at place: Double = 0, label: String) {
    (self.side, self.place, self.label) = (side, place, label)
  }
}
