public import ArgumentParser
public import Growth
import Networks

/// What to add to a model.
struct PlanOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Add exactly so many neurons to a hidden layer; may be repeated (default: what the report "
        + "suggests).", valueName: "layer=k"), transform: NamedCount.init(parsing:))
  var add: [NamedCount] = []

  @Option(
    help: ArgumentHelp(
      "Add at most so many weights and biases, where they gain most.", valueName: "parameters"))
  var budget: Int?

  @Option(
    help: ArgumentHelp(
      "Add the paper's neurons whose λ² is above this (with the solver sequential).",
      valueName: "tau"))
  var threshold: Double?

  @Option(help: "How new neurons are made; the suggestion's way is tiny.")
  var method = GrowthMethod.tiny

  @Flag(help: "Take the amplitude as it is given instead of searching for the best.")
  var noLineSearch = false

  @Option(
    help: ArgumentHelp(
      "With --no-line-search, what multiplies the new neurons; with 0 the outputs stay as they are "
        + "(default: 1).", valueName: "gamma"))
  var amplitude: Double?

  @Option(
    help: ArgumentHelp(
      "With --no-line-search, what multiplies the weights of the new neurons' inputs beside that "
        + "(default: 1).", valueName: "factor"))
  var fanIn: Double?

  @Option(
    name: .customLong("for"),
    help: ArgumentHelp(
      "What the neurons are made for: the lowest loss at once (now), or after training on.",
      valueName: "purpose"))
  var purpose = GrowthPurpose.training

  @Flag(
    inversion: .prefixedNo,
    help: "Give the places of dead and duplicate units to new neurons, at no parameters.")
  var reuseDead = true

  @Option(
    help: ArgumentHelp(
      "The learning rate of SGD that training goes on with: what is added is kept small enough for it "
        + "(default: what the model's file says).", valueName: "rate"))
  var learningRate: Double?

  func validate() throws {
    if let learningRate, !(learningRate > 0 && learningRate.isFinite) {
      throw ValidationError("--learning-rate is \(learningRate), expected more than 0")
    }
    let aims = [
      add.isEmpty ? nil : "--add", budget.map { _ in "--budget" },
      threshold.map { _ in "--threshold" },
    ].compactMap { $0 }
    if aims.count > 1 {
      throw ValidationError("\(aims.joined(separator: " and ")) exclude each other")
    }
    if let budget, budget < 1 {
      throw ValidationError("--budget is \(budget), expected 1 or more")
    }
    if let threshold, !(threshold >= 0 && threshold.isFinite) {
      throw ValidationError("--threshold is \(threshold), expected 0 or more")
    }
    if let amplitude, !(amplitude >= 0 && amplitude.isFinite) {
      throw ValidationError("--amplitude is \(amplitude), expected 0 or more")
    }
    if amplitude != nil && !noLineSearch {
      throw ValidationError("--amplitude needs --no-line-search beside it")
    }
    if let fanIn {
      guard noLineSearch, method == .tiny else {
        throw ValidationError("--fan-in needs --no-line-search beside it, and the method tiny")
      }
      guard fanIn > 0, fanIn.isFinite else {
        throw ValidationError("--fan-in is \(fanIn), expected more than 0")
      }
    }
    if method != .tiny, let aim = aims.first, aim != "--add" {
      throw ValidationError("\(aim) needs --method tiny, not \(method.rawValue)")
    }
    for (index, count) in add.enumerated()
    where add.prefix(index).contains(where: { $0.layer == count.layer }) {
      throw ValidationError("--add names \(count.layer) twice")
    }
  }

  /// The plan, for a model whose layers have these names, and that was trained in this way.
  ///
  /// - Throws: `ValidationError` for a name that is none of the hidden layers'.
  func plan(among names: [String], training: TrainingConfiguration? = nil) throws -> GrowthPlan {
    let amplitude = noLineSearch ? amplitude ?? 1 : nil
    var plan = GrowthPlan(aim: try aim(among: names), method: method, amplitude: amplitude)
    plan.purpose = purpose
    plan.fanInScale = fanIn ?? 1
    plan.reusesFreeUnits = reuseDead
    plan.training = training
    plan.learningRate = learningRate ?? training?.optimizer.plainLearningRate
    return plan
  }

  private func aim(among names: [String]) throws -> GrowthPlan.Aim {
    if let budget { return .budget(parameters: budget) }
    if let threshold { return .threshold(threshold) }
    guard !add.isEmpty else { return .verdict }
    return .counts(
      try add.map { count in
        GrowthPlan.LayerCount(
          layer: try hiddenLayer(count.layer, among: names, option: "--add"),
          neurons: count.neurons)
      })
  }
}

/// A layer's name and a number of neurons, as in `hidden=4`.
struct NamedCount: Sendable {
  let layer: String
  let neurons: Int

  init(parsing text: String) throws {
    // A layer's name may hold an equals sign, a number cannot.
    guard let sign = text.lastIndex(of: "="), sign != text.startIndex,
      let neurons = Int(text[text.index(after: sign)...]), (1...1_000_000).contains(neurons)
    else {
      throw ValidationError("expected a layer's name and a number of neurons, as in hidden=4")
    }
    layer = String(text[..<sign])
    self.neurons = neurons
  }
}

extension GrowthMethod: ExpressibleByArgument {}
extension GrowthPurpose: ExpressibleByArgument {}
