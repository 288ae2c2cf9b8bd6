import Diagnostics

extension JSONReport {
  struct Growth: Encodable, Sendable {
    let layer: String
    let relieves: String
    let singularValues: [Nullable<Double>]
    let singularValueStandardErrors: [Nullable<Double>]
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
    @Nullable var amplitude: Double?
    @Nullable var updateAmplitude: Double?
    let parameterCost: Int
    @Nullable var gainPerParameter: Double?
    @Nullable var kind: String?
    let curve: [Point]

    init(_ growth: GrowthDiagnosis, layers: [LayerDiagnosis]) {
      layer = layers[growth.layer].name
      relieves = layers[growth.layer + 1].name
      singularValues = growth.paper.singularValues.map { Nullable(wrappedValue: $0) }
      singularValueStandardErrors = growth.paper.singularValueStandardErrors.map {
        Nullable(wrappedValue: $0)
      }
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
      _amplitude = Nullable(wrappedValue: lossGain?.amplitude)
      _updateAmplitude = Nullable(wrappedValue: lossGain?.updateAmplitude)
      parameterCost = growth.parameterCost
      _gainPerParameter = Nullable(wrappedValue: growth.gainPerParameter)
      _kind = Nullable(wrappedValue: growth.kind?.rawValue)
      curve = growth.curve.map(Point.init)
    }
  }

  struct Point: Encodable, Sendable {
    let neurons: Int
    @Nullable var expressivityGain: Double?
    @Nullable var validationExpressivityGain: Double?

    init(_ point: CurvePoint) {
      neurons = point.neurons
      _expressivityGain = Nullable(wrappedValue: point.expressivityGain)
      _validationExpressivityGain = Nullable(wrappedValue: point.validationExpressivityGain)
    }
  }
}
