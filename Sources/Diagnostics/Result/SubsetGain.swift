/// By how much the loss falls, on a subset of the samples: enough to choose a number of neurons by.
public struct SubsetGain: Equatable, Sendable {
  /// On training samples.
  public let training: Double
  /// On held-out samples, if there are any.
  public let heldOut: PairedGain?
}
