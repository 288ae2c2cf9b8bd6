/// By how much the loss falls, on a subset of the samples: enough to choose a number of neurons by.
package struct SubsetGain: Equatable, Sendable {
  /// On training samples.
  package let training: Double
  /// On held-out samples, if there are any.
  package let heldOut: PairedGain?
  /// The part of `heldOut` that the neurons add to the weight update alone.
  package let heldOutBeyondUpdate: PairedGain?
}
