import Diagnostics
import Networks

extension Growing {
  /// Grows all layers of a recorded network from one diagnosis.
  ///
  /// At the amplitude 0 neurons get their fan-in and no fan-out. The network answers as before, so that
  /// what was recorded of it still holds, and the first step of training moves every fan-out along
  /// `E[h v]`, the correlation the neurons were chosen for. Where the network's owner finds the loss, each
  /// layer goes as far as lowers it most, one after the other.
  ///
  /// - Returns: why nothing was added; `nil` where something was.
  mutating func followRecording() async throws -> GrowthEnd? {
    var options = options
    let wanted = try wantedCounts()
    if !wanted.isEmpty { options.layers = wanted.keys.sorted() }
    if case .threshold(let threshold) = plan.aim {
      options.solver = .sequential
      options.threshold = threshold
    }
    let diagnosis = try await diagnosis(options)
    sampleCounts = (diagnosis.trainingCount, diagnosis.heldOutCount)
    for growth in try await growths(of: diagnosis, wanted: wanted, options) {
      if growth.suggestedNeurons > 0 { try await take(growth, from: diagnosis) }
      let missing = wanted[growth.layer, default: 0] - growth.suggestedNeurons
      guard missing > 0 else { continue }
      try await makeSilent(missing, inLayer: growth.layer) { neurons in
        "the recording does not tell as many neurons; \(neurons) added for the others, without fan-out."
      }
    }
    guard steps.isEmpty else { return nil }
    return diagnosis.growth.contains { $0.suggestedNeurons > 0 }
      ? .noneLowersEvaluatedLoss : diagnosis.reasonForNoGrowth(plan.aim)
  }

  /// How many neurons each layer is to get; empty where the diagnosis decides.
  private func wantedCounts() throws(GrowthError) -> [Int: Int] {
    guard plan.method == .tiny else {
      throw .needsLoss("the method \(plan.method.rawValue)")
    }
    switch plan.aim {
    case .verdict, .threshold: return [:]
    case .budget: throw .needsLoss("a budget of parameters")
    case .counts(let counts):
      for layer in counts.map({ network.layers[$0.layer] }) {
        if layer.couplesUnits { throw .coupledUnits(layer: layer.name) }
        if !layer.isFollowed { throw .leadsElsewhere(layer: layer.name) }
      }
      return [Int: Int](counts.map { ($0.layer, $0.neurons) }) { $1 }
    }
  }

  /// The growth of each layer, with as many neurons as are wanted where it has them.
  ///
  /// As many as are suggested are the suggested ones; other numbers have a search of their own.
  private mutating func growths(
    of diagnosis: Diagnosis, wanted: [Int: Int], _ options: DiagnosisOptions
  ) async throws -> [GrowthDiagnosis] {
    let others = diagnosis.growth.filter { growth in
      wanted[growth.layer].map { $0 != growth.suggestedNeurons } ?? false
    }.map(\.layer)
    guard !others.isEmpty else { return diagnosis.growth }
    var options = options
    options.layers = others
    options.counts = wanted.filter { others.contains($0.key) }
    options.neuronLimit = max(options.neuronLimit, options.counts.values.max() ?? 0)
    let searched = try await self.diagnosis(options).growth
    return diagnosis.growth.map { growth in
      searched.first { $0.layer == growth.layer } ?? growth
    }
  }
}

extension Diagnosis {
  fileprivate func reasonForNoGrowth(_ aim: GrowthPlan.Aim) -> GrowthEnd {
    guard case .threshold(let threshold) = aim else { return .verdict(verdict) }
    let largest = growth.compactMap { $0.paper.singularValues.first.map { $0 * $0 } }.max() ?? 0
    guard largest > threshold else {
      return .noneAboveThreshold(threshold: threshold, largest: largest)
    }
    return .nothingToJudgeBy
  }
}
