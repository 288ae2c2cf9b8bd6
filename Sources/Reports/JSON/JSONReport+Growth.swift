import Diagnostics

extension JSONReport {
  struct Growth: Encodable, Sendable {
    let layer: String
    let relieves: String
    let singularValues: [Nullable<Double>]
    let singularValueStandardErrors: [Nullable<Double>]
    @Nullable var noiseFloor: Double?
    @Nullable var paperGain: Double?
    @Nullable var paperSlope: Double?
    @Nullable var paperSlopeExact: Double?
    let solver: String
    let suggestedNeurons: Int
    @Nullable var expressivityGain: Double?
    @Nullable var slope: Double?
    @Nullable var predictedLossGain: Double?
    @Nullable var measuredLossGain: Double?
    @Nullable var validationLossGain: Double?
    @Nullable var validationStandardError: Double?
    @Nullable var updateLossGain: Double?
    @Nullable var validationUpdateLossGain: Double?
    @Nullable var validationNeuronsLossGain: Double?
    @Nullable var validationNeuronsStandardError: Double?
    @Nullable var accuracyAfter: Double?
    @Nullable var validationAccuracyAfter: Double?
    @Nullable var closedLackShare: Double?
    @Nullable var closedLackStandardError: Double?
    @Nullable var amplitude: Double?
    @Nullable var updateAmplitude: Double?
    let neuronCost: Int
    let parameterCost: Int
    @Nullable var gainPerParameter: Double?
    @Nullable var kind: String?
    let curve: [Point]
    let judged: Nullable<Judged>

    init(_ growth: GrowthDiagnosis, layers: [LayerDiagnosis]) {
      layer = layers[growth.layer].name
      relieves = layers[growth.layer + 1].name
      singularValues = growth.paper.singularValues.map { Nullable(wrappedValue: $0) }
      singularValueStandardErrors = growth.paper.singularValueStandardErrors.map {
        Nullable(wrappedValue: $0)
      }
      _noiseFloor = Nullable(wrappedValue: growth.paper.noiseFloor)
      _paperGain = Nullable(wrappedValue: growth.paper.gain)
      _paperSlope = Nullable(wrappedValue: growth.paper.slope)
      _paperSlopeExact = Nullable(wrappedValue: growth.paper.exactSlope)
      solver = growth.solver.rawValue
      suggestedNeurons = growth.suggestedNeurons
      _expressivityGain = Nullable(wrappedValue: growth.expressivityGain)
      _slope = Nullable(wrappedValue: growth.slope)
      let lossGain = growth.lossGain
      _predictedLossGain = Nullable(wrappedValue: lossGain?.predicted)
      _measuredLossGain = Nullable(wrappedValue: lossGain?.measured)
      _validationLossGain = Nullable(wrappedValue: lossGain?.heldOut?.mean)
      _validationStandardError = Nullable(wrappedValue: lossGain?.heldOut?.standardError)
      _updateLossGain = Nullable(wrappedValue: lossGain?.measuredWithoutNeurons)
      _validationUpdateLossGain = Nullable(wrappedValue: lossGain?.heldOutWithoutNeurons)
      _validationNeuronsLossGain = Nullable(wrappedValue: lossGain?.heldOutBeyondUpdate?.mean)
      _validationNeuronsStandardError = Nullable(
        wrappedValue: lossGain?.heldOutBeyondUpdate?.standardError)
      _accuracyAfter = Nullable(wrappedValue: lossGain?.accuracy)
      _validationAccuracyAfter = Nullable(wrappedValue: lossGain?.heldOutAccuracy)
      _closedLackShare = Nullable(wrappedValue: growth.closedLack?.share)
      _closedLackStandardError = Nullable(wrappedValue: growth.closedLack?.shareStandardError)
      _amplitude = Nullable(wrappedValue: lossGain?.amplitudes.neurons)
      _updateAmplitude = Nullable(wrappedValue: lossGain?.amplitudes.update)
      neuronCost = growth.neuronCost
      parameterCost = growth.parameterCost
      _gainPerParameter = Nullable(wrappedValue: growth.gainPerParameter)
      _kind = Nullable(wrappedValue: growth.kind?.rawValue)
      curve = growth.curve.map(Point.init)
      judged = Nullable(
        wrappedValue: (growth.lossGain ?? growth.rejectedLossGain).map(Judged.init))
    }
  }

  /// What the verdict judges: the suggested neurons, or the best that were rejected.
  struct Judged: Encodable, Sendable {
    let gain: Nullable<Double>
    @Nullable var standardError: Double?
    let beyondUpdate: Nullable<Double>
    @Nullable var beyondUpdateStandardError: Double?
    let fittedBeyondUpdate: Nullable<Double>
    @Nullable var parts: Int?

    init(_ lossGain: LossGain) {
      gain = Nullable(wrappedValue: lossGain.judged)
      _standardError = Nullable(wrappedValue: lossGain.judgedWhole?.standardError)
      beyondUpdate = Nullable(wrappedValue: lossGain.judgedBeyondUpdate)
      _beyondUpdateStandardError = Nullable(
        wrappedValue: lossGain.judgedBeyond?.standardError)
      fittedBeyondUpdate = Nullable(wrappedValue: lossGain.fitted)
      _parts = Nullable(wrappedValue: lossGain.crossValidated?.parts)
    }
  }

  struct Point: Encodable, Sendable {
    let neurons: Int
    @Nullable var expressivityGain: Double?
    @Nullable var validationExpressivityGain: Double?
    @Nullable var lossGain: Double?
    @Nullable var validationLossGain: Double?
    @Nullable var validationStandardError: Double?

    init(_ point: CurvePoint) {
      neurons = point.neurons
      _expressivityGain = Nullable(wrappedValue: point.expressivityGain)
      _validationExpressivityGain = Nullable(wrappedValue: point.validationExpressivityGain)
      _lossGain = Nullable(wrappedValue: point.lossGain?.training)
      _validationLossGain = Nullable(wrappedValue: point.lossGain?.heldOut?.mean)
      _validationStandardError = Nullable(wrappedValue: point.lossGain?.heldOut?.standardError)
    }
  }
}
