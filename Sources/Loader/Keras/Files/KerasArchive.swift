internal import HDF5
internal import Networks

/// A model that Keras saved as `.keras`: a ZIP archive of `config.json`, `metadata.json` and
/// `model.weights.h5`, which is read in memory.
struct KerasArchive: KerasModel {
  let archive: ZipArchive
  let file: File
  let configuration: KerasConfiguration
  let version: String?
  private let training: JSONValue?
  private let isOfKeras3: Bool

  static let configurationName = "config.json"
  static let weightsName = "model.weights.h5"
  private static let metadataName = "metadata.json"
  /// No description of a model is larger.
  private static let largestText = 64 << 20
  /// Weights are in memory twice while they are opened.
  private static let largestWeights = 4 << 30

  /// The model in an archive.
  ///
  /// - Throws: `ModelError` if the archive is no model's, or damaged.
  init(_ path: String) throws(ModelError) {
    archive = try ZipArchive(path)
    let text = try Self.text(of: Self.configurationName, in: archive)
    configuration = KerasConfiguration(text: text, file: path, place: Self.configurationName)
    var metadata: JSONValue?
    if archive.member(Self.metadataName) != nil {
      let text = try Self.text(of: Self.metadataName, in: archive)
      metadata = try Self.json(text, Self.metadataName, path)
    }
    let description = try Self.json(text, Self.configurationName, path)
    version = metadata?["keras_version"]?.text
    training = description["compile_config"]
    isOfKeras3 = version.flatMap(majorVersion).map { $0 >= 3 } ?? true
    if archive.member(Self.weightsName) == nil {
      for (name, problem) in [
        ("model.weights.npz", ZipProblem.numpyWeights), ("model.weights.json", .sharded),
      ] where archive.member(name) != nil {
        throw ModelError(file: path, name, .archive(problem))
      }
    }
    let image = try archive.content(of: Self.weightsName, limit: Self.largestWeights)
    file = try reading { () throws(HDF5Error) in
      try File(image: image, named: "\(path): \(Self.weightsName)")
    }
  }

  private static func text(of name: String, in archive: ZipArchive) throws(ModelError) -> String {
    let bytes = try archive.content(of: name, limit: largestText)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw ModelError(file: archive.path, name, .archive(.notUTF8))
    }
    return text
  }

  private static func json(
    _ text: String, _ name: String, _ path: String
  ) throws(ModelError) -> JSONValue {
    do throws(ModelProblem) {
      return try JSONValue(parsing: text)
    } catch {
      throw ModelError(file: path, name, error)
    }
  }

  var path: String { archive.path }
  var format: ModelFormat { .kerasArchive }
  var major: Int { isOfKeras3 ? 3 : 2 }
  var mayCarryData: Bool { false }
  var optimizer: String { "optimizer" }

  func weights(of architecture: KerasArchitecture) throws(ModelError) -> [[Dataset]] {
    try KerasVariables(file: file).weights(of: architecture)
  }

  func loss() -> KerasLoss? {
    KerasLoss(training: training, isOfKeras3, path, Self.configurationName)
  }

  func optimizerDescription() -> JSONValue? { training?["optimizer"] }

  func store(_ configuration: String, in revision: inout ModelRevision) {
    revision.configuration = configuration
  }

  /// Writes the archive with the changes: the weights put together anew, the description of the
  /// layers edited, every other member as it is.
  func write(_ revision: ModelRevision, to pending: PendingFile) throws(ModelError) {
    let image = try reading { () throws(HDF5Error) in
      try file.image(with: revision.changes, for: pending)
    }
    var contents = [Self.weightsName: image]
    if let text = revision.configuration { contents[Self.configurationName] = Array(text.utf8) }
    let new = try archive.replacing(contents)
    try reading { () throws(HDF5Error) in try pending.write(new) }
  }
}
