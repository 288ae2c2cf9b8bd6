import Diagnostics

extension JSONReport {
  /// The losses, and those of the best constant answers beside them.
  struct JudgedLoss: Encodable, Sendable {
    let name: String
    @Nullable var value: Double?
    @Nullable var validationValue: Double?
    @Nullable var standardError: Double?
    @Nullable var validationStandardError: Double?
    @Nullable var baseline: Double?
    @Nullable var validationBaseline: Double?
    @Nullable var lowest: Double?
    @Nullable var validationLowest: Double?
    @Nullable var accuracy: Double?
    @Nullable var validationAccuracy: Double?
    @Nullable var balancedAccuracy: Double?
    @Nullable var validationBalancedAccuracy: Double?

    init(_ diagnosis: Diagnosis, _ context: ReportContext) {
      name = context.lossName
      let (training, heldOut) = (diagnosis.answers?.training, diagnosis.answers?.heldOut)
      _value = Nullable(wrappedValue: diagnosis.training?.loss ?? context.recordedLoss)
      _validationValue = Nullable(
        wrappedValue: diagnosis.heldOut?.loss ?? context.recordedValidationLoss)
      _standardError = Nullable(wrappedValue: training?.lossStandardError)
      _validationStandardError = Nullable(wrappedValue: heldOut?.lossStandardError)
      _baseline = Nullable(wrappedValue: training?.baseline)
      _validationBaseline = Nullable(wrappedValue: heldOut?.baseline)
      _lowest = Nullable(wrappedValue: training?.lowestLoss)
      _validationLowest = Nullable(wrappedValue: heldOut?.lowestLoss)
      _accuracy = Nullable(wrappedValue: diagnosis.training?.accuracy)
      _validationAccuracy = Nullable(wrappedValue: diagnosis.heldOut?.accuracy)
      _balancedAccuracy = Nullable(wrappedValue: training?.balancedAccuracy)
      _validationBalancedAccuracy = Nullable(wrappedValue: heldOut?.balancedAccuracy)
    }
  }

  /// What the answers and the targets say.
  struct Answers: Encodable, Sendable {
    @Nullable var smallest: Double?
    @Nullable var largest: Double?
    @Nullable var deviation: Double?
    @Nullable var smallestTarget: Double?
    @Nullable var largestTarget: Double?
    @Nullable var targetDeviation: Double?
    @Nullable var outOfReachLoss: Double?
    @Nullable var saturatedShare: Double?

    init(_ facts: AnswerFacts?) {
      _smallest = Nullable(wrappedValue: facts?.answers?.lowerBound)
      _largest = Nullable(wrappedValue: facts?.answers?.upperBound)
      _deviation = Nullable(wrappedValue: facts?.answerDeviation)
      _smallestTarget = Nullable(wrappedValue: facts?.targets?.lowerBound)
      _largestTarget = Nullable(wrappedValue: facts?.targets?.upperBound)
      _targetDeviation = Nullable(wrappedValue: facts?.targetDeviation)
      _outOfReachLoss = Nullable(wrappedValue: facts?.outOfReachLoss)
      _saturatedShare = Nullable(wrappedValue: facts?.saturatedShare)
    }
  }

  /// What the diagnosis comes to.
  struct ReportedVerdict: Encodable, Sendable {
    @Nullable var kind: String?
    @Nullable var layer: String?
    let neurons: Int
    let text: String
    @Nullable var share: Double?
    let alternative: Nullable<Alternative>

    /// What other samples or another seed might say.
    struct Alternative: Encodable, Sendable {
      let kind: String
      @Nullable var layer: String?
    }

    init(_ verdict: Verdict, text: String) {
      _kind = Nullable(wrappedValue: verdict.kind?.rawValue)
      _layer = Nullable(wrappedValue: verdict.layer)
      (neurons, self.text) = (verdict.neurons, text)
      _share = Nullable(wrappedValue: verdict.share)
      alternative = Nullable(
        wrappedValue: verdict.alternative.map {
          Alternative(kind: $0.kind.rawValue, layer: $0.layer)
        })
    }
  }
}
