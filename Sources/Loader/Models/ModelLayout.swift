internal import HDF5
import Networks

/// The layouts that are read and written.
enum ModelLayout {
  case keras(any KerasModel)
  case native(NativeModel)
  case stateDictionary(StateDictionary)
  case kernelList(KernelList)
  case recording(RecordedModel)

  /// The layout of a file.
  ///
  /// - Throws: `ModelError` if it is none of these, or needs to be told more, or less.
  init(at path: String, _ options: ModelOptions) throws(ModelError) {
    self = try Self.found(at: path, options)
    if options.architecture != nil, !isOfWeightsAlone {
      throw ModelError(file: path, .architectureNotNeeded)
    }
    if options.activations != nil {
      switch self {
      case .stateDictionary, .kernelList: break
      default: throw ModelError(file: path, .activationsNotNeeded)
      }
    }
    if options.kernelSides != nil {
      switch self {
      case .stateDictionary, .kernelList: break
      default: throw ModelError(file: path, .kernelSidesNotNeeded)
      }
    }
  }

  private static func found(at path: String, _ options: ModelOptions) throws(ModelError) -> Self {
    let file: File
    do throws(HDF5Error) {
      file = try File(path)
    } catch {
      switch error.problem {
      case .notHDF5(.kerasArchive): return .keras(try KerasArchive(path))
      case .notHDF5(.safetensors): return .stateDictionary(try Self.safetensors(path, options))
      default: throw ModelError(error)
      }
    }
    if options.isRecording { return .recording(RecordedModel(file: file)) }
    if let keras = try KerasH5Model(file) { return .keras(keras) }
    if try reading({ () throws(HDF5Error) in try NativeModel.matches(file) }) {
      return .native(NativeModel(file: file))
    }
    if try reading({ () throws(HDF5Error) in try KerasWeightsFile.matches(file) }) {
      guard let architecture = options.architecture else {
        throw ModelError(file: path, .weightsOnly)
      }
      let configuration = KerasConfiguration(
        text: try readText(at: architecture), file: architecture, place: nil)
      return .keras(try KerasWeightsFile(file, configuration))
    }
    // Its layers may have weights, too, under names that others mean a model by.
    if try reading({ () throws(HDF5Error) in try Recording.matches(file) }) {
      throw ModelError(file: path, .recordedActivations)
    }
    if let dictionary = try StateDictionary(file, options: options) {
      return .stateDictionary(dictionary)
    }
    if let list = try KernelList(file, options: options) { return .kernelList(list) }
    throw ModelError(
      file: path, try reading { () throws(HDF5Error) in try unreadLayout(of: file) })
  }

  private static func safetensors(
    _ path: String, _ options: ModelOptions
  ) throws(ModelError) -> StateDictionary {
    let container = try SafeTensors(path)
    guard var dictionary = try StateDictionary(container.file, options: options) else {
      throw ModelError(
        file: path, try reading { () throws(HDF5Error) in try unreadLayout(of: container.file) })
    }
    dictionary.container = container
    return dictionary
  }

  private var isOfWeightsAlone: Bool {
    if case .keras(let keras) = self { keras is KerasWeightsFile } else { false }
  }

  /// The file with the weights.
  var file: File {
    switch self {
    case .keras(let keras): keras.file
    case .native(let native): native.file
    case .stateDictionary(let dictionary): dictionary.file
    case .kernelList(let list): list.file
    case .recording(let recorded): recorded.file
    }
  }

  func load() throws(ModelError) -> LoadedModel {
    switch self {
    case .keras(let keras): try keras.load()
    case .native(let native): try native.load()
    case .stateDictionary(let dictionary): try dictionary.load()
    case .kernelList(let list): try list.load()
    case .recording(let recorded): try recorded.load()
    }
  }

  /// The edits that turn the model's file into the file of a network that grew out of it.
  func revision(
    to network: Network<Float>, withData: Bool
  ) throws(ModelError) -> ModelRevision {
    switch self {
    case .keras(let keras): try keras.revision(to: network)
    case .native(let native): try native.revision(to: network, withData: withData)
    case .stateDictionary(let dictionary): try dictionary.revision(to: network)
    case .kernelList(let list): try list.revision(to: network)
    case .recording(let recorded): try recorded.revision(to: network)
    }
  }

  /// Writes the file with the changes, and the architecture that goes with it, if that is apart.
  func write(
    _ revision: ModelRevision, to pending: PendingFile, architecture: PendingFile?
  ) throws(ModelError) {
    if case .keras(let archive as KerasArchive) = self {
      return try archive.write(revision, to: pending)
    }
    if case .stateDictionary(let dictionary) = self, let container = dictionary.container {
      return try container.write(revision, to: pending)
    }
    if let architecture, case .keras(let keras) = self {
      let text = revision.configuration ?? keras.configuration.text
      try reading { () throws(HDF5Error) in try architecture.write(Array(text.utf8)) }
    }
    try reading { () throws(HDF5Error) in try file.copy(to: pending, with: revision.changes) }
  }
}
