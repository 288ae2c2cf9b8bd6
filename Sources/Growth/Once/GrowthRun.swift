package import Diagnostics
public import LinearAlgebra
public import Networks

/// A network that was grown, and what each step of it did.
public struct GrowthRun: Sendable {
  /// The network as it is now.
  public let network: Network<Float>
  /// The number of samples that neurons were fitted on, and of those held out.
  public let sampleCounts: (training: Int, heldOut: Int)
  /// How the network did before; `nil` for a recording, which knows no loss.
  package let before: SplitEvaluation?
  /// The steps in their order; none if there was nothing to grow.
  public let steps: [GrowthStep]
  /// Why no more was added; `nil` where all that was asked for is there.
  package let end: GrowthEnd?
  /// What a reader may not expect of the steps, in whole sentences.
  public internal(set) var notes: [String]

  /// How sharply the loss bends before and after, and which learning rates that allows; `nil` without
  /// training samples or where it was not measured.
  package internal(set) var sharpness: (before: Sharpness, after: Sharpness)?

  /// The losses that the owner of a recorded network found; `nil` where nobody did.
  package internal(set) var evaluated: EvaluatedLosses?

  /// How the network does now; `nil` for a recording.
  package var after: SplitEvaluation? { steps.last?.after ?? before }
  /// How many weights and biases were added.
  public var addedParameters: Int { steps.reduce(0) { $0 + $1.addedParameters } }
  /// The fall of the training loss over all steps; for a recording that of the loss that its owner finds, or `nil`.
  public var measuredGain: Double? {
    SplitEvaluation.gain(from: before, to: after, \.training) ?? evaluated?.gain
  }
  /// The fall of the held-out loss over all steps; `nil` where no samples are held out, and for a
  /// recording.
  public var heldOutGain: Double? { SplitEvaluation.gain(from: before, to: after, \.heldOut) }
  /// What the diagnoses predicted, summed; `nil` if any step comes without a prediction, and for a
  /// recording.
  public var predictedGain: Double? {
    guard before != nil else { return nil }
    return steps.reduce(0) { sum, step in
      sum.flatMap { sum in step.diagnosed?.predicted.map { sum + $0 } }
    }
  }
}

extension SplitEvaluation {
  /// The fall of the loss on one part; `nil` where it was not measured.
  static func gain(
    from before: SplitEvaluation?, to after: SplitEvaluation?,
    _ part: (SplitEvaluation) -> Evaluation?
  ) -> Double? {
    guard let before = before.flatMap(part), let after = after.flatMap(part) else { return nil }
    return before.loss - after.loss
  }
}
