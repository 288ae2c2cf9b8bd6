internal import HDF5
internal import Networks

/// A flat list of weights under the names that PyTorch gives them: `0.weight` (outputs × inputs),
/// `0.bias`, `2.weight`, …, or `fc1/weight`. What stands between the layers is not in it.
struct StateDictionary {
  let file: File
  /// The layers in order.
  let layers: [Entry]
  private let activations: [Activation]
  /// Whether the order was told by the shapes, as the names have no numbers.
  private let isOrderedByShape: Bool

  /// One layer: the name its weights have in common, and those.
  struct Entry {
    let name: String
    let weight: Dataset
    let bias: Dataset?

    fileprivate var inputs: Int { weight.shape.count == 2 ? weight.shape[1] : 0 }
    fileprivate var outputs: Int { weight.shape.count == 2 ? weight.shape[0] : 0 }
  }

  /// Deeper perceptrons are not trained.
  private static let largestCount = 1000

  /// The layers in a file; `nil` if it holds nothing by the name of `weight`.
  ///
  /// - Throws: `ModelError` if there are weights of anything but fully connected layers, or not one
  ///   activation for each layer.
  init?(_ file: File, activations: [Activation]?) throws(ModelError) {
    let found = try Self.entries(of: file)
    guard !found.isEmpty else { return nil }
    (layers, isOrderedByShape) = try Self.ordered(found, file)
    let names = layers.map(\.name)
    guard let activations else {
      throw ModelError(file: file.path, .stateDictionary(layers: names))
    }
    guard activations.count == layers.count else {
      throw ModelError(
        file: file.path, .activationCount(found: activations.count, layers: names))
    }
    self.file = file
    self.activations = activations
  }

  /// Reads the layers; the file tells no loss.
  func load() throws(ModelError) -> LoadedModel {
    var builder = NetworkBuilder(file: file.path, inputShape: [])
    for (layer, activation) in zip(layers, activations) {
      let weights = try WeightReader(file: file).dense(
        kernel: layer.weight, bias: layer.bias, inputs: builder.width,
        follows: builder.denseCount > 0, units: nil, isTransposed: true)
      try builder.append(
        dense: layer.name, className: "Linear", weights: weights, hasBias: layer.bias != nil,
        activation: activation)
    }
    let network = try builder.network()
    var notes: [String] = []
    if isOrderedByShape {
      notes.append("The order of the layers was told by their shapes.")
    }
    return LoadedModel(
      path: file.path, format: .stateDictionary, producer: "PyTorch or alike",
      inputShape: [network.inputCount], network: network, loss: nil, lossProblem: nil,
      notes: notes, carriesData: try SampleSearch(file: file).findsSamples(),
      structure: builder.structure)
  }

  /// What changes in this file when it is to hold a network that grew out of its own.
  func revision(to network: Network<Float>) throws(ModelError) -> ModelRevision {
    var revision = ModelRevision(file: file)
    for (layer, entry) in zip(network.layers, layers) {
      try revision.append(layer, kernel: entry.weight, bias: entry.bias, isTransposed: true)
      for stage in layer.stages { revision.append(stage) }
    }
    return revision
  }
}

extension StateDictionary {
  /// The layers in the order of the file, which is alphabetical.
  private static func entries(of file: File) throws(ModelError) -> [Entry] {
    let names = try datasetPaths(of: file)
    var entries: [Entry] = []
    for path in names {
      let parts = split(path)
      guard parts.parameter == "weight", !parts.layer.isEmpty else { continue }
      guard entries.count < largestCount else {
        throw ModelError(file: file.path, .tooManyLayers(largestCount))
      }
      let weight = try dataset(path, of: file)
      let bias = try names.first { $0 != path && split($0) == (parts.layer, "bias") }
        .map { (path) throws(ModelError) in try dataset(path, of: file) }
      entries.append(Entry(name: parts.layer, weight: weight, bias: bias))
    }
    for path in names where !entries.isEmpty {
      let parts = split(path)
      // Statistics of a normalization, a mask, or half of a weight: leaving it out would change
      // what the network computes.
      guard !["weight", "bias"].contains(parts.parameter), !parts.layer.isEmpty,
        parts.layer != "data", parts.layer != "validation"
      else { continue }
      throw ModelError(file: file.path, "/" + path, .unknownMember(parts.parameter))
    }
    if let other = entries.first(where: { $0.weight.shape.count != 2 }) {
      throw ModelError(file: file.path, other.weight.path, .notFlat(found: other.weight.shape))
    }
    return entries
  }

