/// What may have kept training from going further.
package enum TrainingHint: Equatable, Sendable {
  /// The inputs are far from the size that weights start with: their largest root mean square.
  case inputScale(Double)
  /// So are the targets: the largest of them.
  case targetScale(Double)
}
