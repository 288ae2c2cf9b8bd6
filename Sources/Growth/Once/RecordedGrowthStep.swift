package import Diagnostics

/// New neurons in one layer.
package struct RecordedGrowthStep: Equatable, Sendable {
  /// The hidden layer that grew, counted from 0.
  package let layer: Int
  /// Its name.
  package let layerName: String
  /// How many units it had.
  package let unitsBefore: Int
  /// How many neurons it got.
  package let neurons: Int
  /// How they were made: from what the next layer lacks, or at random.
  package let method: GrowthMethod
  /// How the diagnosis found them; `nil` for random ones.
  package let kind: NeuronKind?
  /// What they close of the next layer's lack at full length, on held-out samples; `nil` for random
  /// ones.
  package let closedLack: ClosedLack?
  /// γ, on the neurons and on the weight update beside them.
  package let amplitude: Double
  /// How many weights and biases the network had before.
  package let parametersBefore: Int
  /// How many it has with the neurons.
  package let parametersAfter: Int
}
