internal import HDF5

/// Finds the datasets that hold samples, by name.
struct SampleSearch {
  let file: File
  /// Whether samples that only judge are sought, which have names of their own.
  var isOfValidation = false

  /// Names that mean inputs and targets, alone or inside the group `data`, in any mixture of cases;
  /// those of a later list count where there is none of an earlier one.
  private static let names: [(inputs: [String], targets: [String])] = [
    (["x", "inputs", "x_train"], ["y", "targets", "y_train"]),
    (
      ["features", "data", "train_set_x", "train_x", "xtrain", "trainx"],
      ["labels", "label", "target", "train_set_y", "train_y", "ytrain", "trainy"]
    ),
  ]
  private static let validationNames: (inputs: [String], targets: [String]) = (
    [
      "x_test", "x_val", "x_valid", "x_validation", "test_set_x", "val_set_x", "test_x", "val_x",
      "valid_x", "xtest", "xval", "testx",
    ],
    [
      "y_test", "y_val", "y_valid", "y_validation", "test_set_y", "val_set_y", "test_y", "val_y",
      "valid_y", "ytest", "yval", "testy",
    ]
  )

  /// All names that mean inputs, and all that mean targets.
  static let inputNames = names.flatMap(\.inputs)
  static let targetNames = names.flatMap(\.targets)

  /// Whether there are inputs and targets under known names.
  func findsSamples() throws(ModelError) -> Bool {
    let inputs = try candidates(for: .inputs)
    let targets = try candidates(for: .targets)
    return !inputs.isEmpty && !targets.isEmpty
  }

  /// The dataset at the path the user named, or else the only one of a known name; `wanted` are the
  /// shapes that would fit, in words.
  func dataset(
    for role: DataProblem.Role, named path: String?, wanted: String
  ) throws(ModelError) -> Dataset {
    if let path { return try dataset(named: path) }
    let candidates = try candidates(for: role)
    guard let first = candidates.first else {
      // A file of a single array needs no name.
      if let only = try onlyArray() { return only }
      throw ModelError(
        file: file.path, .noneNamed(role, present: try datasets(), wanted: wanted))
    }
    guard candidates.count == 1 else {
      throw ModelError(file: file.path, .ambiguous(role, candidates: candidates))
    }
    return try reading { () throws(HDF5Error) in try file.root.dataset(first) }
  }

  private func dataset(named path: String) throws(ModelError) -> Dataset {
    do throws(HDF5Error) {
      return try file.root.dataset(path)
    } catch {
      // The name of a file that is not there was meant.
      let isFileName = [".npy", ".npz", ".h5", ".hdf5"].contains(where: path.hasSuffix)
      guard case .notFound = error.problem, isFileName else { throw ModelError(error) }
      throw ModelError(HDF5Error(file: path, .noSuchFile))
    }
  }

  /// The array of a file that NumPy saved with a single one; `nil` of any other file.
  private func onlyArray() throws(ModelError) -> Dataset? {
    guard file.isInMemory else { return nil }
    let names = try reading { () throws(HDF5Error) in try file.root.childNames(limit: 2) }
    guard names.count == 1 else { return nil }
    return try reading { () throws(HDF5Error) in try file.root.dataset(names[0]) }
  }

  /// Whether there is one under a name that samples which only judge have.
  func findsOwnNames(for role: DataProblem.Role) throws(ModelError) -> Bool {
    try !candidates(for: role, among: [Self.validationNames]).isEmpty
  }

  func candidates(for role: DataProblem.Role) throws(ModelError) -> [String] {
    try candidates(
      for: role, among: (isOfValidation ? [Self.validationNames] : []) + Self.names)
  }

  private func candidates(
    for role: DataProblem.Role, among lists: [(inputs: [String], targets: [String])]
  ) throws(ModelError) -> [String] {
    // A name as it is: a link that is not followed is a candidate, too, and opening it says why.
    var present: [(path: String, name: String)] = []
    for group in ["", "/data"] {
      for name in try names(inGroup: group) { present.append(("\(group)/\(name)", name)) }
    }
    for list in lists {
      let wanted = role == .inputs ? list.inputs : list.targets
      var found: [String] = []
      for word in wanted {
        for (path, name) in present where name.lowercased() == word {
          let kind = try reading { () throws(HDF5Error) in try file.root.kind(of: path) }
          if kind == .dataset || kind == .other { found.append(path) }
        }
      }
      if !found.isEmpty { return found }
    }
    return []
  }

  /// The names in the root or in a group, if there is one.
  private func names(inGroup path: String) throws(ModelError) -> [String] {
    let enough = 1000
    return try reading { () throws(HDF5Error) in
      if path.isEmpty { return try file.root.childNames(limit: enough) }
      guard try file.root.kind(of: path) == .group else { return [] }
      return try file.root.group(path).childNames(limit: enough)
    }
  }

  /// The datasets of the file with their shapes, some of them.
  private func datasets() throws(ModelError) -> [String] {
    let enough = 12
    var found: [String] = []
    for name in try names(in: file.root) where found.count < enough {
      switch try? file.root.kind(of: name) {
      case .dataset: found.append(describe(name))
      case .group:
        guard let group = try? file.root.group(name) else { continue }
        for inner in try names(in: group) where (try? group.kind(of: inner)) == .dataset {
          found.append(describe("\(name)/\(inner)"))
        }
      default: break
      }
    }
    return found
  }

  private func names(in group: Group) throws(ModelError) -> [String] {
    try reading { () throws(HDF5Error) in try group.childNames(limit: 50) }
  }

  private func describe(_ path: String) -> String {
    (try? file.root.dataset(path)).map { "/\(path) \(shapeText($0.shape))" } ?? "/\(path)"
  }
}
