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
    var weights = [[Dataset]](repeating: [], count: architecture.layers.count)
    var next = listed.makeIterator()
    var first = 0
    while first < architecture.layers.count {
      // A layer, a model inside the model, or a layer with one for its activation.
      let owner = architecture.layers[first].owner
      let parts = architecture.layers[first...].prefix { $0.owner == owner }
      first = parts.endIndex
      var expected: [[String]] = []
      for layer in parts { expected.append(try layer.weightNames()) }
      if expected.allSatisfy(\.isEmpty) { continue }
      guard let (group, names) = next.next() else {
        throw architecture.layers[parts.startIndex].failure(.noWeights(listed: listed.count))
      }
      let adapters = parts.map(\.adapterNames)
      if names.count == (expected + adapters).joined().count {
        expected = zip(expected, adapters).map { $0 + $1 }
      }
      guard names.count == expected.joined().count else {
        throw ModelError(
          file: file.path,
          "\(layerPlace(architecture.layers[parts.startIndex].name)) (\(group.path)@weight_names)",
          .weightNames(found: names.count, expected: Array(expected.joined())))
      }
      for (index, own) in zip(parts.indices, Self.shared(names, among: expected)) {
        weights[index] = try datasets(own, in: group)
      }
    }
    if next.next() != nil {
      throw ModelError(
        file: file.path, "\(group.path)@layer_names",
        .weightsLeftOver(
          listed: listed.count,
          expected: Set(
            zip(architecture.layers, weights).filter { !$1.isEmpty }.map(\.0.owner)
          ).count))
    }
    return weights
  }

  /// The names of each part's weights, in the order in which they are expected.
  ///
  /// Keras lists first what is trained and then what is not, over all parts of a model: only the last
  /// word of a name tells what it is, and of equal words the earlier is the earlier part's.
  private static func shared(_ names: [String], among expected: [[String]]) -> [[String]] {
    let words = names.map { name in
      name.split(separator: "/").last.map { String($0.prefix { $0 != ":" }) } ?? name
    }
    let wanted = Array(expected.joined())
    guard expected.count > 1 || wanted.count > 2, words.sorted() == wanted.sorted() else {
      var rest = names[...]
      return expected.map { part in
        defer { rest = rest.dropFirst(part.count) }
        return Array(rest.prefix(part.count))
      }
    }
    var isTaken = [Bool](repeating: false, count: names.count)
    return expected.map { part in
      part.compactMap { word in
        guard let place = names.indices.first(where: { !isTaken[$0] && words[$0] == word }) else {
          return nil
        }
        isTaken[place] = true
        return names[place]
      }
    }
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
