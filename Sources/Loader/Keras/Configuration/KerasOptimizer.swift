internal import LinearAlgebra
internal import Networks

/// The optimizer of a Keras model, from its training configuration.
struct KerasOptimizer {
  /// `nil` if it is none that is known here.
  private(set) var settings: OptimizerSettings?
  private(set) var notes: [String] = []

  /// Reads a description: an object with a class name and a configuration, or a name alone.
  init(_ described: JSONValue) {
    // Mixed precision wraps the optimizer in another.
    let description = described["config"]?["inner_optimizer"] ?? described
    // Keras 2 writes `Custom>Adam`.
    let full = description.text ?? description["class_name"]?.text ?? ""
    let name = full.split(separator: ">").last.map(String.init) ?? full
    let config = description["config"] ?? .object([:])
    guard let rule = Self.rule(name, config) else {
      notes.append(
        "The file names \(name.isEmpty ? "an optimizer" : name), which is not simulated: Adam takes "
          + "its place; another one can be named.")
      return
    }
    var optimizer = OptimizerSettings(rule)
    if let rate = rate(config["learning_rate"] ?? config["lr"]) { optimizer.learningRate = rate }
    let usualDecay = name.lowercased() == "adamw" ? 0.004 : 0
    optimizer.weightDecay = Self.positive(config["weight_decay"]) ?? usualDecay
    optimizer.clipping =
      Self.positive(config["clipnorm"]).map { .norm($0) }
      ?? Self.positive(config["global_clipnorm"]).map { .globalNorm($0) }
      ?? Self.positive(config["clipvalue"]).map { .value($0) }
    settings = optimizer
    if Self.positive(config["decay"]) != nil {
      notes.append("The optimizer lets its learning rate decay; here it stays as it is.")
    }
    if config["use_ema"]?.boolean == true {
      notes.append("The optimizer averages the weights over steps; here it does not.")
    }
    if let steps = config["gradient_accumulation_steps"]?.number, steps > 1 {
      notes.append(
        "The optimizer adds up \(Int(nearest: steps)) batches before a step; here each is a step.")
    }
  }

  /// A learning rate, or that of the beginning of a schedule.
  private mutating func rate(_ value: JSONValue?) -> Double? {
    guard let value else { return nil }
    if let rate = value.number ?? value["value"]?.number {
      return rate > 0 && rate.isFinite ? rate : nil
    }
    let config = value["config"]
    let initial =
      Self.positive(config?["initial_learning_rate"]) ?? config?["values"]?.list?.first?.number
    guard let initial, initial > 0, initial.isFinite else {
      notes.append(
        "The learning rate follows a schedule that is not understood: the optimizer's usual one is "
          + "taken; another one can be named.")
      return nil
    }
    notes.append(
      "The learning rate follows a \(value["class_name"]?.text ?? "schedule"): training goes on with "
        + "its first one, \(initial); another one can be named.")
    return initial
  }

  private static func positive(_ value: JSONValue?) -> Double? {
    guard let number = value?.number ?? value?["value"]?.number, number > 0, number.isFinite else {
      return nil
    }
    return number
  }

  private static func rule(_ name: String, _ config: JSONValue) -> UpdateRule? {
    func share(_ key: String, _ standard: Double) -> Double {
      guard let number = config[key]?.number, number >= 0, number <= 1 else { return standard }
      return number
    }
    func positive(_ key: String, _ standard: Double) -> Double {
      Self.positive(config[key]) ?? standard
    }
    let epsilon = positive("epsilon", 1e-7)
    switch name.lowercased() {
    case "sgd":
      return .sgd(
        momentum: share("momentum", 0), nesterov: config["nesterov"]?.boolean ?? false)
    case "adam", "adamw":
      return .adam(
        beta1: share("beta_1", 0.9), beta2: share("beta_2", 0.999), epsilon: epsilon,
        amsgrad: config["amsgrad"]?.boolean ?? false)
    case "rmsprop":
      return .rmsprop(
        rho: share("rho", 0.9), momentum: share("momentum", 0), epsilon: epsilon,
        centered: config["centered"]?.boolean ?? false)
    case "adagrad":
      return .adagrad(
        initialAccumulator: positive("initial_accumulator_value", 0.1), epsilon: epsilon)
    default: return nil
    }
  }
}
