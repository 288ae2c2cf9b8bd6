/// Lays the layers of a model out in one row: those of models inside it in their place, and behind a
/// layer the one that it has for its activation.
struct KerasFlattening {
  /// All layers, in the order of the lists, which is the order of the weights in a file.
  private(set) var layers: [KerasLayer] = []
  private let configuration: KerasConfiguration

  init(in configuration: KerasConfiguration) { self.configuration = configuration }

  /// Appends the layers of a model.
  ///
  /// - Parameters:
  ///   - description: of the model, with `class_name` and `config`.
  ///   - place: where that stands.
  ///   - group: where Keras 3 keeps the variables of its layers: nothing, or `sequential/layers/`.
  ///   - owner: the entry of the outermost list that the model is; `nil` for the outermost one.
  /// - Throws: `ModelError` if one is not supported, or they are no chain.
  /// - Returns: indices into `layers`, from the model's input to its output.
  mutating func append(
    _ description: JSONValue, at place: KerasPlace, group: String, owner: Int?
  ) throws(ModelError) -> [Int] {
    let config = description["config"]
    // Up to Keras 2.2.2 the configuration of a Sequential model was the list itself.
    guard let list = config?["layers"]?.list ?? config?.list, !list.isEmpty else {
      throw configuration.failure(.noLayers)
    }
    var members: [KerasLayer] = []
    for item in list { members.append(try KerasLayer(item, in: configuration)) }
    let order = try Self.order(of: members, description, in: configuration)
    var counts: [String: Int] = [:]
    // The indices that each member becomes.
    var parts: [[Int]] = []
    for (index, var layer) in members.enumerated() {
      layer.place = place.appending(.layer(index))
      layer.owner = owner ?? index
      layer.group = group + Self.name(of: layer, counts: &counts)
      try layer.checkIsSupported()
      layers.append(layer)
      var part = [layers.count - 1]
      if layer.isModel {
        part += try append(
          list[index], at: layer.place, group: layer.group + "/layers/", owner: layer.owner)
      } else if let activation = try layer.activationWithWeights() {
        layers.append(activation)
        part.append(layers.count - 1)
      }
      parts.append(part)
    }
    return order.flatMap { parts[$0] }
  }

  /// The order of a model's layers, from its input to its output.
  private static func order(
    of layers: [KerasLayer], _ description: JSONValue, in configuration: KerasConfiguration
  ) throws(ModelError) -> [Int] {
    let className = description["class_name"]?.text ?? description.excerpt
    switch className {
    case "Sequential": return Array(layers.indices)
    case "Functional", "Model":
      let config = description["config"]
      let input = try KerasGraph.end(config?["input_layers"], in: configuration) { .inputs($0) }
      let output = try KerasGraph.end(config?["output_layers"], in: configuration) { .outputs($0) }
      for layer in layers { try layer.checkIsSupported() }
      return try KerasGraph(layers, from: input, to: output, file: configuration.file).chain()
    default:
      throw configuration.failure(
        className.contains(">")
          ? .customLayer(className: className)
          : .setting("class_name", found: className, expected: "Sequential or Functional"))
    }
  }

  /// The name of a layer's group among the variables of Keras 3: its class, counted.
  private static func name(of layer: KerasLayer, counts: inout [String: Int]) -> String {
    let kind = KerasVariables.snakeCase(layer.className)
    let count = counts[kind, default: 0]
    counts[kind] = count + 1
    return count == 0 ? kind : "\(kind)_\(count)"
  }

  /// Tells layers of one name in several models apart: `encoder/dense`, `decoder/dense`.
  mutating func distinguishNames() {
    var models: [String: String] = [:]
    for layer in layers where layer.isModel { models[layer.group + "/layers/"] = layer.name }
    let counts = Dictionary(layers.map { ($0.name, 1) }, uniquingKeysWith: +)
    for index in layers.indices where counts[layers[index].name, default: 0] > 1 {
      let group = layers[index].group
      guard let slash = group.lastIndex(of: "/"), let model = models[String(group[...slash])]
      else { continue }
      layers[index].name = "\(model)/\(layers[index].name)"
    }
  }
}
