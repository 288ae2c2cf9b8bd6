internal import HDF5
internal import Networks

extension NativeModel {
  /// The edits that turn this file into the file of a network that grew out of its own.
  func revision(
    to network: Network<Float>, withData: Bool
  ) throws(ModelError) -> ModelRevision {
    var revision = ModelRevision(file: file)
    for (layer, (_, group)) in zip(network.layers, try layerGroups()) {
      let (kernel, bias) = try datasets(of: group)
      try revision.append(layer, kernel: kernel, bias: bias, isTransposed: true)
      for stage in layer.stages { revision.append(stage) }
    }
    if !withData { try leaveOutData(&revision) }
    return revision
  }

  private func leaveOutData(_ revision: inout ModelRevision) throws(ModelError) {
    var leftOut: [String] = []
    for name in ["data", "validation"] {
      let kind = try reading { () throws(HDF5Error) in try file.root.kind(of: name) }
      guard kind == .group else { continue }
      revision.changes.leaveOut(name, of: file.root)
      leftOut.append("/" + name)
    }
    if !leftOut.isEmpty {
      revision.notes.append("The samples in \(listText(leftOut)) were not copied.")
    }
  }
}
