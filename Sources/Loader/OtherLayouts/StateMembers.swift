internal import HDF5

/// The roles of the datasets of a state dictionary, told by their names.
struct StateMembers {
  /// The fully connected layers, in the order of the file, which is alphabetical.
  private(set) var layers: [StateDictionary.Entry] = []
  private(set) var normalizations: [StateDictionary.BatchNormalization] = []
  /// The notes on parts that were left out, in whole sentences.
  private(set) var notes: [String] = []
  /// The state of a training beside the model: members of the file's root.
  private(set) var trainingState: [String] = []
  private let file: File

  /// Deeper perceptrons are not trained.
  static let largestCount = 1000
  /// Groups that hold the weights of a model beside the state of its training, in a checkpoint.
  private static let modelGroups = ["model_state_dict", "state_dict", "model_state"]
  /// The state of a training.
  private static let trainingGroups: Set = [
    "optimizer_state_dict", "optimizer_states", "optimizer_state", "optimizer", "optim",
    "scheduler_state_dict", "lr_scheduler_state_dict", "lr_schedulers", "scheduler", "scaler",
    "scaler_state_dict", "rng_state",
  ]
  /// The datasets of a normalization beside weight and bias.
  private static let statistics: Set = ["running_mean", "running_var", "num_batches_tracked"]

  /// - Throws: `ModelError` if there are weights, and they are not those of fully connected layers and
  ///   their normalizations alone.
  init(of file: File) throws(ModelError) {
    self.file = file
    let paths = try modelPaths(among: Self.datasetPaths(of: file))
    let parts = paths.map { (path: $0, name: Self.split($0)) }
    let byLayer = Dictionary(grouping: parts) { $0.name.layer }
    guard parts.contains(where: { $0.name.parameter == "weight" && !$0.name.layer.isEmpty }) else {
      notes = []
      return
    }
    try checkIsFlat(parts)
    for (layer, members) in byLayer.sorted(by: { $0.key < $1.key }) where !layer.isEmpty {
      func member(_ parameter: String) throws(ModelError) -> Dataset? {
        let found = members.first { $0.name.parameter == parameter }
        return try found.map { (member) throws(ModelError) in try dataset(member.path) }
      }
      if layer == "data" || layer == "validation" { continue }
      if let mean = try member("running_mean"), let variance = try member("running_var") {
        normalizations.append(
          StateDictionary.BatchNormalization(
            name: layer, mean: mean, variance: variance, weight: try member("weight"),
            bias: try member("bias")))
        try checkMembers(members, known: Self.statistics.union(["weight", "bias"]))
        continue
      }
      guard let weight = try member("weight") else {
        try checkMembers(members, known: ["bias"])
        continue
      }
      guard layers.count < Self.largestCount else {
        throw ModelError(file: file.path, .tooManyLayers(Self.largestCount))
      }
      try checkMembers(members, known: ["weight", "bias"])
      layers.append(StateDictionary.Entry(name: layer, weight: weight, bias: try member("bias")))
    }
  }

  /// A mask, half of a weight, or what else no fully connected layer has: leaving it out would change
  /// what the network computes.
  private func checkMembers(
    _ members: [(path: String, name: (layer: String, parameter: String))], known: Set<String>
  ) throws(ModelError) {
    guard let other = members.first(where: { !known.contains($0.name.parameter) }) else { return }
    throw ModelError(file: file.path, "/" + other.path, .unknownMember(other.name.parameter))
  }

  /// That no layer is a convolution or a normalization that acts on each sample.
  private func checkIsFlat(
    _ parts: [(path: String, name: (layer: String, parameter: String))]
  ) throws(ModelError) {
    let normalized = Set(
      parts.filter { Self.statistics.contains($0.name.parameter) }.map(\.name.layer))
    var (flat, others): ([String], [Dataset]) = ([], [])
    for part in parts
    where part.name.parameter == "weight" && !part.name.layer.isEmpty
      && !normalized.contains(part.name.layer)
    {
      let weight = try dataset(part.path)
      if weight.shape.count == 2 {
        flat.append(part.name.layer)
      } else {
        others.append(weight)
      }
    }
    guard let other = others.first else { return }
    let isConvolution = others.contains { (3...5).contains($0.shape.count) }
    throw ModelError(
      file: file.path, other.path,
      isConvolution && !flat.isEmpty
        ? .convolutions(head: flat) : .notFlat(found: other.shape))
  }

  /// The datasets that are the model's, without those of a training beside it.
  private mutating func modelPaths(among paths: [String]) -> [String] {
    func top(_ path: String) -> String {
      path.split(whereSeparator: { $0 == "/" || $0 == "." }).first.map(String.init) ?? ""
    }
    let tops = Set(paths.map(top))
    let leftOut: [String]
    let kept: [String]
    if let group = Self.modelGroups.first(where: tops.contains) {
      kept = paths.filter { top($0) == group }.map { String($0.dropFirst(group.count + 1)) }
      prefix = group
      leftOut = tops.filter { $0 != group && Self.trainingGroups.contains($0) }.sorted()
    } else {
      kept = paths.filter { !Self.trainingGroups.contains(top($0)) }
      leftOut = tops.filter(Self.trainingGroups.contains).sorted()
    }
    trainingState = leftOut
    if !leftOut.isEmpty {
      notes.append("Left out, as the state of a training: \(listText(leftOut)).")
    }
    return kept
  }

  /// The group that the model's weights are in; nothing for the root.
  private var prefix = ""

  private func dataset(_ path: String) throws(ModelError) -> Dataset {
    try reading { () throws(HDF5Error) in
      if prefix.isEmpty { return try file.root.dataset(path) }
      // `model_state_dict/0.weight`, or `model_state_dict.0.weight`.
      let isGroup = try file.root.kind(of: "\(prefix)/\(path)") != nil
      return try file.root.dataset("\(prefix)\(isGroup ? "/" : ".")\(path)")
    }
  }

  /// `net.0.weight` and `net/0/weight` are the parameter `weight` of the layer `net.0`.
  private static func split(_ path: String) -> (layer: String, parameter: String) {
    let parts = path.split { $0 == "/" || $0 == "." }
    return (parts.dropLast().joined(separator: "."), parts.last.map(String.init) ?? "")
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
}
