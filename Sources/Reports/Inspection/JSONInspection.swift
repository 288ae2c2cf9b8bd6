/// What a model's file holds as JSON, schema `tiny-diagnose/inspection/1`.
package struct JSONInspection: Encodable, Sendable {
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
  package init(_ inspection: Inspection) {
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
  package func rendered() throws -> String { try renderedJSON(self) }
}
