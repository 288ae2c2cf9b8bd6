internal import HDF5
internal import Networks

extension KerasModel {
  /// The edits that turn this model's file into the file of a network that grew out of it.
  func revision(to network: Network<Float>) throws(ModelError) -> ModelRevision {
    let architecture = try KerasArchitecture(parsing: configuration)
    let weights = try weights(of: architecture)
    var revision = ModelRevision(file: file)
    var text: KerasConfigurationText
    do throws(ModelProblem) {
      text = try KerasConfigurationText(configuration.text)
    } catch {
      throw configuration.failure(error)
    }
    var remaining = network.layers[...]
    var stages: ArraySlice<Stage<Float>> = []
    // The width of the chain, before and after.
    var widths: (old: Int, new: Int)?
    for index in architecture.chain {
      let (layer, datasets) = (architecture.layers[index], weights[index])
      if let widths { text.widenInput(of: layer, from: widths.old, to: widths.new) }
      switch layer.className {
      case "Dense":
        let grown = remaining.removeFirst()
        while let stage = stages.popFirst() { revision.append(stage) }
        let hasBias = try layer.hasBias()
        try revision.append(grown, kernel: datasets[0], bias: hasBias ? datasets[1] : nil)
        try revision.clear(adapters: Array(datasets.dropFirst(hasBias ? 2 : 1)), of: grown)
        let units = datasets[0].shape[1]
        widths = units == grown.outputs ? nil : (units, grown.outputs)
        if let widths { text.widenOutput(of: layer, from: widths.old, to: widths.new) }
        stages = grown.stages[...]
      // Before the first Dense layer nothing changes.
      case "PReLU" where !revision.layers.isEmpty:
        while let stage = stages.popFirst() {
          guard case .parametricReLU(let slopes) = stage else {
            revision.append(stage)
            continue
          }
          let isShared = try !layer.axes("shared_axes", rank: 1, default: []).isEmpty
          try revision.append(slopes: slopes, areShared: isShared, in: datasets[0])
          break
        }
      case _ where layer.isAffine && !revision.layers.isEmpty:
        while let stage = stages.popFirst() {
          guard case .affine(let affine) = stage else {
            revision.append(stage)
            continue
          }
          try revision.append(affine, of: layer, datasets, from: widths?.old)
          break
        }
      default: break
      }
    }
    while let stage = stages.popFirst() { revision.append(stage) }
    if text.isEdited { store(text.edited, in: &revision) }
    try widenOptimizer(&revision, architecture, weights)
    try revise(&revision)
    return revision
  }
}

extension KerasH5Model {
  /// Keras 3 saves the loss under the name it was given, and cannot load it by its short one.
  func revise(_ revision: inout ModelRevision) throws(ModelError) {
    guard major >= 3 else { return }
    let attribute = "training_config"
    let written = try reading { () throws(HDF5Error) in
      try file.root.attribute(attribute)?.text()
    }
    // What cannot be read as JSON was reported on reading, and is copied as it is.
    guard let written, var text = try? EditableJSON(written), let loss = text.root["loss"] else {
      return
    }
    var named: [EditableJSON.Node] = [loss]
    if loss["class_name"] == nil { named += loss.parts }
    for node in named {
      let word = text.text(of: node)
      guard word.hasPrefix("\""), word.hasSuffix("\""),
        let name = KerasLoss.fullName(of: String(word.dropFirst().dropLast()))
      else { continue }
      text.replace(node, by: "\"\(name)\"")
      revision.notes.append(
        "The loss is named \(name) instead of \(word.dropFirst().dropLast()): "
          + "Keras 3 cannot load the short name.")
    }
    let edited = text.edited
    if edited != written {
      revision.changes.set(attribute, of: file.root, to: .text(edited))
    }
  }
}

/// The description of the layers, in which widths can be changed and nothing else.
struct KerasConfigurationText {
  private var text: EditableJSON
  private(set) var isEdited = false

  init(_ configuration: String) throws(ModelProblem) { text = try EditableJSON(configuration) }

  /// The description with the changes.
  var edited: String { text.edited }

  /// Gives a Dense layer another number of units.
  mutating func widenOutput(of layer: KerasLayer, from old: Int, to new: Int) {
    guard let config = layer.place.node(in: text.root)?["config"],
      let units = config["units"] ?? config["output_dim"]
    else { return }
    text.replace(units, by: String(new))
    isEdited = true
    // A layer that serves as activation says what it takes; one with weights comes by itself.
    if let activation = config["activation"],
      activation["class_name"].map({ text.text(of: $0) }) != "\"PReLU\""
    {
      widenShapes(in: activation, from: old, to: new)
    }
  }

  /// Gives a layer another width of what it takes.
  mutating func widenInput(of layer: KerasLayer, from old: Int, to new: Int) {
    guard let node = layer.place.node(in: text.root) else { return }
    // What a layer's own activation takes is what the layer gives; a model's layers come by themselves.
    let apart = layer.isModel ? "layers" : layer.className == "Dense" ? "activation" : ""
    guard !apart.isEmpty, case .object(let members) = node.content else {
      return widenShapes(in: node, from: old, to: new)
    }
    for (key, value) in members {
      if key == "config", case .object(let settings) = value.content {
        for (key, setting) in settings where key != apart {
          widenShape(setting, named: key, from: old, to: new)
        }
      } else {
        widenShape(value, named: key, from: old, to: new)
      }
    }
  }

  private mutating func widenShapes(in node: EditableJSON.Node, from old: Int, to new: Int) {
    guard case .object(let members) = node.content else {
      for entry in node.entries { widenShapes(in: entry, from: old, to: new) }
      return
    }
    for (key, value) in members { widenShape(value, named: key, from: old, to: new) }
  }

  private mutating func widenShape(
    _ value: EditableJSON.Node, named key: String, from old: Int, to new: Int
  ) {
    // `input_shape` in build_config, `shape` in the tensors of inbound_nodes.
    let shapes: Set = [
      "input_shape", "shape", "batch_input_shape", "batch_shape", "target_shape", "noise_shape",
      "build_input_shape",
    ]
    guard shapes.contains(key), let last = value.entries.last else {
      return widenShapes(in: value, from: old, to: new)
    }
    guard text.text(of: last) == String(old) else { return }
    text.replace(last, by: String(new))
    isEdited = true
  }
}
