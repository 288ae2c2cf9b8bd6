package import Diagnostics
public import LinearAlgebra
public import Networks

/// A network that was grown, and what each step of it did.
public struct GrowthRun: Sendable {
  /// The network as it is now.
  public let network: Network<Float>
  /// How the network did before.
  package let before: SplitEvaluation
  /// The steps in their order; none if there was nothing to grow.
  public let steps: [GrowthStep]
  /// Why no more was added; `nil` where all that was asked for is there.
  package let end: GrowthEnd?
  /// What a reader may not expect of the steps, in whole sentences.
  public internal(set) var notes: [String]

  /// How sharply the loss bends before and after, and which learning rates that allows; `nil` without
  /// training samples or where it was not measured.
  package internal(set) var sharpness: (before: Sharpness, after: Sharpness)?

  /// How the network does now.
  package var after: SplitEvaluation { steps.last?.after ?? before }
  /// How many weights and biases were added.
  public var addedParameters: Int { steps.reduce(0) { $0 + $1.addedParameters } }
  /// The fall of the training loss over all steps.
  public var measuredGain: Double { before.training.loss - after.training.loss }
  /// The fall of the held-out loss over all steps, if samples are held out.
  public var heldOutGain: Double? { SplitEvaluation.heldOutGain(from: before, to: after) }
  /// What the diagnoses predicted, summed; `nil` if any step comes without a prediction.
  public var predictedGain: Double? {
    steps.reduce(0) { sum, step in
      sum.flatMap { sum in step.diagnosed?.predicted.map { sum + $0 } }
    }
  }
}

extension SplitEvaluation {
  static func heldOutGain(
    from before: SplitEvaluation, to after: SplitEvaluation
  ) -> Double? {
    guard let before = before.heldOut, let after = after.heldOut else { return nil }
    return before.loss - after.loss
  }
}
