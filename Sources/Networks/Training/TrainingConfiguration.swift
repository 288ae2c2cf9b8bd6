/// How a network is trained: the optimizer, the batches, and what happens in training alone.
///
/// It belongs to a network and to all that were grown from it: they have the same layers and stages, and
/// other widths.
package struct TrainingConfiguration: Equatable, Sendable {
  /// The optimizer with its learning rate.
  package var optimizer: OptimizerSettings
  /// The number of samples of a step; the last of an epoch takes what is left.
  package var batchSize: Int
  /// The stages in training before the first Dense layer; `nil` for the network's preprocessing as
  /// it is.
  package var preprocessing: [TrainingStage]?
  /// One for each Dense layer; empty if all are trained without penalties.
  package var layers: [LayerTraining]

  /// The given optimizer on batches of 32, which is Keras's default, and nothing that happens in
  /// training alone.
  package init(
    optimizer: OptimizerSettings = OptimizerSettings(), batchSize: Int = 32,
    preprocessing: [TrainingStage]? = nil, layers: [LayerTraining] = []
  ) {
    precondition(batchSize > 0, "batches of \(batchSize)")
    self.optimizer = optimizer
    self.batchSize = batchSize
    self.preprocessing = preprocessing
    self.layers = layers
  }

  /// How a layer is trained.
  package func training(ofLayer index: Int) -> LayerTraining {
    layers.indices.contains(index) ? layers[index] : LayerTraining()
  }
}
