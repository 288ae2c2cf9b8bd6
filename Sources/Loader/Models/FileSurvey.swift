internal import HDF5

/// The contents of an HDF5 file that is no model to be diagnosed as it stands, and the parts that
/// are missing.
package struct FileSurvey: Sendable {
  /// The file as the caller named it.
  package let path: String
  /// The kind of file, in words: `samples without a model`.
  package let kind: String
  /// Its datasets in alphabetical order, some of them.
  package let datasets: [SurveyedDataset]
  /// Whether there are more.
  package let isShortened: Bool
  /// The parts that a diagnosis lacks.
  package let missing: [MissingPart]
}

/// A part that a diagnosis needs and a file does not hold.
package enum MissingPart: Equatable, Sendable {
  /// Samples.
  case samples
  /// A model; `samples` are in the file.
  case model(samples: Bool)
  /// The architecture that weights belong to.
  case architecture
  /// The activation of each of a number of layers.
  case activations(layers: Int)
  /// The loss; it may still be told by the last activation and the targets.
  case loss(mayBeTold: Bool)
  /// The recorded inputs and gradients of a network.
  case recordedActivations
  /// The fault that keeps a model from being read.
  case soundModel(ModelError)
}

/// One dataset of a file.
package struct SurveyedDataset: Equatable, Sendable {
  /// Where it is, as in `/data/x`.
  package let path: String
  /// Its dimensions; empty if it cannot be read.
  package let shape: [Int]
  /// The type of its elements, or the reason why it cannot be read.
  package let content: String
  /// The role it was taken for: `inputs`, `targets`, `weights of a layer`; `nil` for none.
  package let role: String?
}

extension ModelError {
  /// Whether the file itself is sound, and holds something else than a model that can be diagnosed.
  public var isOfContent: Bool {
    if case .file(let error) = problem {
      switch error.problem {
      case .notHDF5(.numpyArray), .notHDF5(.numpyArchive): return true
      default: return false
      }
    }
    guard case .model(let problem) = problem else { return false }
    switch problem {
    case .archive, .safetensors, .changedMeanwhile, .readsBackDifferently, .refused, .notWritable,
      .cannotHold, .cannotWiden, .noCheckpoint, .checkpoint, .checkpointLeft, .newerVersion,
      .architectureNotNeeded, .activationsNotNeeded, .kernelSidesNotNeeded, .notFinite,
      .negativeVariance, .outsideGroup, .tooManyLayers:
      return false
    default: return true
    }
  }
}

/// Lists what a file holds, whatever that is.
///
/// - Parameters:
///   - path: an HDF5 file.
///   - error: why no model could be read from it.
/// - Returns: what the file is, and some of its datasets.
/// - Throws: `ModelError` if the file cannot be read.
package func survey(at path: String, after error: ModelError) throws(ModelError) -> FileSurvey {
  let file: File
  do throws(ModelError) {
    file = try openArrays(at: path)
  } catch {
    guard case .file(let cause) = error.problem, case .notHDF5(.kerasArchive) = cause.problem else {
      throw error
    }
    file = try KerasArchive(path).file
  }
  let search = SampleSearch(file: file)
  var roles = try search.roles()
  let recording = try recordingToSurvey(file, error)
  if let recording { roles = recording.roles }
  let isKernelList =
    switch error.problem {
    case .model(.kernelList), .model(.kernelSides): true
    default: false
    }
  var datasets: [SurveyedDataset] = []
  var isShortened = false
  try collect(file.root, depth: 0, roles: roles, into: &datasets, &isShortened)
  if isKernelList { datasets = datasets.map(\.asOfKernelList) }
  let hasSamples = Set(roles.values).isSuperset(of: ["inputs", "targets"])
  let (kind, lack) = try contents(of: file, error, recording, hasSamples: hasSamples)
  let samples =
    hasSamples || lack.isEmpty || error.problem == .model(.recordedActivations)
    ? [] : [MissingPart.samples]
  return FileSurvey(
    path: path, kind: kind, datasets: datasets, isShortened: isShortened, missing: lack + samples)
}

/// The recording in a file, if it holds one; `nil` if that is of weights alone.
private func recordingToSurvey(
  _ file: File, _ error: ModelError
) throws(ModelError) -> OpenedRecording? {
  guard case .model(.recordedActivations) = error.problem else { return nil }
  do throws(ModelError) {
    return try openRecording(file, weights: .found, validation: nil)
  } catch {
    guard case .data(.notRecorded) = error.problem else { throw error }
    return nil
  }
}

