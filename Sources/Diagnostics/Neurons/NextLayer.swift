/// Layer l + 1 on some samples: what its own weights can do, and what judges them.
struct NextLayer: Sendable {
  /// On the training samples.
  let bottleneck: Bottleneck
  /// On the samples that only judge, if there are any.
  let heldOut: UpdateMoments?
}
