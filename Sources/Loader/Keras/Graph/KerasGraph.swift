/// The connections of a functional Keras model.
struct KerasGraph {
  private let layers: [KerasLayer]
  private let file: String
  private let input: Int
  private let output: Int
  /// For each layer the one before it; `nil` for the input.
  private var previous: [Int?] = []

  /// Reads the connections; every layer may have one predecessor.
  init(
    _ layers: [KerasLayer], from first: String, to last: String, file: String
  ) throws(ModelError) {
    let indices = Dictionary(
      layers.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    guard let input = indices[first], let output = indices[last] else {
      let missing = indices[first] == nil ? first : last
      throw ModelError(file: file, layerPlace(missing), .notConnected)
    }
    self.layers = layers
    self.file = file
    self.input = input
    self.output = output
    for (index, layer) in layers.enumerated() {
      let source = try Self.source(of: layer)
      if index != input && source.flatMap({ indices[$0] }) == nil {
        throw layer.failure(.notConnected)
      }
      previous.append(source.flatMap { indices[$0] })
    }
  }

  /// The layers from the input to the output, each feeding the next alone.
  func chain() throws(ModelError) -> [Int] {
    var next = [[Int]](repeating: [], count: layers.count)
    for (index, source) in previous.enumerated() {
      if let source { next[source].append(index) }
    }
    var chain = [input]
    while let last = chain.last, last != output, let following = next[last].first {
      guard next[last].count == 1 else {
        throw layers[last].failure(.severalConsumers(next[last].map { layers[$0].name }))
      }
      // A cycle cannot be reached: each layer has one predecessor, and the input has none.
      chain.append(following)
    }
    let connected = Set(chain)
    if let aside = layers.indices.first(where: { !connected.contains($0) }) {
      throw layers[aside].failure(.notConnected)
    }
    return chain
  }

  /// The layer whose output a layer takes.
  private static func source(of layer: KerasLayer) throws(ModelError) -> String? {
    guard let nodes = layer.nodes, let node = nodes.first else { return nil }
    guard nodes.count == 1 else { throw layer.failure(.usedSeveralTimes(nodes.count)) }
    let sources = Self.sources(in: node)
    if sources.count > 1 { throw layer.failure(.severalTensors(sources)) }
    if callsForTraining(node) { throw layer.failure(.calledInTraining) }
    return sources.first
  }

  /// The layers a node takes tensors from, in Keras 2's form (`["dense", 0, 0, {}]`, in lists) or
  /// Keras 3's (objects with a `keras_history`).
  private static func sources(in node: JSONValue) -> [String] {
    if let history = node["config"]?["keras_history"]?.list, let name = history.first?.text {
      return [name]
    }
    switch node {
    case .list(let list):
      if let name = list.first?.text, list.count >= 3 { return [name] }
      return list.flatMap { sources(in: $0) }
    case .object(let members):
      return members.keys.sorted().flatMap { members[$0].map { sources(in: $0) } ?? [] }
    default: return []
    }
  }

  private static func callsForTraining(_ node: JSONValue) -> Bool {
    switch node {
    case .list(let list): list.contains { callsForTraining($0) }
    case .object(let members):
      members["training"] == .boolean(true)
        || members["kwargs"].map { callsForTraining($0) } == true
    default: false
    }
  }

  /// The one layer named by `input_layers` or `output_layers`: `["a", 0, 0]`, or a list of such.
  static func end(
    _ ends: JSONValue?, in configuration: KerasConfiguration,
    otherwise problem: ([String]) -> ModelProblem
  ) throws(ModelError) -> String {
    let names = ends.map { sources(in: $0) } ?? []
    guard names.count == 1 else {
      throw configuration.failure(problem(names))
    }
    return names[0]
  }
}
