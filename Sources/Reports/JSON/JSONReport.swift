package import Diagnostics
import FoundationEssentials

/// A diagnosis as JSON, schema `tiny-diagnose/report/2`.
///
/// Every key is always there; what was not computed is `null`. Numbers have all their digits.
/// `docs/json/report.md` describes the keys and `docs/json/report.schema.json` their types; changing the shape
/// means a new number in `schema` and an entry in the changelog.
package struct JSONReport: Encodable, Sendable {
  let schema = "tiny-diagnose/report/2"
  let tool: Tool
  let model: Model
  let data: DiagnosedSamples
  let loss: JudgedLoss
  let network: Network
  let answers: Answers
  let layers: [Layer]
  let growth: [Growth]
  let suggestion: Suggested
  let verdict: ReportedVerdict
  let warnings: [String]
  let warningCodes: [String]

  /// The report on a diagnosis.
  package init(_ diagnosis: Diagnosis, context: ReportContext) {
    tool = Tool(context.tool)
    model = Model(context.model)
    data = DiagnosedSamples(diagnosis, context: context)
    loss = JudgedLoss(diagnosis, context)
    network = Network(diagnosis.network)
    answers = Answers(diagnosis.answers?.training)
    let reuses = diagnosis.unitReuses
    layers = diagnosis.layers.enumerated().map { index, layer in
      Layer(
        index: index + 1, layer, units: diagnosis.units(ofLayer: index),
        reuse: reuses.first { $0.layer == index }, warnings: diagnosis.warnings(ofLayer: index))
    }
    growth = diagnosis.growth.map { Growth($0, layers: diagnosis.layers) }
    let verdict = diagnosis.verdict
    let text = verdict.text(hasDropout: context.model.hasDropout)
    suggestion = Suggested(verdict, text: text, command: context.command(diagnosis))
    self.verdict = ReportedVerdict(verdict, text: text)
    let signs = diagnosis.troubleSigns
    warnings =
      context.notes + signs.map(\.text) + diagnosis.warnings.map(\.description)
    warningCodes =
      context.notes.map { _ in "note" } + signs.map(\.code) + diagnosis.warnings.map(\.code)
  }

  /// The report, indented, with keys in alphabetical order and a newline at the end.
  ///
  /// - Throws: `EncodingError`, which no report causes.
  package func rendered() throws -> String {
    try renderedJSON(self)
  }
}

/// JSON as people read it and `diff` compares it.
///
/// - Parameters:
///   - value: a report.
///   - isCompact: all on one line, for programs alone.
/// - Returns: the text, with a newline at the end.
/// - Throws: `EncodingError`, which no report causes.
func renderedJSON(_ value: some Encodable, isCompact: Bool = false) throws -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  if !isCompact { encoder.outputFormatting.insert(.prettyPrinted) }
  return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
}

extension JSONReport {
  struct Tool: Encodable, Sendable {
    let version: String
    let blas: String
    let threads: Int
    @Nullable var seconds: Double?

    init(_ tool: ReportedTool) {
      (version, blas, threads) = (tool.version, tool.blas, tool.threads)
      _seconds = Nullable(wrappedValue: tool.seconds)
    }
  }

  struct Model: Encodable, Sendable {
    let path: String
    let format: String
    let parameters: Int
    let layers: [ModelLayer]

    init(_ model: ReportedModel) {
      (path, format, parameters) = (model.path, model.format, model.parameters)
      layers = model.layers.enumerated().map { ModelLayer(index: $0 + 1, $1) }
    }
  }

  struct ModelLayer: Encodable, Sendable {
    let index: Int
    let name: String
    let inputs: Int
    let units: Int
    let activation: String
    let bias: Bool

    init(index: Int, _ layer: ReportedLayer) {
      self.index = index
      (name, inputs, units) = (layer.name, layer.inputs, layer.units)
      (activation, bias) = (layer.activation, layer.bias)
    }
  }

  /// What was diagnosed on.
  struct DiagnosedSamples: Encodable, Sendable {
    let path: String
    let samples: Int
    let validationSamples: Int
    @Nullable var availableSamples: Int?
    @Nullable var sampleWeights: String?
    @Nullable var repeatedSamples: Int?
    @Nullable var sharedSamples: Int?

