internal import HDF5
internal import Networks

/// The loss of a Keras model, from its training configuration.
struct KerasLoss {
  private(set) var loss: Loss?
  /// Why there is none, although the file names one.
  private(set) var problem: ModelError?
  private(set) var notes: [String] = []
  /// Those of the notes that say what was assumed.
  private(set) var assumptions: [String] = []

  /// Whether the file names it by a short name, `mse` for example.
  private var shortName: String?

  /// Reads a training configuration; `nil` if it names no loss.
  init?(training text: String, isKeras3: Bool, file: String, place: String) {
    do throws(ModelProblem) {
      guard let named = Self(training: try JSONValue(parsing: text), isKeras3, file, place) else {
        return nil
      }
      self = named
    } catch {
      problem = ModelError(file: file, place, error)
    }
  }

  /// The same, of a configuration that has been read: the `compile_config` of an archive.
  init?(training: JSONValue?, _ isKeras3: Bool, _ file: String, _ place: String) {
    guard let training, let named = training["loss"] else { return nil }
    do throws(ModelProblem) {
      try read(named, weights: training["loss_weights"], isKeras3: isKeras3)
    } catch {
      problem = ModelError(file: file, place, error)
    }
  }

  /// Says that Keras cannot load a whole model in HDF5 again.
  mutating func noteShortName(isKeras3: Bool) {
    guard isKeras3, let shortName else { return }
    notes.append(
      "Keras 3 cannot load this file again because its loss is named \(shortName): "
        + "use keras.models.load_model(..., compile=False).")
  }

  /// A loss by its name, by its object, or alone in a list or under its output's name.
  private mutating func read(
    _ value: JSONValue, weights: JSONValue?, isKeras3: Bool
  ) throws(ModelProblem) {
    let value = Self.unwrapped(value)
    let settings = value["config"]
    let className = value["class_name"]?.text
    // A function that is stored as an object carries its name as its configuration.
    let name = value.text ?? settings?.text ?? className ?? value.excerpt
    // A class of the user's own is registered as `package>Name`.
    let own = name.split(separator: ">").last.map(String.init) ?? name
    if let named = Loss(named: own), case .quantile = named {
      loss = try Self.quantileLoss(name, settings)
      return
    }
    guard let named = Loss(named: name) else { throw .unknownLoss(name) }
    loss = try Self.loss(named, settings)
    noteReduction(settings?["reduction"]?.text)
    if let weights, weights.flatNumbers != [1] {
      notes.append("The weight that compile() gave to the loss is not part of the loss shown here.")
    }
    shortName = value.text.flatMap(Self.fullName) == nil ? nil : name
    if case .huber = named, isKeras3, settings?["delta"] == nil, className != nil {
      assumptions = ["Keras 3 does not save the delta of Huber's loss: it is taken to be 1."]
      notes += assumptions
    }
  }

  /// The full name of a loss by its short one, `mse` for example; `nil` for any other name.
  static func fullName(of alias: String) -> String? {
    let aliases = ["mse", "mae", "mape", "msle", "bce", "kld"]
    return aliases.contains(alias.lowercased()) ? Loss(named: alias)?.name : nil
  }

  private static func unwrapped(_ value: JSONValue) -> JSONValue {
    switch value {
    case .list(let list) where list.count == 1: list[0]
    case .object(let members) where members.count == 1 && members["class_name"] == nil:
      members.values.first ?? value
    default: value
    }
  }

  /// The loss with the settings that change its value.
  private static func loss(_ named: Loss, _ settings: JSONValue?) throws(ModelProblem) -> Loss {
    guard let settings, case .object = settings else { return named }
    let fromLogits = settings["from_logits"]?.boolean ?? false
    let smoothing = settings["label_smoothing"]?.number ?? 0
    guard (0..<1).contains(smoothing) else {
      throw .lossSetting("label_smoothing = \(smoothing)")
    }
    if let ignored = settings["ignore_class"] {
      throw .lossSetting("ignore_class = \(ignored.excerpt)")
    }
    let axis = settings["axis"]?.number ?? -1
    guard axis == -1 || axis == 1 else { throw .lossSetting("axis = \(axis)") }
    switch named {
    case .binaryCrossentropy:
      return .binaryCrossentropy(fromLogits: fromLogits, labelSmoothing: smoothing)
    case .categoricalCrossentropy:
      return .categoricalCrossentropy(fromLogits: fromLogits, labelSmoothing: smoothing)
    case .sparseCategoricalCrossentropy:
      return .sparseCategoricalCrossentropy(fromLogits: fromLogits)
    case .huber:
      let delta = settings["delta"]?.number ?? 1
      guard delta > 0, delta.isFinite else { throw .lossSetting("delta = \(delta)") }
      return .huber(delta: delta)
    default: return named
    }
  }

  /// A quantile loss of the user's own making, which Keras has not; its class saves which quantile under
  /// any of some usual names, a function does not.
  private static func quantileLoss(
    _ name: String, _ settings: JSONValue?
  ) throws(ModelProblem) -> Loss {
    let found = ["quantile", "tau", "alpha", "q"].compactMap { settings?[$0]?.number }.first
    guard let share = found else { throw .unknownLoss(name) }
    guard share > 0, share < 1 else { throw .lossSetting("quantile = \(share)") }
    return .quantile(share)
  }

  private mutating func noteReduction(_ reduction: String?) {
    guard let reduction, ["sum", "none", "mean_with_sample_weight"].contains(reduction) else {
      return
    }
    notes.append(
      "The loss was reduced by \"\(reduction)\" in training; here it is the mean over the samples.")
  }
}
