public import Diagnostics
public import LinearAlgebra
public import Networks

/// Grows a network by a plan, and measures what every step does.
///
/// Every layer's neurons are found on the network as it is by then: what one layer gains, the next
/// need not gain again.
///
/// - Parameters:
///   - network: the trained network.
///   - objective: the loss it was trained for.
///   - split: the samples, and which of them only judge; the same for all steps.
///   - plan: what to add.
///   - options: how neurons are looked for, and in which layers.
///   - progress: told what is being done, and the share of it that is done.
/// - Returns: the network and the steps.
/// - Throws: `DiagnosticsError` if the data cannot be diagnosed, `GrowthError` if a method cannot
///   make the neurons, and what the samples' source throws.
public func grow(
  _ network: Network<Float>, objective: Objective<Float>, split: SampleSplit, plan: GrowthPlan,
  options: DiagnosisOptions, progress: (@Sendable (String, Double) -> Void)? = nil
) async throws -> GrowthRun {
  let before = try await evaluate(
    network, objective: objective, split: split, workers: options.workers, progress: progress)
  var growing = Growing(
    network: network, state: before, objective: objective, split: split, plan: plan,
    options: options, progress: progress)
  var end: GrowthEnd?
  switch plan.aim {
  case .verdict: end = try await growing.followVerdict()
  case .counts(let counts):
    for count in counts { try await growing.add(count.neurons, to: count.layer) }
  case .budget(let parameters): end = try await growing.spend(parameters)
  case .threshold(let threshold): end = try await growing.add(above: threshold)
  }
  var run = GrowthRun(
    network: growing.network, before: before, steps: growing.steps, end: end, notes: growing.notes)
  run.sharpness = try await growing.sharpnessBeforeAndAfter(from: network)
  run.notes += growing.warnings(of: run, from: network)
  return run
}

/// A network while it grows.
struct Growing {
  var network: Network<Float>
  /// How the network does as it is.
  var state: SplitEvaluation
  var steps: [GrowthStep] = []
  var notes: [String] = []
  let objective: Objective<Float>
  let split: SampleSplit
  let plan: GrowthPlan
  private(set) var options: DiagnosisOptions
  let progress: (@Sendable (String, Double) -> Void)?

  init(
    network: Network<Float>, state: SplitEvaluation, objective: Objective<Float>,
    split: SampleSplit, plan: GrowthPlan, options: DiagnosisOptions,
    progress: (@Sendable (String, Double) -> Void)?
  ) {
    self.network = network
    self.state = state
    self.objective = objective
    self.split = split
    self.plan = plan
    self.options = options
    // Nothing here asks for it, and it takes many passes.
    self.options.networkLack = false
    self.progress = progress
  }

  /// The hidden layers that may grow.
  private var hiddenLayers: [Int] {
    network.layers.indices.dropLast().filter {
      options.layers?.contains($0) ?? true && !network.layers[$0].couplesUnits
    }
  }

  func diagnosis(_ options: DiagnosisOptions) async throws -> Diagnosis {
    try await diagnose(
      network, objective: objective, split: split, options: options, progress: progress)
  }

  // A neuron of a layer costs its fan-in, its bias and its fan-out.
  private func parametersPerNeuron(ofLayer layer: Int) -> Int {
    network.layers[layer].weights.rows + network.layers[layer + 1].outputs
  }
}

// MARK: - What is added

extension Growing {
  /// Grows what the verdict names, each layer once.
  ///
  /// - Returns: the verdict that names none; `nil` once all layers have grown.
  mutating func followVerdict() async throws -> GrowthEnd? {
    var open = hiddenLayers
    repeat {
      var options = options
      options.layers = open
      if plan.method == .gradmax {
        for layer in open { options.limits[layer] = gradmaxLimit(ofLayer: layer) }
      }
      let diagnosis = try await diagnosis(options)
      let verdict = diagnosis.verdict
      guard let layer = verdict.layerIndex,
        let growth = diagnosis.growth.first(where: { $0.layer == layer })
      else {
        try await useFreeUnits(diagnosis)
        return .verdict(verdict)
      }
      if plan.method == .tiny {
        try await take(growth, from: diagnosis)
      } else {
        try await make(growth.suggestedNeurons, inLayer: layer, moments: diagnosis.moments)
      }
      open.removeAll { $0 == layer }
    } while !open.isEmpty
    return nil
  }

