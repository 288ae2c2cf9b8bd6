/// Numbers along an axis, each with how far it may be from the truth.
package struct Line: Sendable {
  /// How a line is drawn.
  package enum Form: Sendable {
    /// A line in a band of one deviation.
    case band
    /// Places without lines between them.
    case dots
    /// A line through points, each with an error bar of one deviation.
    case measured
    /// The points alone, with their error bars.
    case points
  }

  /// As the legend has it; lines of the same name share their colour and entry.
  package let name: String
  /// Its colour.
  package let hue: Hue
  /// Whether it is drawn in dashes.
  package var isDashed: Bool
  /// How it is drawn.
  package var form: Form
  /// The numbers.
  package let band: Band
  /// What is told of each point, one text for each; of none if there are no texts.
  package var notes: [String]

  /// A line of a colour.
  package init(
    name: String, hue: Hue, isDashed: Bool = false, form: Form = .band, band: Band,
    notes: [String] = []
  ) {
    self.name = name
    self.hue = hue
    (self.isDashed, self.form) = (isDashed, form)
    self.band = band
    self.notes = notes
  }
}