  /// The paths of the datasets, a few levels deep, without the slash in front.
  static func datasetPaths(of file: File) throws(ModelError) -> [String] {
    var names: [String] = []
    try collect(file.root, prefix: "", depth: 0, into: &names)
    return names
  }

  private static func collect(
    _ group: Group, prefix: String, depth: Int, into paths: inout [String]
  ) throws(ModelError) {
    let deepest = 8
    let limit = 4 * largestCount
    let children = try reading { () throws(HDF5Error) in try group.childNames(limit: limit) }
    for name in children where paths.count < limit {
      switch try reading({ () throws(HDF5Error) in try group.kind(of: name) }) {
      case .dataset: paths.append(prefix + name)
      case .group where depth < deepest:
        let inner = try reading { () throws(HDF5Error) in try group.group(name) }
        try collect(inner, prefix: "\(prefix)\(name)/", depth: depth + 1, into: &paths)
      default: break
      }
    }
  }

  private static func dataset(_ path: String, of file: File) throws(ModelError) -> Dataset {
    try reading { () throws(HDF5Error) in try file.root.dataset(path) }
  }

  /// `net.0.weight` and `net/0/weight` are the parameter `weight` of the layer `net.0`.
  private static func split(_ path: String) -> (layer: String, parameter: String) {
    let parts = path.split { $0 == "/" || $0 == "." }
    return (parts.dropLast().joined(separator: "."), parts.last.map(String.init) ?? "")
  }

  /// The layers as they follow each other: by the number in their names if that is all they differ
  /// in, or else by the only order in which each takes what the one before gives.
  private static func ordered(
    _ entries: [Entry], _ file: File
  ) throws(ModelError) -> (layers: [Entry], byShape: Bool) {
    if entries.count == 1 { return (entries, false) }
    let numbered = entries.map { (number: number(in: $0.name), entry: $0) }
    let patterns = Set(numbered.map { $0.number?.rest })
    let numbers = Set(numbered.map { $0.number?.value })
    if patterns.count == 1, !patterns.contains(nil), numbers.count == entries.count {
      let sorted = numbered.sorted { ($0.number?.value ?? 0) < ($1.number?.value ?? 0) }
      return (sorted.map(\.entry), false)
    }
    var search = OrderSearch(entries)
    search.run()
    guard let order = search.found, search.isUnique else {
      throw ModelError(file: file.path, .layerOrder(entries.map(\.name)))
    }
    return (order.map { entries[$0] }, true)
  }

  /// The last number in a name.
  static func lastNumber(in name: String) -> Int? { number(in: name)?.value }

  /// The last number in a name, and the name without it.
  private static func number(in name: String) -> (value: Int, rest: String)? {
    guard let last = name.lastIndex(where: \.isWholeNumber) else { return nil }
    let end = name.index(after: last)
    let start = name[..<end].lastIndex { !$0.isWholeNumber }.map { name.index(after: $0) }
    let digits = name[(start ?? name.startIndex)..<end]
    return Int(digits).map {
      ($0, String(name[..<(start ?? name.startIndex)]) + "#" + name[end...])
    }
  }
}

/// Looks for orders in which each layer takes as many numbers as the one before gives.
private struct OrderSearch {
  let entries: [StateDictionary.Entry]
  private(set) var found: [Int]?
  private(set) var isUnique = true
  /// What cannot be told soon is not told.
  private var stepsLeft = 100_000

  init(_ entries: [StateDictionary.Entry]) { self.entries = entries }

  mutating func run() { extend([]) }

  private mutating func extend(_ order: [Int]) {
    if order.count == entries.count {
      isUnique = found == nil
      found = found ?? order
      return
    }
    for next in entries.indices where isUnique && !order.contains(next) {
      stepsLeft -= 1
      if stepsLeft <= 0 {
        isUnique = false
        return
      }
      if let last = order.last, entries[last].outputs != entries[next].inputs { continue }
      extend(order + [next])
    }
  }
}
