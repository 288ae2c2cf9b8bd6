/// What a diagnosis comes to; of several that hold, the first.
public enum VerdictKind: String, CaseIterable, Sendable {
  /// The last activation cannot give the targets.
  case unsuitableOutput
  /// The network answers the same to every sample, or no gradient reaches its first layer.
  case dead
  /// Samples that were never trained on have a loss well above that of the others, and growing would
  /// widen the gap.
  case overfitted
  /// Most of what neurons would gain is gained by the weights there are.
  case trainLonger
  /// Neurons of a hidden layer lower the loss of held-out samples.
  case bottleneck
  /// None of these.
  case wideEnough
}
