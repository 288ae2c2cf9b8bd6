/// A figure of one or several panels side by side that share a legend.
public struct Chart: Sendable {
  /// One line above everything.
  public let title: String
  /// From left to right.
  public let panels: [Panel]

  /// A figure.
  public init(title: String, panels: [Panel]) { (self.title, self.panels) = (title, panels) }
}
