public import Diagnostics
public import LinearAlgebra
public import Networks

/// A network that was grown, and what each step of it did.
public struct GrowthRun: Sendable {
  /// The network as it is now.
  public let network: Network<Float>
  /// How the network did before.
  public let before: SplitEvaluation
  /// The steps in their order; none if there was nothing to grow.
  public let steps: [GrowthStep]
  /// Why no more was added, in a sentence without its full stop; `nil` where all that was asked for
  /// is there.
  public let end: String?
  /// What a reader may not expect of the steps, in whole sentences.
  public let notes: [String]

  /// How the network does now.
  public var after: SplitEvaluation { steps.last?.after ?? before }
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

/// New neurons in one layer.
public struct GrowthStep: Equatable, Sendable {
  /// The hidden layer that grew, counted from 0.
  public let layer: Int
  /// Its name.
  public let layerName: String
  /// How many units it had.
  public let unitsBefore: Int
  /// How many neurons it got.
  public let neurons: Int
  /// How they were made.
  public let method: GrowthMethod
  /// How the diagnosis found them; `nil` for other methods.
  public let kind: NeuronKind?
  /// What the diagnosis said that the step would do; `nil` for other methods, and for an amplitude
  /// that is not the one of the line search.
  public let diagnosed: LossGain?
  /// γ, on the neurons.
  public let amplitude: Double
  /// γ₀, on the weight update beside them.
  public let updateAmplitude: Double
  /// How many weights and biases the network had before.
  public let parametersBefore: Int
  /// How many it has with the neurons.
  public let parametersAfter: Int
  /// How the network did before.
  public let before: SplitEvaluation
  /// How it does with the neurons.
  public let after: SplitEvaluation

  /// The fall of the training loss.
  public var measuredGain: Double { before.training.loss - after.training.loss }
  /// The fall of the held-out loss, if samples are held out.
  public var heldOutGain: Double? { SplitEvaluation.heldOutGain(from: before, to: after) }
  /// How many weights and biases were added.
  public var addedParameters: Int { parametersAfter - parametersBefore }
}

extension SplitEvaluation {
  fileprivate static func heldOutGain(
    from before: SplitEvaluation, to after: SplitEvaluation
  ) -> Double? {
    guard let before = before.heldOut, let after = after.heldOut else { return nil }
    return before.loss - after.loss
  }
}
