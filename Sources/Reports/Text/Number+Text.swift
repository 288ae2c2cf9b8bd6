import Diagnostics
import LinearAlgebra
import Networks

/// Numbers and names as a person reads them in a line or a table.
enum Text {
  /// What stands for a number that was not computed.
  static let dash = "–"

  /// What a column of recordings means.
  static let closedLack =
    "Of next Ψ they close: the share of the next layer's Ψ that they take away on held-out samples."

  /// Three significant digits, or a dash.
  static func number(_ number: Double?) -> String {
    guard let number, number.isFinite else { return dash }
    return number.inThreeDigits
  }

  /// A share in 0...1 in percent, without decimals.
  static func percent(_ share: Double?) -> String {
    guard let share, share.isFinite else { return dash }
    return "\(Int(nearest: 100 * share)) %"
  }

  /// A share in 0...1 in percent, with one decimal.
  static func precisePercent(_ share: Double) -> String {
    let tenths = Int(nearest: 1000 * share)
    return "\(tenths / 10).\(tenths % 10) %"
  }

  /// A share in percent as a sentence has it: two significant digits, `0.35 %`, `12 %`, or a bound
  /// where hardly anything or nearly all is meant.
  static func share(_ share: Double) -> String {
    guard share.isFinite else { return dash }
    let percent = 100 * share
    if percent >= 99.5, percent < 100 { return "over 99 %" }
    if percent >= 10 { return "\(Int(nearest: percent)) %" }
    if percent > 0, percent < 0.01 { return "less than 0.01 %" }
    let places = percent >= 1 ? 10.0 : 100
    let rounded = (percent * places).rounded() / places
    return rounded == rounded.rounded() ? "\(Int(nearest: rounded)) %" : "\(rounded) %"
  }

  /// The name of a layer in a sentence; one that is only a number reads "layer 2", one that is
  /// too long for a line is cut.
  static func layer(_ name: String) -> String {
    let longest = 60
    return layerText(name).shortened(to: longest)
  }

  /// The whole name of a layer in a table, likewise.
  static func layerName(_ name: String) -> String { layerText(name) }

  /// A count with its thousands apart: `12 345`.
  static func count(_ count: Int) -> String { count.inGroups }

  /// A bar of block characters, `width` characters when the share is 1.
  static func bar(_ share: Double?, width: Int) -> String {
    guard let share, share.isFinite else { return "" }
    let eighths = Int((min(1, max(0, share)) * Double(8 * width)).rounded())
    let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
    return String(repeating: "█", count: eighths / 8) + parts[eighths % 8]
  }
}

extension String {
  /// The text without what moves a terminal's cursor or turns its direction.
  ///
  /// Names come from files that anyone may have made.
  package var printable: String {
    var scalars = String.UnicodeScalarView()
    for scalar in unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate:
        scalars.append("\u{FFFD}")
      default: scalars.append(scalar)
      }
    }
    return String(scalars)
  }

  /// At most so many characters, the last an ellipsis if there were more.
  func shortened(to width: Int) -> String {
    count > width ? prefix(max(0, width - 1)) + "…" : self
  }

  /// At most so many characters, the first an ellipsis if there were more.
  func shortenedInFront(to width: Int) -> String {
    count > width ? "…" + suffix(max(0, width - 1)) : self
  }
}
