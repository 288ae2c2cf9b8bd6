internal import HDF5
internal import Networks

/// Finds the weights of each layer by the lists of names that Keras 2 keeps: in `/model_weights` of a
/// whole model, or at the root of a file of weights.
struct KerasWeights {
  let file: File
  /// Where the attribute `layer_names` is.
  let group: Group

  /// The datasets of every layer of the architecture, none for layers without weights.
  ///
  /// Keras matches by position: layers without weights are skipped on both sides, and names are not
  /// compared.
  func weights(of architecture: KerasArchitecture) throws(ModelError) -> [[Dataset]] {
    let listed = try self.listed(in: group)
    var weights: [[Dataset]] = []
    var next = listed.makeIterator()
    for layer in architecture.layers {
      let expected = try layer.weightNames()
      if expected.isEmpty {
        weights.append([])
        continue
      }
      guard let (group, names) = next.next() else {
        throw layer.failure(.noWeights(listed: listed.count))
      }
      guard names.count == expected.count else {
        throw ModelError(
          file: file.path, "\(layerPlace(layer.name)) (\(group.path)@weight_names)",
          .weightNames(found: names.count, expected: expected))
      }
      weights.append(try datasets(names, in: group))
    }
    if next.next() != nil {
      throw ModelError(
        file: file.path, "\(group.path)@layer_names",
        .weightsLeftOver(listed: listed.count, expected: weights.count { !$0.isEmpty }))
    }
    return weights
  }

  /// The layers that have weights, with the names of those.
  private func listed(in group: Group) throws(ModelError) -> [(Group, [String])] {
    var listed: [(Group, [String])] = []
    for name in try names("layer_names", of: group) {
      try checkIsInside(name, group, "layer_names")
      let layer = try reading { () throws(HDF5Error) in try group.group(name) }
      let names = try names("weight_names", of: layer)
      if !names.isEmpty { listed.append((layer, names)) }
    }
    return listed
  }

  /// The datasets of these names.
  func datasets(_ names: [String], in group: Group) throws(ModelError) -> [Dataset] {
    var datasets: [Dataset] = []
    for name in names {
      try checkIsInside(name, group, "weight_names")
      datasets.append(try reading { () throws(HDF5Error) in try group.dataset(name) })
    }
    return datasets
  }

  private func checkIsInside(
    _ name: String, _ group: Group, _ attribute: String
  ) throws(ModelError) {
    if name.hasPrefix("/") {
      throw ModelError(file: file.path, "\(group.path)@\(attribute)", .outsideGroup(name: name))
    }
  }

  /// A list of names; lists too long for one attribute are split into `name0`, `name1`, ….
  func names(_ attribute: String, of group: Group) throws(ModelError) -> [String] {
    let names = try reading { () throws(HDF5Error) -> [String]? in
      if let whole = try group.attribute(attribute) { return try whole.texts() }
      var names: [String]?
      var part = 0
      while let next = try group.attribute("\(attribute)\(part)") {
        names = try (names ?? []) + next.texts()
        part += 1
      }
      return names
    }
    guard let names else {
      throw ModelError(file: file.path, group.path, .missingAttribute(attribute))
    }
    return names
  }
}