  /// Adds exactly so many neurons to a layer.
  ///
  /// As many as a diagnosis suggests are the suggested ones: a search for a given number refines other
  /// candidates. A diagnosis has only so many candidates, so that it may take several. Where no
  /// amplitude of any lowers the loss, random neurons without fan-out take their place.
  mutating func add(_ count: Int, to layer: Int) async throws {
    if network.layers[layer].couplesUnits {
      throw GrowthError.coupledUnits(layer: network.layers[layer].name)
    }
    var options = options
    options.layers = [layer]
    guard plan.method == .tiny else {
      // No layer is looked at: GradMax wants the moments and nothing else.
      options.layers = []
      let moments = plan.method == .gradmax ? try await diagnosis(options).moments : nil
      return try await make(count, inLayer: layer, moments: moments)
    }
    if count <= options.neuronLimit {
      let diagnosis = try await diagnosis(options)
      if let growth = diagnosis.growth.first, growth.suggestedNeurons == count {
        return try await take(growth, from: diagnosis)
      }
    }
    var left = count
    while left > 0 {
      options.counts = [layer: left]
      options.neuronLimit = max(self.options.neuronLimit, left)
      let diagnosis = try await diagnosis(options)
      guard let growth = diagnosis.growth.first, growth.suggestedNeurons > 0 else {
        try await makeSilent(left, inLayer: layer)
        return
      }
      try await take(growth, from: diagnosis)
      left -= growth.suggestedNeurons
    }
  }

  /// Grows the layer that gains most per parameter, as long as neurons are suggested that fit.
  ///
  /// - Returns: why no more was added.
  mutating func spend(_ budget: Int) async throws -> GrowthEnd {
    var left = budget
    while true {
      var options = options
      for layer in hiddenLayers {
        options.limits[layer] = left / parametersPerNeuron(ofLayer: layer)
      }
      let affordable = hiddenLayers.filter { options.limits[$0, default: 0] > 0 }
      guard !affordable.isEmpty || hiddenLayers.isEmpty else {
        return .budgetSpent(parametersLeft: left)
      }
      options.layers = affordable
      let diagnosis = try await diagnosis(options)
      let gains = diagnosis.growth.filter { $0.gainPerParameter ?? 0 > 0 }
      guard
        let best = gains.max(by: { $0.gainPerParameter ?? 0 < $1.gainPerParameter ?? 0 })
      else { return .verdict(diagnosis.verdict) }
      try await take(best, from: diagnosis)
      left -= steps.last?.addedParameters ?? best.parameterCost
    }
  }

  /// Adds the paper's neurons of λ² > τ to every layer, from the first on.
  ///
  /// - Returns: why none was added; `nil` if any was.
  mutating func add(above threshold: Double) async throws -> GrowthEnd? {
    var strongest = 0.0
    for layer in hiddenLayers {
      var options = options
      options.solver = .sequential
      options.threshold = threshold
      options.layers = [layer]
      let diagnosis = try await diagnosis(options)
      guard let growth = diagnosis.growth.first else { continue }
      let values = growth.paper.singularValues
      strongest = max(strongest, values.first.map { $0 * $0 } ?? 0)
      if growth.suggestedNeurons > 0 {
        try await take(growth, from: diagnosis)
      } else if let first = values.first, first * first > threshold {
        notes.append(
          "\(network.layers[layer].name): the paper's neurons above the threshold lower the loss at "
            + "no amplitude; none was added.")
      }
    }
    guard steps.isEmpty else { return nil }
    return strongest > threshold
      ? .noneLowersLoss : .noneAboveThreshold(threshold: threshold, largest: strongest)
  }
}

// MARK: - How it is added

