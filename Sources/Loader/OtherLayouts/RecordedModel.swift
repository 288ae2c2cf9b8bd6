internal import HDF5
internal import LinearAlgebra
internal import Networks

/// The weights that stand beside recorded activations, `/activations/NNN_name/weight` and `…/bias`:
/// all of a network but what lies between its layers, so that it can be grown and not run.
struct RecordedModel {
  let file: File

  private var layout: NativeModel { NativeModel(file: file) }
  private var groups: [(name: String, group: Group)] {
    get throws(ModelError) { try layout.numberedGroups(in: Recording.group) }
  }
  /// The names of the recorded datasets, which belong to the weights as they were.
  private static let recorded = ["input", "gradient", "desired_update"]

  /// Reads the layers.
  ///
  /// - Throws: `ModelError` if one of them comes without its weights.
  func load() throws(ModelError) -> LoadedModel {
    let groups = try groups
    var builder = NetworkBuilder(file: file.path, inputShape: [])
    var weightless: [String] = []
    let follows = try RecordedBlocks(file: file, layout: layout).found(
      among: groups.map(\.group)
    ).follows
    for ((name, group), isFollowing) in zip(groups, follows) {
      if !isFollowing { builder.endBlock() }
      guard let (kernel, bias) = try datasets(of: group) else {
        weightless.append(name)
        continue
      }
      guard weightless.isEmpty else { continue }
      let weights = try WeightReader(file: file).dense(
        kernel: kernel, bias: bias, inputs: isFollowing ? builder.width : nil,
        follows: isFollowing && builder.denseCount > 0,
        units: nil, isTransposed: true)
      try builder.append(
        dense: name, weights: weights, hasBias: bias != nil,
        activation: try layout.activation(of: group))
    }
    guard weightless.isEmpty else {
      throw ModelError(file: file.path, .recordedWithoutWeights(layers: weightless))
    }
    let network = try builder.network()
    return LoadedModel(
      path: file.path, format: .recording, producer: Recording.formatName,
      inputShape: [network.inputCount], network: network, loss: nil, lossProblem: nil, notes: [],
      carriesData: false, structure: builder.structure)
  }

  /// The edits that turn this file into the file of a network that grew out of its own; the
  /// recorded datasets go, as they are those of the old one.
  func revision(to network: Network<Float>) throws(ModelError) -> ModelRevision {
    var revision = ModelRevision(file: file)
    var endsBlock = false
    for (layer, (_, group)) in zip(network.layers, try groups) {
      // Where a block begins may have shown in the inputs that were recorded, which go.
      if endsBlock { revision.changes.set("follows", of: group, to: .integer(0)) }
      endsBlock = !layer.isFollowed
      guard let (kernel, bias) = try datasets(of: group) else { continue }
      try revision.append(layer, kernel: kernel, bias: bias, isTransposed: true)
      for stage in layer.stages { revision.append(stage) }
      for name in try members(of: group)
      where Self.recorded.contains(name) || name == "bias" && bias == nil {
        revision.changes.leaveOut(name, of: group)
      }
    }
    if try reading({ () throws(HDF5Error) in try file.root.kind(of: "validation") }) != nil {
      revision.changes.leaveOut("validation", of: file.root)
    }
    revision.notes.append(
      "What was recorded was not copied: record the grown network's own pass for a new report.")
    return revision
  }

  /// A layer's weight and bias; `nil` if they are not there, a bias that the layer is said to have
  /// included.
  private func datasets(of group: Group) throws(ModelError) -> (kernel: Dataset, bias: Dataset?)? {
    let members = try members(of: group)
    let hasBias = try layout.number("bias", of: group).map { $0 != 0 }
    guard members.contains("weight"), hasBias != true || members.contains("bias") else {
      return nil
    }
    return try reading { () throws(HDF5Error) in
      try (
        group.dataset("weight"),
        members.contains("bias") && hasBias != false ? group.dataset("bias") : nil
      )
    }
  }

  private func members(of group: Group) throws(ModelError) -> [String] {
    try reading { () throws(HDF5Error) in try group.childNames(limit: 100) }
  }
}

/// Reads the weights that stand beside recorded activations, for a network that is to grow.
///
/// - Throws: `ModelError` if a layer comes without its weights, or the file cannot be read.
package func loadRecordedModel(at path: String) throws(ModelError) -> LoadedModel {
  var options = ModelOptions()
  options.isRecording = true
  return try loadModel(at: path, options)
}
