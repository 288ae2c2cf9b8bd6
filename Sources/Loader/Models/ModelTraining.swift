public import Networks

/// How a model was trained, as far as its file says.
public struct ModelTraining: Sendable {
  /// The optimizer; `nil` if the file names none, or none that is known here.
  public internal(set) var optimizer: OptimizerSettings?
  /// What happens in training before the first Dense layer; `nil` if the file does not say.
  public internal(set) var preprocessing: [TrainingStage]?
  /// How each Dense layer is trained; empty if the file does not say.
  public internal(set) var layers: [LayerTraining] = []
  /// What was read otherwise than it stands in the file, in whole sentences.
  public internal(set) var notes: [String] = []

  /// The configuration with this optimizer, or Adam where there is none.
  public var configuration: TrainingConfiguration {
    TrainingConfiguration(
      optimizer: optimizer ?? OptimizerSettings(), preprocessing: preprocessing, layers: layers)
  }
}