extension Growing {
  /// Applies the neurons of a diagnosis, at its amplitudes or at the plan's.
  mutating func take(_ growth: GrowthDiagnosis, from diagnosis: Diagnosis) async throws {
    let free = freeUnits(ofLayer: growth.layer, diagnosis, count: growth.suggestedNeurons)
    if let amplitude = plan.amplitude {
      // √γ on both sides would leave neurons at zero that no gradient moves from there.
      let form: AmplitudeForm =
        growth.solver == .activationAware || amplitude == 0 ? .fanOut : .bothSides
      return try await apply(
        Addition(growth.neurons, layer: growth.layer, moments: diagnosis.moments),
        Amplitude(weightUpdate: amplitude, units: amplitude, form: form), method: .tiny,
        kind: growth.kind, free: free)
    }
    guard let weights = growth.addition, let lossGain = growth.lossGain else {
      preconditionFailure("nothing is suggested for layer \(growth.layer)")
    }
    let addition = Addition(weights, layer: growth.layer)
    if growth.solver == .activationAware,
      plan.purpose.triesSmall(inputs: network.layers[growth.layer].inputs)
    {
      let fanIn = Addition(growth.neurons, layer: growth.layer, moments: diagnosis.moments).fanIn
      let small = Addition(
        layer: growth.layer, fanIn: GrowthPurpose.smallDeviation * fanIn,
        fanOut: Matrix(rows: fanIn.columns, columns: weights.fanOut.columns))
      if try await endsLower(small, than: addition) {
        notes.append(
          "\(network.layers[growth.layer].name): the new neurons begin with a small fan-in and no "
            + "fan-out, which ends lower in a short training: the outputs stay as they are until "
            + "training goes on. Made for now, they lower the loss at once.")
        return try await apply(
          small, Amplitude(weightUpdate: 0, units: 0), method: .tiny, kind: growth.kind, free: free)
      }
    }
    let share = try await stableShare(of: addition)
    // The amplitudes are multiplied out.
    try await apply(
      addition, Amplitude(weightUpdate: share, units: share), method: .tiny, kind: growth.kind,
      diagnosed: share == 1 ? lossGain : nil, free: free)
  }

  /// Adds neurons of a method that needs no diagnosis.
  mutating func make(
    _ count: Int, inLayer layer: Int, moments: Moments?
  ) async throws {
    let addition: Addition
    switch plan.method {
    case .tiny: preconditionFailure("neurons of a diagnosis without one")
    case .gradmax:
      guard let moments else { preconditionFailure("GradMax without moments") }
      addition = try .gradmax(layer: layer, count: count, of: network, moments: moments)
    case .net2wider:
      addition = .net2wider(layer: layer, count: count, of: network, seed: seed)
    case .random: addition = .random(layer: layer, count: count, of: network, seed: seed)
    }
    let amplitude = plan.amplitude ?? 1
    try await apply(
      addition, Amplitude(weightUpdate: amplitude, units: amplitude), method: plan.method)
  }

  /// Adds neurons that say nothing yet.
  private mutating func makeSilent(_ count: Int, inLayer layer: Int) async throws {
    let neurons = count == 1 ? "1 random neuron was" : "\(count) random neurons were"
    notes.append(
      "\(network.layers[layer].name): no new neurons were found that lower the loss; \(neurons) "
        + "added instead, without fan-out: the outputs stay as they are until training goes on.")
    try await apply(
      .random(layer: layer, count: count, of: network, seed: seed),
      Amplitude(weightUpdate: 0, units: 0), method: .random)
  }

  /// Another one after every step: the same random neurons twice would stay the same for ever.
  private var seed: UInt64 { options.seed &+ UInt64(network.parameterCount) }

  private func gradmaxLimit(ofLayer layer: Int) -> Int {
    min(network.layers[layer].inputs, network.layers[layer + 1].outputs)
  }

  private mutating func apply(
    _ addition: Addition, _ amplitude: Amplitude, method: GrowthMethod, kind: NeuronKind? = nil,
    diagnosed: LossGain? = nil, free: [FreeUnit] = []
  ) async throws {
    var grown = try network.grown(by: addition, amplitude: amplitude)
    if !free.isEmpty { grown = grown.movingLastUnits(into: free, ofLayer: addition.layer) }
    let after = try await evaluate(
      grown, objective: objective, split: split, workers: options.workers, progress: progress)
    steps.append(
      GrowthStep(
        layer: addition.layer, layerName: network.layers[addition.layer].name,
        unitsBefore: network.layers[addition.layer].outputs, neurons: addition.count,
        reusedUnits: free.count, method: method, kind: kind, diagnosed: diagnosed,
        amplitude: diagnosed?.amplitude ?? amplitude.units,
        updateAmplitude: diagnosed?.updateAmplitude ?? amplitude.weightUpdate,
        parametersBefore: network.parameterCount, parametersAfter: grown.parameterCount,
        before: state, after: after))
    network = grown
    state = after
  }
}
