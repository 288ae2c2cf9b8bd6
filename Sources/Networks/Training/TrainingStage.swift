/// A step in training between two layers; a list of them is done in order.
package enum TrainingStage: Equatable, Sendable {
  /// The next stage of the network, as at inference; the slopes of a PReLU, and scale and offset of a
  /// LayerNormalization, are trained unless they are frozen.
  case stage(isFrozen: Bool = false)
  /// The next stage of the network, which is the scale and shift of a BatchNormalization.
  case batchNormalization(BatchNormalization)
  /// Something that the network at inference has not.
  case noise(Noise)
  /// A penalty on these numbers, summed over the units and averaged over the batch.
  case penalty(Penalty)

  /// Whether it stands for a stage of the network.
  var isStageOfNetwork: Bool {
    switch self {
    case .stage, .batchNormalization: true
    case .noise, .penalty: false
    }
  }
}
