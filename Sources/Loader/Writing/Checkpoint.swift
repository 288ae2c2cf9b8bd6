internal import HDF5
package import LinearAlgebra
package import Networks

/// A moment of a training, saved: the model as it was, in the native layout, which every command
/// opens, and in `/training` what the training needs beside it.
package struct Checkpoint: Sendable {
  /// The network, whose preprocessing is not saved.
  package var network: Network<Float>
  /// The loss it is trained for.
  package var loss: Loss
  /// The state of the training, in JSON.
  package var text: String
  /// Matrices by their names, `mean_0` for example.
  package var matrices: [String: Matrix<Float>]
  /// Lists of whole numbers by their names.
  package var lists: [String: [Int]]

  /// A checkpoint of these parts; the text must be JSON, and the names letters, digits and `_`.
  package init(
    network: Network<Float>, loss: Loss, text: String, matrices: [String: Matrix<Float>],
    lists: [String: [Int]]
  ) {
    self.network = network
    self.loss = loss
    self.text = text
    self.matrices = matrices
    self.lists = lists
  }

  /// The layout's group and version.
  private static let group = "training"
  private static let version = 1

  /// Saves the checkpoint in a file, in the place of the one that is there.
  ///
  /// Whatever happens meanwhile, there is the old file or the new one.
  ///
  /// - Parameters:
  ///   - path: where the file goes.
  ///   - inputs: files that must not be replaced.
  /// - Throws: `ModelError` if it cannot be written, or the layout cannot say what the network is.
  package func write(to path: String, apartFrom inputs: [String] = []) throws(ModelError) {
    var contents = try nativeContents(of: network, loss: loss, for: path)
    contents.set("version", of: Self.group, to: .integer(Self.version))
    contents.set("state", of: Self.group, to: .text(text))
    for (name, matrix) in matrices.sorted(by: { $0.key < $1.key }) {
      contents.add(
        "\(Self.group)/\(name)", shape: [matrix.rows, matrix.columns], .floats(matrix.storage))
    }
    for (name, list) in lists.sorted(by: { $0.key < $1.key }) {
      contents.add("\(Self.group)/\(name)", shape: [list.count], .integers(list.map(Int64.init)))
    }
    let options = WritingOptions(overwrite: true, inputs: inputs)
    _ = try Loader.write(contents, of: network, to: path, options)
  }

  /// Reads a checkpoint.
  ///
  /// - Throws: `ModelError` if the file cannot be read or is no checkpoint.
  package init(contentsOf path: String) throws(ModelError) {
    let model = try loadModel(at: path)
    guard let loss = model.loss else {
      throw model.lossProblem ?? ModelError(file: path, "/model", .missingAttribute("loss"))
    }
    let file = try reading { () throws(HDF5Error) in try File(path) }
    let isThere = try reading { () throws(HDF5Error) in try file.root.kind(of: Self.group) == .group
    }
    guard isThere else { throw ModelError(file: path, .noCheckpoint) }
    let group = try reading { () throws(HDF5Error) in try file.root.group(Self.group) }
    let (version, text) = try reading { () throws(HDF5Error) in
      try (group.attribute("version")?.integer(), group.attribute("state")?.text())
    }
    guard let version else {
      throw ModelError(file: path, group.path, .missingAttribute("version"))
    }
    guard (1...Self.version).contains(version) else {
      throw ModelError(
        file: path, "\(group.path)@version", .newerVersion(found: version, known: Self.version))
    }
    guard let text else { throw ModelError(file: path, group.path, .missingAttribute("state")) }
    do throws(ModelProblem) {
      _ = try JSONValue(parsing: text)
    } catch {
      throw ModelError(file: path, "\(group.path)@state", error)
    }
    self.init(network: model.network, loss: loss, text: text, matrices: [:], lists: [:])
    for name in try reading({ () throws(HDF5Error) in try group.childNames() }) {
      let dataset = try reading { () throws(HDF5Error) in try group.dataset(name) }
      if dataset.elementType.isIntegral, dataset.shape.count == 1 {
        lists[name] = try reading { () throws(HDF5Error) in
          try dataset.integers(rows: 0..<dataset.rowCount).map(Int.init)
        }
      } else if dataset.shape.count == 2 {
        let numbers = try reading { () throws(HDF5Error) in try dataset.allFloats() }
        if let place = firstNotFinite(in: numbers) {
          let index = [place / max(1, dataset.shape[1]), place % max(1, dataset.shape[1])]
          throw ModelError(
            file: path, dataset.path, .notFinite(value: Double(numbers[place]), index: index))
        }
        matrices[name] = Matrix(
          rows: dataset.shape[0], columns: dataset.shape[1], storage: numbers)
      } else {
        throw ModelError(
          file: path, dataset.path, .shape(found: dataset.shape, expected: "a matrix or a list"))
      }
    }
  }
}

extension ModelError {
  /// A checkpoint that another training cannot go on from, for a reason of the caller's.
  public init(checkpoint path: String, _ reason: String) {
    self.init(file: path, .checkpoint(reason))
  }

  /// A checkpoint that is in the way of a new training.
  public init(checkpointLeft path: String) { self.init(file: path, .checkpointLeft) }
}
