/// Numbers along an axis, each with how far it may be from the truth.
public struct Line: Sendable {
  /// How a line is drawn.
  public enum Form: Sendable {
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
  public let name: String
  /// Its colour.
  public let hue: Hue
  /// Whether it is drawn in dashes.
  public var isDashed: Bool
  /// How it is drawn.
  public var form: Form
  /// The numbers.
  public let band: Band
  /// What is told of each point, one text for each; of none if there are no texts.
  public var notes: [String]

  /// A line of a colour.
  public init(
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
