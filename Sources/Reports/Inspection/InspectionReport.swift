/// What a model's file holds, without any samples going through it.
public struct Inspection: Sendable {
  /// The model and its Dense layers.
  public let model: ReportedModel
  /// What wrote the file, as in `Keras 3.15.1`.
  public let producer: String
  /// The dimensions of a sample; `nil` where the file leaves one open.
  public let inputShape: [Int?]
  /// All layers of the file, those left out included.
  public let structure: [InspectedLayer]
  /// The loss the model was trained with, by its full Keras name, if the file tells.
  public let lossName: String?
  /// Why the file's own loss cannot be used, if it has one.
  public let lossProblem: String?
  /// The samples the file carries; `nil` if it carries none.
  public let samples: InspectedSamples?
  /// How the model grew, from the first growth to the last; empty if it never did.
  public let history: [InspectedGrowth]
  /// What was left out or decided in reading.
  public let notes: [String]

  /// What a file holds.
  public init(
    model: ReportedModel, producer: String, inputShape: [Int?], structure: [InspectedLayer],
    lossName: String?, lossProblem: String?, samples: InspectedSamples?,
    history: [InspectedGrowth] = [], notes: [String]
  ) {
    self.model = model
    self.producer = producer
    self.inputShape = inputShape
    self.structure = structure
    self.lossName = lossName
    self.lossProblem = lossProblem
    self.samples = samples
    self.history = history
    self.notes = notes
  }
}

/// One layer of a file, and what a diagnosis makes of it.
public struct InspectedLayer: Equatable, Sendable {
  /// The layer's name in the file.
  public let name: String
  /// Its class, as Keras names it.
  public let className: String
  /// The dimensions of its output for one sample; `nil` where the file leaves one open.
  public let outputShape: [Int?]
  /// What a diagnosis makes of it, in words.
  public let treatment: String

  /// What is said of a layer.
  public init(name: String, className: String, outputShape: [Int?], treatment: String) {
    self.name = name
    self.className = className
    self.outputShape = outputShape
    self.treatment = treatment
  }
}

/// One growth of a model, as its file tells.
public struct InspectedGrowth: Equatable, Sendable {
  /// When, as ISO 8601 writes it.
  public let date: String
  /// The layer that got new units.
  public let layer: String
  /// How many it had.
  public let unitsBefore: Int
  /// How many it got.
  public let unitsAdded: Int
  /// How they were made.
  public let method: String
  /// By how much the training loss fell, if it was measured.
  public let measuredLossGain: Double?
  /// By how much the loss on held-out samples fell, if there were any.
  public let validationLossGain: Double?

  /// What is said of a growth.
  public init(
    date: String, layer: String, unitsBefore: Int, unitsAdded: Int, method: String,
    measuredLossGain: Double?, validationLossGain: Double?
  ) {
    self.date = date
    self.layer = layer
    self.unitsBefore = unitsBefore
    self.unitsAdded = unitsAdded
    self.method = method
    self.measuredLossGain = measuredLossGain
    self.validationLossGain = validationLossGain
  }
}

/// The samples a file carries beside the model.
public enum InspectedSamples: Equatable, Sendable {
  /// So many, in these datasets.
  case usable(count: Int, inputs: String, targets: String, weights: String?)
  /// Some that do not fit the model, and why.
  case unusable(String)
}

/// What a model's file holds as JSON, schema `tiny-diagnose/inspection/1`.
public struct JSONInspection: Encodable, Sendable {
  let schema = "tiny-diagnose/inspection/1"
  let model: JSONReport.Model
  let producer: String
  let inputShape: [Nullable<Int>]
  let structure: [Layer]
  let loss: Loss
  let data: Samples
  let history: [Growth]
  let notes: [String]

  struct Layer: Encodable, Sendable {
    let name: String
    let className: String
    let outputShape: [Nullable<Int>]
    let treatment: String
  }

  struct Loss: Encodable, Sendable {
    @Nullable var name: String?
    @Nullable var problem: String?
  }

  struct Growth: Encodable, Sendable {
    let date: String
    let layer: String
    let unitsBefore: Int
    let unitsAdded: Int
    let method: String
    @Nullable var measuredLossGain: Double?
    @Nullable var validationLossGain: Double?

    init(_ growth: InspectedGrowth) {
      (date, layer, method) = (growth.date, growth.layer, growth.method)
      (unitsBefore, unitsAdded) = (growth.unitsBefore, growth.unitsAdded)
      _measuredLossGain = Nullable(wrappedValue: growth.measuredLossGain)
      _validationLossGain = Nullable(wrappedValue: growth.validationLossGain)
    }
  }

