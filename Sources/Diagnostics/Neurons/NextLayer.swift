/// Layer l + 1: its bottleneck on the training samples, and the held-out moments that judge it.
struct NextLayer: Sendable {
  /// On the training samples.
  let bottleneck: Bottleneck
  /// The held-out moments, if there are any.
  let heldOut: UpdateMoments?
}
