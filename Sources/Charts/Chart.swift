/// A figure of one or several panels side by side that share a legend.
package struct Chart: Sendable {
  /// One line above everything.
  package let title: String
  /// From left to right.
  package let panels: [Panel]

  /// A figure.
  package init(title: String, panels: [Panel]) { (self.title, self.panels) = (title, panels) }
}