  struct Samples: Encodable, Sendable {
    @Nullable var samples: Int?
    @Nullable var inputs: String?
    @Nullable var targets: String?
    @Nullable var weights: String?
    @Nullable var problem: String?

    init(_ found: InspectedSamples?) {
      switch found {
      case nil: break
      case .usable(let count, let inputs, let targets, let weights):
        _weights = Nullable(wrappedValue: weights)
        _samples = Nullable(wrappedValue: count)
        _inputs = Nullable(wrappedValue: inputs)
        _targets = Nullable(wrappedValue: targets)
      case .unusable(let problem): _problem = Nullable(wrappedValue: problem)
      }
    }
  }

  /// The report on an inspection.
  public init(_ inspection: Inspection) {
    model = JSONReport.Model(inspection.model)
    producer = inspection.producer
    inputShape = inspection.inputShape.map { Nullable(wrappedValue: $0) }
    structure = inspection.structure.map { layer in
      Layer(
        name: layer.name, className: layer.className,
        outputShape: layer.outputShape.map { Nullable(wrappedValue: $0) },
        treatment: layer.treatment)
    }
    loss = Loss(name: inspection.lossName, problem: inspection.lossProblem)
    data = Samples(inspection.samples)
    history = inspection.history.map(Growth.init)
    notes = inspection.notes
  }

  /// The report, indented, with keys in alphabetical order and a newline at the end.
  ///
  /// - Throws: `EncodingError`, which no report causes.
  public func rendered() throws -> String { try renderedJSON(self) }
}

/// What a model's file holds as one screen of text.
public struct TextInspection: Sendable {
  private let inspection: Inspection
  private let style: TextStyle

  private static let width = 100
  private static let titleWidth = 8

  /// The report on an inspection.
  public init(_ inspection: Inspection, style: TextStyle = .plain) {
    self.inspection = inspection
    self.style = style
  }

  /// The report, with a newline at the end.
  public func rendered() -> String {
    let model = inspection.model
    let header = [
      line("model", model.path),
      line("format", "\(model.format), written by \(inspection.producer)"),
      line("input", shape(inspection.inputShape)),
      line("loss", inspection.lossProblem ?? inspection.lossName ?? "the file names none"),
      line("samples", samples),
      line(
        "size",
        "\(Text.count(model.parameters)) parameters in \(model.layers.count) Dense "
          + (model.layers.count == 1 ? "layer" : "layers")),
    ]
    let notes = inspection.notes.flatMap {
      remark("note:", $0, style: style, width: Self.width)
    }
    return [header, table, history, notes].filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }
      .joined(separator: "\n\n") + "\n"
  }

  private var samples: String {
    switch inspection.samples {
    case nil: "none in the file: name one with --data"
    case .usable(let count, let inputs, let targets, let weights):
      "\(Text.count(count)) in the file: \(inputs) and \(targets)"
        + (weights.map { ", weighted by \($0)" } ?? "")
    case .unusable(let problem): problem
    }
  }

  private var table: [String] {
    let layers = inspection.structure
    func column(_ title: String, _ text: (InspectedLayer) -> String) -> TextTable.Column {
      TextTable.Column(
        titles: [title], cells: layers.map { text($0).printable }, isNumeric: false)
    }
    return TextTable(
      columns: [
        column("layer", \.name), column("class") { $0.className.shortened(to: 24) },
        column("output") { shape($0.outputShape) }, column("in a diagnosis", \.treatment),
      ], limit: Self.width
    ).lines(style: style)
  }

  private var history: [String] {
    let growths = inspection.history
    guard !growths.isEmpty else { return [] }
    func column(
      _ titles: [String], isNumeric: Bool = false, _ text: (InspectedGrowth) -> String
    ) -> TextTable.Column {
      TextTable.Column(
        titles: titles, cells: growths.map { text($0).printable }, isNumeric: isNumeric)
    }
    return TextTable(
      columns: [
        column(["", "grown"], \.layer),
        column(["", "units"]) { "\($0.unitsBefore) + \($0.unitsAdded)" },
        column(["", "method"]) { $0.method.shortened(to: 12) },
        column(["loss fell:", "measured"], isNumeric: true) { Text.number($0.measuredLossGain) },
        column(["", "held out"], isNumeric: true) { Text.number($0.validationLossGain) },
        column(["", "date"]) { $0.date.shortened(to: 20) },
      ], limit: Self.width
    ).lines(style: style)
  }

  private func line(_ title: String, _ text: String) -> String {
    style.apply(.faint, to: title.padding(to: Self.titleWidth))
      + text.printable.shortenedInFront(to: Self.width - Self.titleWidth)
  }

  private func shape(_ dimensions: [Int?]) -> String {
    dimensions.map { $0.map(String.init) ?? "any" }.joined(separator: " × ")
  }
}
