/// The colours of lines, told apart also by those who do not tell red from green.
package enum Hue: String, CaseIterable, Sendable {
  case blue, orange, green, violet, grey, red1, red2, red3, red4

  /// On white, then on black.
  var colours: (light: String, dark: String) {
    switch self {
    case .blue: ("#1f6fd0", "#5aa2f5")
    case .orange: ("#d4591c", "#f08a4b")
    case .green: ("#14855f", "#3cc294")
    case .violet: ("#6a3fb5", "#ab8bf0")
    case .grey: ("#6b6f76", "#a3a8b0")
    // One colour in steps, for one setting in steps.
    case .red1: ("#f0937f", "#7d2b20")
    case .red2: ("#dd5c48", "#b4412f")
    case .red3: ("#b3301f", "#e57260")
    case .red4: ("#76170c", "#f9b5a8")
    }
  }

  /// The rules of a style that colour strokes by the class of a hue, and areas by the same with a `b`
  /// before it.
  static func rules(isDark: Bool) -> String {
    allCases.map { hue in
      let colour = isDark ? hue.colours.dark : hue.colours.light
      return ".\(hue.rawValue){stroke:\(colour)}.b\(hue.rawValue){fill:\(colour)}"
    }.joined()
  }
}
