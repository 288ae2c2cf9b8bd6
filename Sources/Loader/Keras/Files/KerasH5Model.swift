internal import HDF5
internal import Networks

/// A whole model that Keras 2 or 3 saved as `.h5`: the attribute `model_config` at the root, and the
/// group `model_weights`.
struct KerasH5Model: KerasModel {
  let file: File
  let configuration: KerasConfiguration
  let version: String?

  /// The model in a file; `nil` if the file is of another kind.
  init?(_ file: File) throws(ModelError) {
    let text = try reading { () throws(HDF5Error) in
      try file.root.attribute("model_config")?.text()
    }
    guard let text else { return nil }
    self.file = file
    configuration = KerasConfiguration(text: text, file: file.path, place: "/@model_config")
    version = try reading { () throws(HDF5Error) in
      try file.root.attribute("keras_version")?.text()
    }
  }

  var path: String { file.path }
  var format: ModelFormat { major >= 3 ? .keras3 : .keras2 }
  /// Files without a version are older than Keras 2, and read alike.
  var major: Int { version.flatMap(majorVersion) ?? 2 }
  var mayCarryData: Bool { true }
  var optimizer: String { "optimizer_weights" }

  func weights(of architecture: KerasArchitecture) throws(ModelError) -> [[Dataset]] {
    let group = try reading { () throws(HDF5Error) in try file.root.group("model_weights") }
    return try KerasWeights(file: file, group: group).weights(of: architecture)
  }

  func optimizerDatasets() throws(ModelError) -> [Dataset] {
    let group = try reading { () throws(HDF5Error) in try file.root.group(optimizer) }
    let list = KerasWeights(file: file, group: group)
    return try list.datasets(list.names("weight_names", of: group), in: group)
  }

  func loss() throws(ModelError) -> KerasLoss? {
    let text = try reading { () throws(HDF5Error) in
      try file.root.attribute("training_config")?.text()
    }
    guard let text else { return nil }
    var loss = KerasLoss(
      training: text, isKeras3: major >= 3, file: file.path, place: "/@training_config")
    loss?.noteShortName(isKeras3: major >= 3)
    return loss
  }

  // What cannot be read is an error of the loss, which has to be known; the optimizer need not be.
  func optimizerDescription() -> JSONValue? {
    guard let text = try? file.root.attribute("training_config")?.text(),
      let training = try? JSONValue(parsing: text)
    else { return nil }
    return training["optimizer_config"]
  }

  func store(_ configuration: String, in revision: inout ModelRevision) {
    revision.changes.set("model_config", of: file.root, to: .text(configuration))
  }
}
