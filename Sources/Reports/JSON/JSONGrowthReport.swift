import Diagnostics
package import Growth

/// A growth as JSON, schema `tiny-diagnose/growth/1`.
///
/// Every key is always there; what was not computed is `null`. Numbers have all their digits.
/// `docs/guides/growing.md` describes the keys.
package struct JSONGrowthReport: Encodable, Sendable {
  let schema = "tiny-diagnose/growth/1"
  let tool: JSONReport.Tool
  let model: JSONReport.Model
  let grown: Grown
  let data: JSONReport.Samples
  let before: JSONReport.Loss
  let after: JSONReport.Loss
  @Nullable var predictedLossGain: Double?
  @Nullable var measuredLossGain: Double?
  @Nullable var validationLossGain: Double?
  let steps: [Step]
  @Nullable var sharpness: Bend?
  @Nullable var largestStableLearningRate: Double?
  @Nullable var end: String?
  let notes: [String]

  /// The report on a growth.
  package init(_ run: GrowthRun, context: GrowthContext) {
    tool = JSONReport.Tool(context.before.tool)
    model = JSONReport.Model(context.before.model)
    grown = Grown(context)
    data = JSONReport.Samples(
      path: context.before.dataPath, samples: run.sampleCounts.training,
      validationSamples: run.sampleCounts.heldOut, sampleWeights: context.before.weightsPath)
    before = JSONReport.Loss(
      name: context.before.lossName, run.before, evaluated: run.evaluated?.before)
    after = JSONReport.Loss(
      name: context.before.lossName, run.after, evaluated: run.evaluated?.after)
    _predictedLossGain = Nullable(wrappedValue: run.predictedGain)
    _measuredLossGain = Nullable(wrappedValue: run.measuredGain)
    _validationLossGain = Nullable(wrappedValue: run.heldOutGain)
    steps = run.steps.map(Step.init)
    _sharpness = Nullable(
      wrappedValue: run.sharpness.map {
        Bend(before: $0.before.largestEigenvalue, after: $0.after.largestEigenvalue)
      })
    _largestStableLearningRate = Nullable(
      wrappedValue: run.sharpness?.after.largestStableLearningRate)
    _end = Nullable(wrappedValue: run.end?.text(hasDropout: context.before.model.hasDropout))
    notes = context.notes(on: run)
  }

  /// The report, indented, with keys in alphabetical order and a newline at the end.
  ///
  /// - Throws: `EncodingError`, which no report causes.
  package func rendered() throws -> String { try renderedJSON(self) }
}

extension JSONGrowthReport {
  /// The largest eigenvalue of the Gauss–Newton matrix.
  struct Bend: Encodable, Sendable {
    let before: Double
    let after: Double
  }

  struct Grown: Encodable, Sendable {
    @Nullable var path: String?
    let written: Bool
    let parameters: Int
    let layers: [JSONReport.ModelLayer]

    init(_ context: GrowthContext) {
      let model = JSONReport.Model(context.grown)
      _path = Nullable(wrappedValue: model.path.isEmpty ? nil : model.path)
      written = context.isWritten
      (parameters, layers) = (model.parameters, model.layers)
    }
  }

  struct Step: Encodable, Sendable {
    let layer: String
    let neurons: Int
    let reusedUnits: Int
    let method: String
    @Nullable var kind: String?
    @Nullable var predictedLossGain: Double?
    @Nullable var measuredLossGain: Double?
    @Nullable var validationLossGain: Double?
    @Nullable var amplitude: Double?
    @Nullable var updateAmplitude: Double?
    let parametersBefore: Int
    let parametersAfter: Int

    init(_ step: GrowthStep) {
      (layer, neurons, method) = (step.layerName, step.neurons, step.method.rawValue)
      reusedUnits = step.reusedUnits
      _kind = Nullable(wrappedValue: step.kind?.rawValue)
      _predictedLossGain = Nullable(wrappedValue: step.diagnosed?.predicted)
      _measuredLossGain = Nullable(wrappedValue: step.measuredGain)
      _validationLossGain = Nullable(wrappedValue: step.heldOutGain)
      _amplitude = Nullable(wrappedValue: step.amplitudes.neurons)
      _updateAmplitude = Nullable(wrappedValue: step.amplitudes.update)
      (parametersBefore, parametersAfter) = (step.parametersBefore, step.parametersAfter)
    }
  }
}

extension JSONReport.Loss {
  fileprivate init(name: String, _ evaluation: SplitEvaluation?, evaluated: Double?) {
    self.init(
      name: name, value: evaluation?.training.loss ?? evaluated,
      validationValue: evaluation?.heldOut?.loss,
      accuracy: evaluation?.training.accuracy, validationAccuracy: evaluation?.heldOut?.accuracy)
  }
}
