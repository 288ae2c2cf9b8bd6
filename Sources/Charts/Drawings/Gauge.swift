/// A share as a bar in a cell of a table.
package struct Gauge: Sendable {
  /// Of the whole, 0...1.
  package let share: Double

  /// A share; below 0 nothing, above 1 all.
  package init(_ share: Double) { self.share = min(1, max(0, share.isFinite ? share : 0)) }

  /// A bar that nobody reads aloud: the number stands beside it.
  package var plot: Markup {
    Markup(
      "svg", ["viewBox": "0 0 60 8", "class": "gauge", "aria-hidden": "true"],
      [
        Markup("rect", ["class": "track", "width": "60", "height": "8", "rx": "2"]),
        Markup(
          "rect", ["class": "bar bgrey", "width": tenth(60 * share), "height": "8", "rx": "2"]),
      ])
  }
}