/// The kind of a file, and the parts that it lacks beside samples.
private func contents(
  of file: File, _ error: ModelError, _ recording: OpenedRecording?, hasSamples: Bool
) throws(ModelError) -> (kind: String, missing: [MissingPart]) {
  let problem: ModelProblem
  switch error.problem {
  case .model(let cause): problem = cause
  // An array or an archive of arrays.
  case .file where file.isInMemory: problem = .unknownLayout(found: [])
  default: throw error
  }
  switch problem {
  case .weightsOnly:
    return (
      "weights that Keras saved alone",
      [.architecture]
    )
  case .kernelList(let layers, let ofScikitLearn):
    return (
      "weights of \(layers.count) layers" + (ofScikitLearn ? ", as scikit-learn lists them" : ""),
      [.activations(layers: layers.count), .loss(mayBeTold: false)]
    )
  case .stateDictionary(let layers):
    return (
      "a state dictionary of \(layers.count) layers",
      [.activations(layers: layers.count), .loss(mayBeTold: true)]
    )
  case .recordedActivations:
    guard let recording else {
      return (
        "the weights of a recording, and nothing recorded",
        [.recordedActivations]
      )
    }
    let (training, validation) = (recording.training, recording.validation)
    return (
      "\(Recording.formatName) of \(training.network.layers.count) layers, "
        + "\(training.sampleCount) samples"
        + (validation.map { ", and \($0.sampleCount) held out" } ?? ""), []
    )
  case .unknownLayout:
    let kind = try kindOfUnknown(file) ?? (hasSamples ? "samples without a model" : nil)
    return (kind ?? "HDF5 in no layout that is known", [.model(samples: hasSamples)])
  default:
    // A model that is understood, but for this.
    return ("a model that cannot be diagnosed", [.soundModel(error)])
  }
}

/// The kind of a file by the marks of other programs.
private func kindOfUnknown(_ file: File) throws(ModelError) -> String? {
  try reading { () throws(HDF5Error) in
    if try file.root.attribute("_NCProperties") != nil { return "a NetCDF-4 file" }
    let names = try file.root.childNames(limit: 20)
    if names.isEmpty { return "nothing" }
    if file.isInMemory { return names.count == 1 ? "an array" : "arrays" }
    if Set(names).isSubset(of: ["optimizer", "optimizer_weights"]) {
      return "the state of an optimizer"
    }
    for name in names
    where (try? file.root.dataset(name).attribute("MATLAB_class")) ?? nil != nil
      || (try? file.root.group(name).attribute("MATLAB_class")) ?? nil != nil
    { return "a MATLAB file" }
    for name in names
    where try file.root.kind(of: name) == .group {
      if (try? file.root.group(name).attribute("pandas_type")) ?? nil != nil {
        return "tables written by pandas"
      }
    }
    return nil
  }
}

private func collect(
  _ group: Group, depth: Int, roles: [String: String], into found: inout [SurveyedDataset],
  _ isShortened: inout Bool
) throws(ModelError) {
  let (deepest, mostDatasets, mostNames) = (8, 60, 200)
  let names = try reading { () throws(HDF5Error) in try group.childNames(limit: mostNames) }
  for name in names {
    guard found.count < mostDatasets else {
      isShortened = true
      return
    }
    let kind = try? group.kind(of: name)
    if kind == .group, depth < deepest, let inner = try? group.group(name) {
      try collect(inner, depth: depth + 1, roles: roles, into: &found, &isShortened)
    } else if kind != .group {
      found.append(surveyed(name, in: group, roles))
    }
  }
}

private func surveyed(
  _ name: String, in group: Group, _ roles: [String: String]
) -> SurveyedDataset {
  let path = (group.path == "/" ? "" : group.path) + "/" + name
  do throws(HDF5Error) {
    let dataset = try group.dataset(name)
    return SurveyedDataset(
      path: path, shape: dataset.shape, content: dataset.elementType.description,
      role: roles[path] ?? weightRole(name, path))
  } catch {
    return SurveyedDataset(
      path: path, shape: [], content: error.problem.description, role: nil)
  }
}

/// The role of a dataset by its name, if weights have such a name.
private func weightRole(_ name: String, _ path: String) -> String? {
  if path.hasPrefix("/optimizer") { return "state of the optimizer" }
  if path.hasPrefix("/layers/"), path.contains("/vars/") { return "weights of a layer" }
  // As in `kernel:0` and `0.weight`.
  switch name.split(separator: ":").first?.split(separator: ".").last {
  case "weight", "kernel": return "weights of a layer"
  case "bias": return "bias of a layer"
  case "running_mean", "running_var": return "statistics of a normalization"
  default: return nil
  }
}

extension SurveyedDataset {
  /// This dataset, taken for a kernel or a bias if it has the name of one.
  fileprivate var asOfKernelList: SurveyedDataset {
    SurveyedDataset(
      path: path, shape: shape, content: content, role: role ?? KernelList.role(of: path))
  }
}

extension SampleSearch {
  /// The roles of the datasets of known names, by their paths.
  func roles() throws(ModelError) -> [String: String] {
    var roles: [String: String] = [:]
    for role in [DataProblem.Role.inputs, .targets] {
      for path in try candidates(for: role) {
        roles[path] = role.rawValue
        guard role == .inputs, let inputs = try? file.root.dataset(path) else { continue }
        let weights = try SampleWeights.candidates(
          besideInputs: path, in: file, sampleCount: inputs.rowCount)
        for path in weights { roles[path] = "sample weights" }
      }
    }
    return roles
  }
}
