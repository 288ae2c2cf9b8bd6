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
      // No loss of a recording says how far to go.
      return try await take(
        growth, from: diagnosis, amplitude: plan.amplitude ?? 0, free: free)
    }
    let share = try await stableShare(of: Addition(neurons.weights, layer: growth.layer))
    let begin = try await beginning(
      of: neurons, share: share, layer: growth.layer, moments: diagnosis.moments)
    try await apply(
      begin.addition, begin.amplitude, method: begin.kind.method,
      kind: begin.kind.method == .tiny ? growth.kind : nil,
      lossGain: begin.kind == .found && share == 1 ? lossGain : nil, free: free)
  }

  private mutating func take(
    _ growth: GrowthDiagnosis, from diagnosis: Diagnosis, amplitude: Double, free: [FreeUnit]
  ) async throws {
    let found = Addition(growth.neurons, layer: growth.layer, moments: diagnosis.moments)
    let addition = Addition(
      layer: growth.layer, fanIn: widened(found.fanIn, toLayer: growth.layer),
      fanOut: found.fanOut, weightUpdate: found.weightUpdate)
    // √γ on both sides would leave neurons at zero that no gradient moves from there.
    let form: AmplitudeForm =
      growth.solver == .activationAware || amplitude == 0 ? .fanOut : .bothSides
    try await apply(
      addition, Amplitude(weightUpdate: amplitude, units: amplitude, form: form), method: .tiny,
      kind: growth.kind, closedLack: growth.closedLack, free: free)
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
    let amplitude = plan.amplitude ?? 1
    try await apply(
      addition, Amplitude(weightUpdate: amplitude, units: amplitude), method: plan.method)
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
    notes.append("\(network.layers[layer].name): \(note(neurons))")
    try await apply(
      .random(layer: layer, count: count, of: network, seed: seed),
      Amplitude(weightUpdate: 0, units: 0), method: .random)
  }

  /// Another one after every step: the same random neurons twice would stay the same for ever.
  var seed: UInt64 { options.seed &+ UInt64(network.parameterCount) }

  private mutating func apply(
    _ addition: Addition, _ amplitude: Amplitude, method: GrowthMethod, kind: NeuronKind? = nil,
    lossGain: LossGain? = nil, closedLack: ClosedLack? = nil, free: [FreeUnit] = []
  ) async throws {
    var grown = try network.grown(by: addition, amplitude: amplitude)
    if !free.isEmpty { grown = grown.movingLastUnits(into: free, ofLayer: addition.layer) }
    let after = try await evaluation(of: grown)
    steps.append(
      GrowthStep(
        layer: addition.layer, layerName: network.layers[addition.layer].name,
        unitsBefore: network.layers[addition.layer].outputs, neurons: addition.count,
        reusedUnits: free.count, method: method, kind: kind, diagnosed: lossGain,
        closedLack: closedLack, amplitude: lossGain?.amplitude ?? amplitude.units,
        updateAmplitude: lossGain?.updateAmplitude ?? amplitude.weightUpdate,
        parametersBefore: network.parameterCount, parametersAfter: grown.parameterCount,
        before: state, after: after))
    network = grown
    state = after
    if case .model(_, let objective) = diagnosed { diagnosed = .model(grown, objective) }
  }
}
