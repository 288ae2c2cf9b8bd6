internal import HDF5

/// Finds the weights of each layer where Keras 3 keeps them, in `.weights.h5` and inside `.keras`:
/// `/layers/dense_1/vars/0`, `/layers/dense_1/vars/1`, ….
struct KerasVariables {
  let file: File

  /// The group of all layers; TensorFlow 2.12 wrote the second name.
  private static let groups = ["layers", "_layer_checkpoint_dependencies"]

  /// Whether a file is of this kind.
  static func matches(_ file: File) throws(HDF5Error) -> Bool {
    guard let group = try group(in: file) else { return false }
    // Other programs call a group so, too; every layer of Keras has `vars`, a model `layers`.
    for name in try group.childNames(limit: 200) {
      for part in ["vars", "layers"] where try group.kind(of: "\(name)/\(part)") == .group {
        return true
      }
    }
    return false
  }

  private static func group(in file: File) throws(HDF5Error) -> Group? {
    for name in groups where try file.root.kind(of: name) == .group {
      return try file.root.group(name)
    }
    return nil
  }

  /// The datasets of every layer of the architecture, none for layers without weights.
  ///
  /// A layer's group is named for its class, not for the layer, and counted in the order of the
  /// model's list.
  func weights(of architecture: KerasArchitecture) throws(ModelError) -> [[Dataset]] {
    let layers = try reading { () throws(HDF5Error) in
      if let layers = try Self.group(in: file) { return layers }
      // There is none: the error says so.
      return try file.root.group(Self.groups[0])
    }
    var taken: [String: Set<String>] = [:]
    var weights: [[Dataset]] = []
    for layer in architecture.layers {
      let parts = layer.group.split(separator: "/").map(String.init)
      taken[parts.dropLast().joined(separator: "/"), default: []].insert(parts.last ?? "")
      let expected = try layer.weightNames()
      weights.append(
        expected.isEmpty
          ? [] : try datasets(of: layer, expected, at: "\(layer.group)/vars", in: layers))
    }
    for (path, known) in taken {
      try checkAllAreKnown(known, at: path, in: layers)
    }
    return weights
  }

  /// That no group of a model holds weights of a layer that the architecture does not have.
  private func checkAllAreKnown(
    _ known: Set<String>, at path: String, in layers: Group
  ) throws(ModelError) {
    let group = try reading { () throws(HDF5Error) -> Group? in
      if path.isEmpty { return layers }
      return try layers.kind(of: path) == .group ? try layers.group(path) : nil
    }
    guard let group else { return }
    for name in try reading({ () throws(HDF5Error) in try group.childNames() })
    where !known.contains(name) {
      if try reading({ () throws(HDF5Error) in try group.kind(of: "\(name)/vars/0") }) != nil {
        throw ModelError(file: file.path, "\(group.path)/\(name)", .noLayerFor)
      }
    }
  }

  private func datasets(
    of layer: KerasLayer, _ expected: [String], at path: String, in layers: Group
  ) throws(ModelError) -> [Dataset] {
    let group = try reading { () throws(HDF5Error) in try layers.group(path) }
    let names = try reading { () throws(HDF5Error) in try group.childNames(limit: 100) }
    guard names.count == expected.count else {
      throw ModelError(
        file: file.path, "\(layerPlace(layer.name)) (\(group.path))",
        .weightNames(found: names.count, expected: expected))
    }
    var datasets: [Dataset] = []
    for index in expected.indices {
      datasets.append(try reading { () throws(HDF5Error) in try group.dataset(String(index)) })
    }
    return datasets
  }

  /// Keras's own rule: `LeakyReLU` is `leaky_re_lu`, `SpatialDropout1D` is `spatial_dropout1d`.
  ///
  ///     (.)([A-Z][a-z]+) → \1_\2, then ([a-z])([A-Z]) → \1_\2
  static func snakeCase(_ className: String) -> String {
    let letters = Array(className)
    func isLower(_ index: Int) -> Bool {
      letters.indices.contains(index) && letters[index].isLowercase
    }
    var result = ""
    for (index, letter) in letters.enumerated() {
      let beginsWord = letter.isUppercase && isLower(index + 1)
      if index > 0, letter.isUppercase, beginsWord || isLower(index - 1) { result += "_" }
      result += letter.lowercased()
    }
    return result
  }
}