    init(_ diagnosis: Diagnosis, context: ReportContext) {
      (path, samples) = (context.dataPath, diagnosis.trainingCount)
      validationSamples = diagnosis.heldOutCount
      _availableSamples = Nullable(wrappedValue: context.availableSamples)
      _sampleWeights = Nullable(wrappedValue: context.weightsPath)
      _repeatedSamples = Nullable(wrappedValue: diagnosis.repetition?.repeatedCount)
      _sharedSamples = Nullable(wrappedValue: diagnosis.repetition?.sharedCount)
    }
  }

  struct Samples: Encodable, Sendable {
    let path: String
    let samples: Int
    let validationSamples: Int
    @Nullable var sampleWeights: String?
  }

  struct Loss: Encodable, Sendable {
    let name: String
    @Nullable var value: Double?
    @Nullable var validationValue: Double?
    @Nullable var accuracy: Double?
    @Nullable var validationAccuracy: Double?
  }

  /// The lack of the network over all its parameters.
  struct Network: Encodable, Sendable {
    @Nullable var desiredUpdate: Double?
    @Nullable var bestUpdate: Double?
    @Nullable var lackOfExpressivity: Double?
    @Nullable var relativeLack: Double?
    @Nullable var iterations: Int?
    @Nullable var relativeLackError: Double?
    @Nullable var heldOutRelativeLack: Double?

    init(_ lack: NetworkLack?) {
      _desiredUpdate = Nullable(wrappedValue: lack?.desiredUpdate)
      _bestUpdate = Nullable(wrappedValue: lack?.bestUpdate)
      _lackOfExpressivity = Nullable(wrappedValue: lack?.lackOfExpressivity)
      _relativeLack = Nullable(wrappedValue: lack?.relativeLack)
      _iterations = Nullable(wrappedValue: lack?.iterations)
      _relativeLackError = Nullable(wrappedValue: lack?.relativeLackError)
      _heldOutRelativeLack = Nullable(wrappedValue: lack?.heldOutRelativeLack)
    }
  }

  struct Layer: Encodable, Sendable {
    let index: Int
    let name: String
    @Nullable var desiredUpdate: Double?
    @Nullable var bestUpdate: Double?
    @Nullable var lackOfExpressivity: Double?
    @Nullable var relativeLack: Double?
    @Nullable var lackStandardError: Double?
    @Nullable var validationRelativeLack: Double?
    @Nullable var deadUnits: Int?
    @Nullable var deadUnitIndices: [Int]?
    @Nullable var unitVariances: [Nullable<Double>]?
    @Nullable var reuse: Reuse?
    let warnings: [String]
    let warningCodes: [String]

    init(
      index: Int, _ layer: LayerDiagnosis, units: (dead: [Int], variances: [Double])?,
      reuse: UnitReuse?, warnings: [Warning]
    ) {
      self.index = index
      name = layer.name
      _desiredUpdate = Nullable(wrappedValue: layer.desiredUpdate)
      _bestUpdate = Nullable(wrappedValue: layer.bestUpdate)
      _lackOfExpressivity = Nullable(wrappedValue: layer.lackOfExpressivity)
      _relativeLack = Nullable(wrappedValue: layer.relativeLack)
      _lackStandardError = Nullable(wrappedValue: layer.lackStandardError)
      _validationRelativeLack = Nullable(wrappedValue: layer.heldOutRelativeLack)
      _deadUnits = Nullable(wrappedValue: layer.deadUnits)
      _deadUnitIndices = Nullable(wrappedValue: units?.dead)
      _unitVariances = Nullable(
        wrappedValue: units?.variances.map { Nullable(wrappedValue: $0) })
      _reuse = Nullable(wrappedValue: reuse.map(Reuse.init))
      self.warnings = warnings.map(\.description)
      warningCodes = warnings.map(\.code)
    }
  }

  struct Suggested: Encodable, Sendable {
    @Nullable var layer: String?
    let neurons: Int
    let why: String
    @Nullable var command: [String]?

    init(_ verdict: Verdict, text: String, command: [String]?) {
      _command = Nullable(wrappedValue: command)
      _layer = Nullable(wrappedValue: verdict.layer)
      (neurons, why) = (verdict.neurons, text)
    }
  }
}
