import Diagnostics
import Growth
import Networks

extension OwnedNetwork {
  /// What is added to the fan-in of a copy, as a share of its original's root mean square: without it
  /// copies stay copies, as there is no dropout to part them (Chen et al. 2016, section 3.1).
  private static var copyNoise: Double { 0.01 }
  /// Where nothing is suggested, so many neurons are added all the same.
  private static var triedCount: Int { 3 }
  /// Every network is trained on in so many orders of the samples.
  private static var orders: UInt64 { 2 }
  /// So often the losses are looked at.
  private static var looks: Int { 15 }

  /// Grows each hidden layer in every way, and trains on.
  ///
  /// - Parameter steps: of training on.
  /// - Returns: a trial for each layer and number of neurons.
  /// - Throws: what the diagnoses and the training throw.
  func trials(steps: Int) async throws -> [Trial] {
    var trials: [Trial] = []
    let unchanged = try trainedOn(network, steps: steps)
    for layer in network.layers.indices.dropLast() {
      let diagnosis = try await diagnose(
        .model(network, objective), split: split, options: options(layer))
      let suggested = diagnosis.growth[0].suggestedNeurons
      var counts = plan.counts.filter { $0 != suggested }
      counts.append(suggested > 0 ? suggested : Self.triedCount)
      for count in counts {
        var trial = Trial(
          network: plan.name, data: plan.data, layer: network.layers[layer].name, seed: seed,
          suggested: suggested, count: count)
        var own: TrainedOn?
        // Ours comes first.
        for way in Way.allCases {
          guard let grown = try await grown(layer, by: count, way, diagnosis.moments) else {
            continue
          }
          let result = way == .none ? unchanged : try trainedOn(grown, steps: steps)
          if way == .ours { own = result }
          trial.outcomes[way.rawValue] = result.outcome(against: own)
        }
        trials.append(trial)
      }
    }
    return trials
  }

  private func trainedOn(_ network: Network<Float>, steps: Int) throws -> TrainedOn {
    try TrainedOn(
      network, owned: self, steps: steps, looks: Self.looks, orders: Self.orders)
  }

  private func options(_ layer: Int) -> DiagnosisOptions {
    DiagnosisOptions(layers: [layer], workers: 1, seed: seed)
  }

  /// The network with so many units more in a layer; `nil` where a way cannot make them.
  private func grown(
    _ layer: Int, by count: Int, _ way: Way, _ moments: Moments
  ) async throws -> Network<Float>? {
    switch way {
    case .none: return network
    case .ours, .now:
      var plan = GrowthPlan(aim: .counts([.init(layer: layer, neurons: count)]))
      plan.purpose = way == .ours ? .training : .now
      plan.training = configuration
      plan.learningRate = configuration.optimizer.plainLearningRate
      return try await grow(
        .model(network, objective), split: split, plan: plan,
        options: options(layer)
      ).network
    case .gradmax:
      let limit = min(network.layers[layer].inputs, network.layers[layer + 1].outputs)
      return try? network.grown(
        by: .gradmax(layer: layer, count: min(count, limit), of: network, moments: moments))
    case .net2wider:
      return try network.grown(
        by: .net2wider(
          layer: layer, count: count, of: network, noise: Self.copyNoise, seed: seed))
    case .random:
      return try network.grown(by: .random(layer: layer, count: count, of: network, seed: seed))
    case .scratch:
      var widths = plan.widths
      widths[layer] += count
      return try fromScratch(widths: widths)
    }
  }
}
