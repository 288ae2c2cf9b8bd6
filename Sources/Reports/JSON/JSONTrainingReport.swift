import Diagnostics
import Growth

/// Growing training as JSON, schema `tiny-diagnose/training/2`.
///
/// Every key is always there; what was not computed is `null`. Numbers have all their digits.
/// `docs/guides/training.md` describes the keys.
package struct JSONTrainingReport: Encodable, Sendable {
  let schema = "tiny-diagnose/training/2"
  let tool: JSONReport.Tool
  let data: JSONReport.Samples
  let loss: String
  let seed: UInt64
  let solver: String
  let model: JSONReport.Model
  @Nullable var end: String?
  @Nullable var growthEnd: String?
  let interrupted: Bool
  @Nullable var checkpoint: String?
  let curve: [Point]
  let growth: [Growth]
  let notes: [String]
  let command: [String]

  /// The report on a training.
  package init(_ run: TrainingRun, context: TrainingContext) {
    tool = JSONReport.Tool(context.tool)
    data = JSONReport.Samples(
      path: context.dataPath, samples: context.sampleCount,
      validationSamples: context.heldOutCount)
    loss = context.lossName
    seed = context.options.training.seed
    solver = context.options.neurons.rawValue
    model = JSONReport.Model(context.model)
    _end = Nullable(wrappedValue: run.end?.rawValue)
    _growthEnd = Nullable(wrappedValue: run.growthEnd?.rawValue)
    interrupted = context.isInterrupted
    _checkpoint = Nullable(wrappedValue: context.checkpoint)
    curve = run.curve.map(Point.init)
    growth = run.growths.map(Growth.init)
    notes = context.notes
    command = context.next
  }

  /// The report, indented, with keys in alphabetical order and a newline at the end.
  ///
  /// - Throws: `EncodingError`, which no report causes.
  package func rendered() throws -> String { try renderedJSON(self) }
}

extension JSONTrainingReport {
  struct Point: Encodable, Sendable {
    let step: Int
    let epoch: Double
    let growth: Int
    let seconds: Double
    let growthSeconds: Double
    let widths: [Int]
    let parameters: Int
    @Nullable var loss: Double?
    @Nullable var accuracy: Double?
    @Nullable var validationLoss: Double?
    @Nullable var validationAccuracy: Double?

    init(_ point: GrowingPoint) {
      (step, epoch, growth) = (point.step, point.epoch, point.growth)
      (seconds, growthSeconds) = (point.seconds, point.growthSeconds)
      (widths, parameters) = (point.widths, point.parameters)
      _loss = Nullable(wrappedValue: point.training.loss)
      _accuracy = Nullable(wrappedValue: point.training.accuracy)
      _validationLoss = Nullable(wrappedValue: point.heldOut?.loss)
      _validationAccuracy = Nullable(wrappedValue: point.heldOut?.accuracy)
    }
  }

  struct Growth: Encodable, Sendable {
    let growth: Int
    let step: Int
    let seconds: Double
    let ownSeconds: Double
    let layer: String
    let source: String
    let samples: Int
    let neurons: Int
    let singularValues: [Double]
    let paperGain: Double
    let amplitude: Double
    let updateAmplitude: Double
    let lossBefore: Double
    let lossWithUpdate: Double
    let lossAfter: Double
    @Nullable var predictedLossGain: Double?
    let measuredLossGain: Double
    @Nullable var judgedLossGain: Double?
    @Nullable var judgedStandardError: Double?
    let widths: [Int]
    let parameters: Int

    init(_ growth: LayerGrowth) {
      (self.growth, step) = (growth.growth, growth.step)
      (seconds, ownSeconds) = (growth.seconds, growth.ownSeconds)
      (layer, source, samples) = (growth.layerName, growth.source.rawValue, growth.sampleCount)
      (neurons, singularValues) = (growth.neurons, growth.singularValues)
      (paperGain, amplitude) = (growth.paperGain, growth.amplitude)
      updateAmplitude = growth.updateAmplitude
      (lossBefore, lossWithUpdate) = (growth.lossBefore, growth.lossWithUpdate)
      (lossAfter, measuredLossGain) = (growth.lossAfter, growth.measuredGain)
      _predictedLossGain = Nullable(wrappedValue: growth.predictedGain)
      _judgedLossGain = Nullable(wrappedValue: growth.judgedGain?.mean)
      _judgedStandardError = Nullable(wrappedValue: growth.judgedGain?.standardError)
      (widths, parameters) = (growth.widths, growth.parameters)
    }
  }
}

extension TrainingRun {
  /// The curve as comma-separated values, a line of names first; what was not computed is empty.
  package var commaSeparatedCurve: String {
    func text(_ number: Double?) -> String { number.map { "\($0)" } ?? "" }
    let names = [
      "step", "epoch", "growth", "seconds", "growth_seconds", "widths", "parameters", "loss",
      "accuracy", "validation_loss", "validation_accuracy",
    ]
    let lines = curve.map { point in
      [
        "\(point.step)", "\(point.epoch)", "\(point.growth)", "\(point.seconds)",
        "\(point.growthSeconds)", point.widths.map(String.init).joined(separator: " "),
        "\(point.parameters)", text(point.training.loss), text(point.training.accuracy),
        text(point.heldOut?.loss), text(point.heldOut?.accuracy),
      ]
    }
    return ([names] + lines).map { $0.joined(separator: ",") + "\n" }.joined()
  }
}
