import Diagnostics
import LinearAlgebra
import Networks

extension Growing {
  /// Applies the neurons of a diagnosis, at its amplitudes or at the plan's.
  mutating func take(_ growth: GrowthDiagnosis, from diagnosis: Diagnosis) async throws {
    let free = freeUnits(ofLayer: growth.layer, diagnosis, count: growth.suggestedNeurons)
    guard plan.amplitude == nil, let lossGain = growth.lossGain,
      let neurons = NeuronsFound(growth, diagnosis.moments)
    else {
      return try await take(growth, from: diagnosis, amplitude: plan.amplitude, free: free)
    }
    let share = try await stableShare(of: neurons.addition)
    let begin = try await beginning(
      of: neurons, share: share, gain: lossGain, layer: growth.layer, moments: diagnosis.moments)
    try await apply(
      begin.addition, begin.amplitudes, method: begin.kind.method,
      kind: begin.kind.method == .tiny ? growth.kind : nil,
      lossGain: begin.kind == .found && share == 1 ? lossGain : nil, free: free)
  }

  private mutating func take(
    _ growth: GrowthDiagnosis, from diagnosis: Diagnosis, amplitude: Double?, free: [FreeUnit]
  ) async throws {
    let found = Addition(growth.neurons, layer: growth.layer, moments: diagnosis.moments)
    let addition = Addition(
      layer: growth.layer,
      fanIn: plan.fanInScale * widened(found.fanIn, toLayer: growth.layer),
      fanOut: found.fanOut, weightUpdate: found.weightUpdate)
    let form = growth.solver == .activationAware ? AmplitudeForm.fanOut : .bothSides
    var reach: Reach?
    if amplitude == nil, let lossOf, let evaluatedLoss {
      reach = try await self.reach(of: addition, form, lossOf, from: evaluatedLoss)
      if reach == nil, !remains(growth) { return }
    }
    // No loss of a recording says how far to go, unless its owner finds it.
    let chosen = amplitude ?? reach?.amplitude ?? 0
    try await apply(
      addition, chosen * .whole,
      // √γ on both sides would leave neurons at zero that no gradient moves from there.
      form: chosen == 0 ? .fanOut : form, method: .tiny, kind: growth.kind,
      closedLack: growth.closedLack,
      evaluatedLoss: reach?.loss ?? (chosen == 0 ? evaluatedLoss : nil), free: free)
  }

  /// Whether neurons that lower the owner's loss at no amplitude are added all the same, as so many
  /// were asked for; a note says what becomes of them.
  private mutating func remains(_ growth: GrowthDiagnosis) -> Bool {
    let name = layerText(network.layers[growth.layer].name)
    guard case .counts = plan.aim else {
      notes.append(
        "\(name): the evaluated loss falls at no amplitude of the neurons found: none were added.")
      return false
    }
    notes.append(
      "\(name): the evaluated loss falls at no amplitude of the neurons found: they were added without "
        + "fan-out, and the network answers as before.")
    return true
  }

  /// Fan-in with zeros for units that the layer before got since the diagnosis.
  private func widened(_ fanIn: Matrix<Double>, toLayer layer: Int) -> Matrix<Double> {
    let (inputs, rows) = (network.layers[layer].inputs, network.layers[layer].weights.rows)
    guard fanIn.rows < rows else { return fanIn }
    let known = fanIn.rows - (rows - inputs)
    return Matrix(rows: rows, columns: fanIn.columns) { row, column in
      if row < known { return fanIn[row, column] }
      return row < inputs ? 0 : fanIn[row - inputs + known, column]
    }
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
    try await apply(addition, (plan.amplitude ?? 1) * .whole, method: plan.method)
  }

  /// Adds random neurons without fan-out.
  ///
  /// - Parameters:
  ///   - count: how many.
  ///   - layer: the hidden layer.
  ///   - note: says why, given their number in words.
  /// - Throws: `GrowthError` if the layer cannot get neurons, and what the samples' source throws.
  mutating func makeSilent(
    _ count: Int, inLayer layer: Int, note: (String) -> String
  ) async throws {
    let neurons = count == 1 ? "1 random neuron was" : "\(count) random neurons were"
    notes.append("\(layerText(network.layers[layer].name)): \(note(neurons))")
    try await apply(
      .random(layer: layer, count: count, of: network, seed: seed),
      .zero, method: .random, evaluatedLoss: evaluatedLoss)
  }

  /// Another one after every step: the same random neurons twice would stay the same for ever.
  var seed: UInt64 { options.seed &+ UInt64(network.parameterCount) }

  private mutating func apply(
    _ addition: Addition, _ amplitudes: Amplitudes, form: AmplitudeForm = .fanOut,
    method: GrowthMethod, kind: NeuronKind? = nil, lossGain: LossGain? = nil,
    closedLack: ClosedLack? = nil, evaluatedLoss known: Double? = nil, free: [FreeUnit] = []
  ) async throws {
    var grown = try network.grown(by: addition, amplitudes: amplitudes, form: form)
    if !free.isEmpty { grown = grown.movingLastUnits(into: free, ofLayer: addition.layer) }
    let before = try await losses()
    let after = try await evaluation(of: grown)
    var evaluated: EvaluatedLosses?
    if let lossOf, let before = evaluatedLoss {
      let loss: Double
      if let known { loss = known } else { loss = try await lossOf(grown) }
      evaluated = EvaluatedLosses(before: before, after: loss)
      evaluatedLoss = loss
    }
    steps.append(
      GrowthStep(
        layer: addition.layer, layerName: network.layers[addition.layer].name,
        unitsBefore: network.layers[addition.layer].outputs, neurons: addition.count,
        reusedUnits: free.count, method: method, kind: kind, diagnosed: lossGain,
        closedLack: closedLack, amplitudes: lossGain?.amplitudes ?? amplitudes,
        parametersBefore: network.parameterCount, parametersAfter: grown.parameterCount,
        before: before, after: after, evaluated: evaluated))
    network = grown
    state = after
    if case .model(_, let objective) = diagnosed { diagnosed = .model(grown, objective) }
  }
}
