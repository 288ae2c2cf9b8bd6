internal import HDF5
internal import LinearAlgebra
internal import Networks

/// The layout any program can write: the group `/model` with the attributes `format`, `version` and
/// `loss`, and `/model/layers/NNN_name` with `weight` (outputs × inputs), `bias` and `activation`.
struct NativeModel {
  let file: File

  static let format = "tiny-diagnose"
  static let version = 1
  /// Deeper perceptrons are not trained; a file that lists more is made to keep us busy.
  private static let largestCount = 1000

  /// Whether the file says it is of this kind.
  static func matches(_ file: File) throws(HDF5Error) -> Bool {
    guard try file.root.kind(of: "model") == .group else { return false }
    return try file.root.group("model").attribute("format")?.text() == format
  }

  /// Reads layers and loss.
  func load() throws(ModelError) -> LoadedModel {
    let model = try reading { () throws(HDF5Error) in try file.root.group("model") }
    let version = try reading { () throws(HDF5Error) in
      try model.attribute("version")?.integer()
    }
    guard let version else { throw failure(model.path, .missingAttribute("version")) }
    guard (1...Self.version).contains(version) else {
      throw failure(
        "\(model.path)@version", .newerVersion(found: version, known: Self.version))
    }
    var builder = NetworkBuilder(file: file.path, inputShape: [])
    for (name, group) in try layerGroups() { try append(name, group, to: &builder) }
    let network = try builder.network()
    let (loss, lossProblem) = try self.loss(of: model)
    return LoadedModel(
      path: file.path, format: .native, producer: "\(Self.format) layout \(version)",
      inputShape: [network.inputCount], network: network, loss: loss, lossProblem: lossProblem,
      notes: [], carriesData: try SampleSearch(file: file).findsSamples(),
      structure: builder.structure)
  }

  /// The layers' groups in the order of their numbers, with the names that follow those.
  func layerGroups() throws(ModelError) -> [(name: String, group: Group)] {
    try numberedGroups(in: "model/layers")
  }

  /// The groups in one, in the order of their numbers, with the names that follow those.
  func numberedGroups(in path: String) throws(ModelError) -> [(name: String, group: Group)] {
    let layers = try reading { () throws(HDF5Error) in try file.root.group(path) }
    var numbered: [(number: Int, name: String, group: Group)] = []
    let children = try reading { () throws(HDF5Error) in
      try layers.childNames(limit: Self.largestCount + 1)
    }
    guard children.count <= Self.largestCount else {
      throw failure(layers.path, .tooManyLayers(Self.largestCount))
    }
    for child in children {
      let parts = child.split(separator: "_", maxSplits: 1)
      guard parts.count == 2, let number = Int(parts[0]), number >= 0,
        !numbered.contains(where: { $0.number == number })
      else { throw failure(layers.path, .layerName(child)) }
      let group = try reading { () throws(HDF5Error) in try layers.group(child) }
      numbered.append((number, String(parts[1]), group))
    }
    numbered.sort { $0.number < $1.number }
    let names = numbered.map(\.name)
    let isUnique = Set(names).count == names.count
    return numbered.map { entry in
      let whole = entry.group.path.split(separator: "/").last.map(String.init)
      return (isUnique ? entry.name : whole ?? entry.name, entry.group)
    }
  }

  private func append(
    _ name: String, _ group: Group, to builder: inout NetworkBuilder
  ) throws(ModelError) {
    let (kernel, bias) = try datasets(of: group)
    let weights = try WeightReader(file: file).dense(
      kernel: kernel, bias: bias, inputs: builder.width, follows: builder.denseCount > 0,
      units: nil, isTransposed: true)
    try builder.append(
      dense: name, weights: weights, hasBias: bias != nil, activation: try activation(of: group))
  }

  /// A layer's weight and its bias, if it has one.
  func datasets(of group: Group) throws(ModelError) -> (kernel: Dataset, bias: Dataset?) {
    let members = try reading { () throws(HDF5Error) in try group.childNames(limit: 100) }
    if let unknown = members.first(where: { $0 != "weight" && $0 != "bias" }) {
      throw failure(group.path, .unknownMember(unknown))
    }
    let kernel = try reading { () throws(HDF5Error) in try group.dataset("weight") }
    let bias =
      members.contains("bias")
      ? try reading { () throws(HDF5Error) in try group.dataset("bias") } : nil
    return (kernel, bias)
  }

  /// The attribute `activation`: one of Keras 3's names, its parameters beside it.
  func activation(of group: Group) throws(ModelError) -> Activation {
    guard let name = try text("activation", of: group) else {
      throw failure(group.path, .missingAttribute("activation"))
    }
    guard let activation = Activation(written: name) else {
      throw failure("\(group.path)@activation", .unknownActivation(name))
    }
    switch activation {
    case .rectifier(let slope, let maximum, let threshold):
      return .rectifier(
        negativeSlope: try number("negative_slope", of: group) ?? slope,
        maximum: try number("max_value", of: group) ?? maximum,
        threshold: try number("threshold", of: group) ?? threshold)
    case .elu(let alpha): return .elu(alpha: try number("alpha", of: group) ?? alpha)
    case .celu(let alpha): return .celu(alpha: try number("alpha", of: group) ?? alpha)
    case .gelu: return .gelu(approximate: try number("approximate", of: group) ?? 0 != 0)
    default: return activation
    }
  }

  /// The attribute `loss`, its parameters beside it.
  private func loss(of model: Group) throws(ModelError) -> (Loss?, ModelError?) {
    guard let name = try text("loss", of: model) else { return (nil, nil) }
    guard let loss = Loss(named: name) else {
      return (nil, failure("\(model.path)@loss", .unknownLoss(name)))
    }
    let fromLogits = try number("from_logits", of: model) ?? 0 != 0
    let smoothing = try number("label_smoothing", of: model) ?? 0
    switch loss {
    case .binaryCrossentropy:
      return (.binaryCrossentropy(fromLogits: fromLogits, labelSmoothing: smoothing), nil)
    case .categoricalCrossentropy:
      return (.categoricalCrossentropy(fromLogits: fromLogits, labelSmoothing: smoothing), nil)
    case .sparseCategoricalCrossentropy:
      return (.sparseCategoricalCrossentropy(fromLogits: fromLogits), nil)
    case .huber(let delta): return (.huber(delta: try number("delta", of: model) ?? delta), nil)
    case .quantile(let share):
      let share = try number("quantile", of: model) ?? share
      guard share > 0, share < 1 else {
        return (nil, failure("\(model.path)@quantile", .lossSetting("quantile = \(share)")))
      }
      return (.quantile(share), nil)
    default: return (loss, nil)
    }
  }

  func text(_ name: String, of group: Group) throws(ModelError) -> String? {
    try reading { () throws(HDF5Error) in try group.attribute(name)?.text() }
  }

  /// A finite number.
  func number(_ name: String, of group: Group) throws(ModelError) -> Double? {
    let number = try reading { () throws(HDF5Error) in try group.attribute(name)?.number() }
    if let number, !number.isFinite {
      throw failure(
        "\(group.path)@\(name)", .notFinite(value: number, index: []))
    }
    return number
  }

  private func failure(_ place: String, _ problem: ModelProblem) -> ModelError {
    ModelError(file: file.path, place, problem)
  }
}
