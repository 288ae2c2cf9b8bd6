internal import HDF5

/// Finds the datasets that hold samples, by name.
struct SampleSearch {
  let file: File

  /// The pairs of names that mean inputs and targets, alone or inside the group `data`.
  private static let inputNames = ["x", "inputs", "X", "x_train"]
  private static let targetNames = ["y", "targets", "Y", "y_train"]

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
    if let path { return try reading { () throws(HDF5Error) in try file.root.dataset(path) } }
    let candidates = try candidates(for: role)
    guard let first = candidates.first else {
      throw ModelError(
        file: file.path, .noneNamed(role, present: try datasets(), wanted: wanted))
    }
    guard candidates.count == 1 else {
      throw ModelError(file: file.path, .ambiguous(role, candidates: candidates))
    }
    return try reading { () throws(HDF5Error) in try file.root.dataset(first) }
  }

  func candidates(for role: DataProblem.Role) throws(ModelError) -> [String] {
    let names = role == .inputs ? Self.inputNames : Self.targetNames
    var found: [String] = []
    for path in names.map({ "/\($0)" }) + names.map({ "/data/\($0)" }) {
      // A link that is not followed is a candidate, too: opening it says why it cannot be used.
      let kind = try reading { () throws(HDF5Error) in try file.root.kind(of: path) }
      if kind == .dataset || kind == .other { found.append(path) }
    }
    return found
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
