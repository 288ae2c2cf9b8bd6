/// How the marks of plots look, for the style of the page or figure they are in.
package enum ChartStyle {
  /// Rules for plots that are part of a page, in the colours of its reader's system.
  package static let page =
    marks
    + ".error{fill:none;stroke-width:1.2;stroke-opacity:.75}.marker{fill:none;stroke-width:1;"
    + "stroke-dasharray:3 3}.point{stroke-width:1.5}" + Hue.rules(isDark: false)
    + "@media screen and (prefers-color-scheme:dark){\(Hue.rules(isDark: true))}"

  /// What figures and pages have in common.
  static let marks =
    ".line{fill:none;stroke-width:1.8;stroke-linejoin:round}.dashed{stroke-dasharray:5 3}"
    + ".dots{fill:none;stroke-width:5;stroke-linecap:round}.band{fill-opacity:.18;stroke:none}"
    + ".grid,.frame{fill:none;stroke-width:1}"
}
