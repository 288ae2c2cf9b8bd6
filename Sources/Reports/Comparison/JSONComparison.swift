package import Growth
import Networks

/// A comparison as JSON, schema `tiny-diagnose/comparison/1`.
///
/// Every key is always there; what was not computed is `null`. Numbers have all their digits.
/// `docs/guides/comparing.md` describes the keys.
package struct JSONComparison: Encodable, Sendable {
  let schema = "tiny-diagnose/comparison/1"
  let tool: JSONReport.Tool
  let model: JSONReport.Model
  let data: Samples
  let training: Training
  let ways: [Way]
  let verdict: Verdict
  let notes: [String]

  /// The report on a comparison.
  package init(_ comparison: Comparison, context: ComparisonContext) {
    let base = context.base
    tool = JSONReport.Tool(base.tool)
    model = JSONReport.Model(base.model)
    data = Samples(path: base.dataPath, comparison)
    training = Training(comparison, loss: base.lossName, origin: context.origin)
    ways = comparison.ways.map { Way($0, widths: comparison.widths(of: $0.way)) }
    verdict = Verdict(comparison, command: context.command(comparison))
    notes = context.notes(comparison)
  }

  /// The report, indented, with keys in alphabetical order and a newline at the end.
  ///
  /// - Throws: `EncodingError`, which no report causes.
  package func rendered() throws -> String { try renderedJSON(self) }
}

extension JSONComparison {
  struct Samples: Encodable, Sendable {
    let path: String
    let trainingSamples: Int
    let choosingSamples: Int
    let judgingSamples: Int

    init(path: String, _ comparison: Comparison) {
      self.path = path
      (trainingSamples, choosingSamples, judgingSamples) = comparison.sampleCounts
    }
  }

  struct Training: Encodable, Sendable {
    let loss: String
    let optimizer: String
    let settings: String
    let origin: ComparisonContext.Origin
    let learningRate: Double
    let batchSize: Int
    let steps: Int
    let seeds: Int

    init(_ comparison: Comparison, loss: String, origin: ComparisonContext.Origin) {
      let configuration = comparison.configuration
      (self.loss, self.origin) = (loss, origin)
      optimizer = configuration.optimizer.name
      settings = configuration.optimizer.text
      learningRate = configuration.optimizer.learningRate
      (batchSize, steps, seeds) = (configuration.batchSize, comparison.steps, comparison.seeds)
    }
  }

  struct Way: Encodable, Sendable {
    let name: String
    let method: String
    @Nullable var layer: String?
    let neurons: Int
    let widths: [Int]
    @Nullable var amplitude: Double?
    @Nullable var fanInScale: Double?
    let parameters: Int
    @Nullable var atOnce: Double?
    @Nullable var atEnd: Double?
    @Nullable var best: Double?
    @Nullable var bestStep: Int?
    @Nullable var standardError: Double?
    @Nullable var bestStandardError: Double?
    @Nullable var gain: Double?
    @Nullable var gainStandardError: Double?
    let diverged: Bool
    let divergedRuns: Int
    let curve: [Point]

    init(_ result: WayResult, widths: [Int]) {
      let way = result.way
      self.widths = widths
      (name, method, neurons) = (way.name, way.method.name, way.neurons)
      parameters = result.parameters
      (diverged, divergedRuns) = (result.isDiverged, result.divergedRuns)
      curve = result.curve.map(Point.init)
      _layer = Nullable(wrappedValue: way.layerName)
      var variant: (amplitude: Double, scale: Double)?
      if case .tiny(let amplitude, let scale) = way.method { variant = (amplitude, scale) }
      _amplitude = Nullable(wrappedValue: variant?.amplitude)
      _fanInScale = Nullable(wrappedValue: variant?.scale)
      _atOnce = Nullable(wrappedValue: result.atOnce)
      _atEnd = Nullable(wrappedValue: result.atEnd)
      _best = Nullable(wrappedValue: result.best?.judged)
      _bestStep = Nullable(wrappedValue: result.best?.step)
      _standardError = Nullable(wrappedValue: result.curve.last?.standardError)
      _bestStandardError = Nullable(wrappedValue: result.best?.standardError)
      _gain = Nullable(wrappedValue: result.gain?.mean)
      _gainStandardError = Nullable(wrappedValue: result.gain?.standardError)
    }
  }

  struct Point: Encodable, Sendable {
    let step: Int
    @Nullable var loss: Double?
    @Nullable var standardError: Double?
    @Nullable var choosingLoss: Double?

    init(_ point: WayResult.Point) {
      step = point.step
      _loss = Nullable(wrappedValue: point.judged)
      _standardError = Nullable(wrappedValue: point.standardError)
      _choosingLoss = Nullable(wrappedValue: point.chosenBy)
    }
  }

  struct Verdict: Encodable, Sendable {
    let kind: String
    /// The place in `ways`.
    @Nullable var way: Int?
    let text: String
    /// The command that makes what is recommended.
    @Nullable var command: [String]?

    init(_ comparison: Comparison, command: [String]?) {
      let verdict = comparison.verdict
      kind = verdict.kind.rawValue
      text = comparison.outcome
      _way = Nullable(wrappedValue: verdict.way)
      _command = Nullable(wrappedValue: command)
    }
  }
}

extension JSONComparison.Way {
  /// The way for a person: a layer whose name is a number is called one.
  var label: String {
    (layer.map { layerText($0) + name.dropFirst($0.count) } ?? name).printable
  }
}
