import Diagnostics
import LinearAlgebra
import Networks

extension Growing {
  /// Adds what the plan asks for to a network that can be run.
  ///
  /// - Returns: why no more was added; `nil` where all that was asked for is there.
  mutating func pursueAim() async throws -> GrowthEnd? {
    switch plan.aim {
    case .verdict: return try await followVerdict()
    case .counts(let counts):
      for count in counts { try await add(count.neurons, to: count.layer) }
      return nil
    case .budget(let parameters): return try await spend(parameters)
    case .threshold(let threshold): return try await add(above: threshold)
    }
  }

  /// The hidden layers that may grow.
  private var hiddenLayers: [Int] {
    network.layers.indices.dropLast().filter {
      options.layers?.contains($0) ?? true && !network.layers[$0].couplesUnits
    }
  }

  private func gradmaxLimit(ofLayer layer: Int) -> Int {
    min(network.layers[layer].inputs, network.layers[layer + 1].outputs)
  }

  // A neuron of a layer costs its fan-in, its bias and its fan-out.
  private func parametersPerNeuron(ofLayer layer: Int) -> Int {
    network.layers[layer].weights.rows + network.layers[layer + 1].outputs
  }

  /// Grows what the verdict names, each layer once.
  ///
  /// - Returns: the verdict that names none; `nil` once all layers have grown.
  private mutating func followVerdict() async throws -> GrowthEnd? {
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

  /// Adds exactly `count` neurons to a layer.
  ///
  /// If a diagnosis suggests this number, the suggested neurons are taken. A diagnosis has a limited number of candidates, so several
  /// may be needed. Where no amplitude of any lowers the loss, random neurons without fan-out take
  /// their place.
  private mutating func add(_ count: Int, to layer: Int) async throws {
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
    options.effort = .growth
    var left = count
    while left > 0 {
      if left == count, count <= options.neuronLimit {
        options.layers = layersComparedWith(layer)
        options.countsUnlessSuggested = [layer: count]
      } else {
        options.layers = [layer]
        options.countsUnlessSuggested = [:]
        options.counts = [layer: left]
        options.neuronLimit = max(self.options.neuronLimit, left)
      }
      let diagnosis = try await diagnosis(options)
      guard let growth = diagnosis.growth.first(where: { $0.layer == layer }),
        growth.suggestedNeurons > 0
      else {
        try await makeSilent(left, inLayer: layer) { neurons in
          "no new neurons were found that lower the loss; \(neurons) added instead, without fan-out: "
            + "the outputs stay as they are until training goes on."
        }
        return
      }
      try await take(growth, from: diagnosis)
      left -= growth.suggestedNeurons
    }
  }

  /// The layers to look at with one whose suggestion is wanted, `nil` for all: those of the report where
  /// how layers compare decides how their gains are judged.
  private func layersComparedWith(_ layer: Int) -> [Int]? {
    guard
      options.judgesInParts,
      JudgingInParts.isCheap(samples: split.sampleCount, weights: network.parameterCount)
    else { return [layer] }
    return options.layers.map { $0.contains(layer) ? $0 : $0 + [layer] }
  }

  /// Grows the layer that gains most per parameter, as long as neurons are suggested that fit.
  ///
  /// - Returns: why no more was added.
  private mutating func spend(_ budget: Int) async throws -> GrowthEnd {
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
  private mutating func add(above threshold: Double) async throws -> GrowthEnd? {
    var strongest = 0.0
    for layer in hiddenLayers {
      var options = options
      options.solver = .sequential
      options.effort = .growth
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
          "\(layerText(network.layers[layer].name)): the paper's neurons above the threshold lower the loss at "
            + "no amplitude; none was added.")
      }
    }
    guard steps.isEmpty else { return nil }
    return strongest > threshold
      ? .noneLowersLoss : .noneAboveThreshold(threshold: threshold, largest: strongest)
  }
}
