package import Networks

/// How a model was trained, as far as its file says.
package struct ModelTraining: Sendable {
  /// The optimizer; `nil` if the file names none, or none that is known here.
  package internal(set) var optimizer: OptimizerSettings?
  /// The stages in training before the first Dense layer; `nil` if the file does not say.
  package internal(set) var preprocessing: [TrainingStage]?
  /// How each Dense layer is trained; empty if the file does not say.
  package internal(set) var layers: [LayerTraining] = []
  /// The notes on parts that were read otherwise than they stand in the file, in whole sentences.
  package internal(set) var notes: [String] = []

  /// The configuration with this optimizer, or Adam where there is none.
  package var configuration: TrainingConfiguration {
    TrainingConfiguration(
      optimizer: optimizer ?? OptimizerSettings(), preprocessing: preprocessing, layers: layers)
  }
}
