internal import HDF5
internal import Networks

/// Weights that Keras saved alone, as `.weights.h5` or in Keras 2's older layout, with the
/// architecture in a file of its own: `model.to_json()`, or the `config.json` of an archive.
struct KerasWeightsFile: KerasModel {
  let file: File
  let configuration: KerasConfiguration
  let version: String?
  let major: Int
  private let training: JSONValue?
  /// Whether the weights are in Keras 2's older layout.
  private let isListed: Bool

  /// Whether a file holds weights and no architecture.
  static func matches(_ file: File) throws(HDF5Error) -> Bool {
    if try isListed(file) { return true }
    return try KerasVariables.matches(file)
  }

  private static func isListed(_ file: File) throws(HDF5Error) -> Bool {
    for attribute in ["layer_names", "layer_names0"]
    where try file.root.attribute(attribute) != nil { return true }
    return false
  }

  /// The weights in a file, of an architecture whose text is given.
  init(_ file: File, _ configuration: KerasConfiguration) throws(ModelError) {
    self.file = file
    self.configuration = configuration
    let description: JSONValue
    do throws(ModelProblem) {
      description = try JSONValue(parsing: configuration.text)
    } catch {
      throw configuration.failure(error)
    }
    version = description["keras_version"]?.text
    // Only Keras 3 says which module a class is from.
    major = version.flatMap(majorVersion) ?? (description["module"] == nil ? 2 : 3)
    training = description["compile_config"]
    isListed = try reading { () throws(HDF5Error) in try Self.isListed(file) }
  }

  var path: String { file.path }
  var format: ModelFormat { .kerasWeights }
  var mayCarryData: Bool { true }
  var optimizer: String { "optimizer" }

  func weights(of architecture: KerasArchitecture) throws(ModelError) -> [[Dataset]] {
    isListed
      ? try KerasWeights(file: file, group: file.root).weights(of: architecture)
      : try KerasVariables(file: file).weights(of: architecture)
  }

  func loss() -> KerasLoss? {
    KerasLoss(training: training, major >= 3, configuration.file, "compile_config")
  }

  func optimizerDescription() -> JSONValue? { training?["optimizer"] }

  func store(_ configuration: String, in revision: inout ModelRevision) {
    revision.configuration = configuration
  }
}
