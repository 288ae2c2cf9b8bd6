/// Where a network lacks expressivity, and which neurons would help.
public struct Diagnosis: Sendable {
  /// The number of samples everything was fitted on.
  public let trainingCount: Int
  /// The number of held-out samples.
  public let heldOutCount: Int
  /// Loss and accuracy on both parts; `nil` of a recording, which has no losses.
  package let evaluation: SplitEvaluation?
  /// The lack at the network's output that no change of any of its weights can follow; `nil` if it
  /// was not asked for.
  package let network: NetworkLack?
  /// One per Dense layer, from the input on.
  public let layers: [LayerDiagnosis]
  /// One per hidden layer that was asked for, from the input on.
  public let growth: [GrowthDiagnosis]
  /// The averages over the training samples that all of it was found from.
  package let moments: Moments
  /// The warnings that hold for the whole diagnosis.
  package let warnings: [Warning]
  /// The facts from the network's answers and the targets; `nil` for a recording.
  package internal(set) var answers: SplitAnswers?
  /// The settings of the verdict.
  package internal(set) var criteria = VerdictCriteria()
  /// How often samples have the inputs of others; `nil` where none is held out.
  package internal(set) var repetition: SampleRepetition?
  /// Whether the samples come in groups that are never held out in part.
  public internal(set) var hasGroups = false

  /// The units of a hidden layer, each counted from 0: those that answer the same to every sample,
  /// and the variance of each. `nil` for the last layer, whose outputs no moment holds.
  ///
  /// - Parameter index: the layer, counted from 0.
  /// - Returns: the variance is that of what the next layer gets, `E b²` where that has no bias.
  public func units(ofLayer index: Int) -> (dead: [Int], variances: [Double])? {
    guard moments.layers.indices.contains(index + 1) else { return nil }
    let next = moments.layers[index + 1]
    return (next.constantInputs, next.inputVariances)
  }

  /// Loss and accuracy on the samples everything was fitted on.
  package var training: Evaluation? { evaluation?.training }
  /// Loss and accuracy on the held-out samples, if there are any.
  package var heldOut: Evaluation? { evaluation?.heldOut }
}
