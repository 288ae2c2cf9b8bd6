/// A figure of one or several panels side by side that share a legend.
public struct Chart: Sendable {
  /// One line above everything.
  public let title: String
  /// From left to right.
  public let panels: [Panel]

  /// A figure.
  public init(title: String, panels: [Panel]) { (self.title, self.panels) = (title, panels) }
}

/// Lines in one frame.
public struct Panel: Sendable {
  /// One line above the frame.
  public let title: String
  /// What runs from left to right.
  public let x: Axis
  /// What runs upwards.
  public let y: Axis
  /// Drawn in this order.
  public let lines: [Line]

  /// A frame with lines.
  public init(title: String, x: Axis, y: Axis, lines: [Line]) {
    self.title = title
    (self.x, self.y) = (x, y)
    self.lines = lines
  }
}

/// What runs along one side of a panel.
public struct Axis: Sendable {
  /// The quantity and its unit.
  public let label: String
  /// How it runs.
  public var scale: Scale
  /// What is shown; `nil` for all there is.
  public var limits: ClosedRange<Double>?
  /// What numbers are multiplied by where they are written: 100 for percents.
  public var factor: Double

  /// An axis, of all that there is if no limits are given.
  public init(
    label: String, scale: Scale = .linear, limits: ClosedRange<Double>? = nil, factor: Double = 1
  ) {
    self.label = label
    (self.scale, self.limits, self.factor) = (scale, limits, factor)
  }
}

/// A mean with a band of one standard deviation around it.
public struct Line: Sendable {
  /// As the legend has it; lines of the same name share their colour and entry.
  public let name: String
  /// Its colour.
  public let hue: Hue
  /// Whether it is drawn in dashes.
  public var isDashed: Bool
  /// Only these places, without lines between them.
  public var showsPoints: Bool
  /// The numbers.
  public let band: Band

  /// A line of a colour.
  public init(
    name: String, hue: Hue, isDashed: Bool = false, showsPoints: Bool = false, band: Band
  ) {
    self.name = name
    self.hue = hue
    (self.isDashed, self.showsPoints) = (isDashed, showsPoints)
    self.band = band
  }
}

/// The colours of lines, told apart also by those who do not tell red from green.
public enum Hue: String, CaseIterable, Sendable {
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
}
