public import Diagnostics

/// New neurons in one layer.
public struct RecordedGrowthStep: Equatable, Sendable {
  /// The hidden layer that grew, counted from 0.
  public let layer: Int
  /// Its name.
  public let layerName: String
  /// How many units it had.
  public let unitsBefore: Int
  /// How many neurons it got.
  public let neurons: Int
  /// How they were made: from what the next layer lacks, or at random.
  public let method: GrowthMethod
  /// How the diagnosis found them; `nil` for random ones.
  public let kind: NeuronKind?
  /// What they close of the next layer's lack at full length, on held-out samples; `nil` for random
  /// ones.
  public let closedLack: ClosedLack?
  /// γ, on the neurons and on the weight update beside them.
  public let amplitude: Double
  /// How many weights and biases the network had before.
  public let parametersBefore: Int
  /// How many it has with the neurons.
  public let parametersAfter: Int
}
