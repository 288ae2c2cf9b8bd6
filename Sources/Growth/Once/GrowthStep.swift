public import Diagnostics
import Networks

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
  /// How many of them stand in the places of dead and duplicate units, at no parameters.
  public var reusedUnits = 0
  /// How they were made.
  public let method: GrowthMethod
  /// How the diagnosis found them; `nil` for other methods.
  package let kind: NeuronKind?
  /// What the diagnosis said that the step would do; `nil` for other methods, and for an amplitude
  /// that is not the one of the line search.
  package let diagnosed: LossGain?
  /// What they close of the next layer's lack at full length, on held-out samples of a recording; `nil`
  /// otherwise.
  package let closedLack: ClosedLack?
  /// γ on the neurons, and γ₀ on the weight update beside them.
  public let amplitudes: Amplitudes
  /// How many weights and biases the network had before.
  public let parametersBefore: Int
  /// How many it has with the neurons.
  public let parametersAfter: Int
  /// How the network did before; `nil` for a recording, which knows no loss.
  package let before: SplitEvaluation?
  /// How it does with the neurons; `nil` for a recording.
  package let after: SplitEvaluation?

  /// The losses that the owner of a recorded network found; `nil` where nobody did.
  package var evaluated: EvaluatedLosses?

  /// The fall of the training loss; for a recording that of the loss that its owner finds, or `nil`.
  public var measuredGain: Double? {
    SplitEvaluation.gain(from: before, to: after, \.training) ?? evaluated?.gain
  }
  /// The fall of the held-out loss: what the diagnosis said, whose choices those samples had no part in,
  /// or the difference; `nil` where no samples are held out, and for a recording.
  public var heldOutGain: Double? {
    diagnosed?.heldOut?.mean ?? SplitEvaluation.gain(from: before, to: after, \.heldOut)
  }
  /// By how many units the layer is wider.
  public var addedUnits: Int { neurons - reusedUnits }
  /// How many weights and biases were added.
  public var addedParameters: Int { parametersAfter - parametersBefore }
}
