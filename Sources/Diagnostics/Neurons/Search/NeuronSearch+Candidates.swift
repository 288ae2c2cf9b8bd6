import LinearAlgebra
import Networks

extension NeuronSearch {
  /// The problem of each hidden layer: its moments, and the neurons that algebra finds from them.
  ///
  /// - Parameter heldOut: what judges an update of each layer on the held-out samples, if there are any.
  /// - Returns: one for each layer that was asked for.
  /// - Throws: `LinearAlgebraError` if a moment holds a number that is not finite.
  func starts(judgedBy heldOut: [UpdateMoments?]?) async throws -> [LayerProblem] {
    var starts = try await concurrentMap(layers) {
      try start(ofLayer: $0, heldOut: heldOut?[$0 + 1])
    }
    for place in starts.indices {
      starts[place].start.candidates = try await candidates(
        of: starts[place].start, residualCrossMoment: starts[place].residualCrossMoment)
    }
    return starts.map(\.start)
  }

  /// The candidates of a layer; `nil` for the linear solvers and where no neurons are sought.
  private func candidates(
    of start: LayerProblem, residualCrossMoment: Matrix<Double>
  ) async throws -> CandidateNeurons? {
    guard let covariance = start.covariance else { return nil }
    return try await CandidateNeurons(
      of: start.moments, covariance: covariance, paper: start.paper,
      residualCrossMoment: residualCrossMoment, function: start.function,
      ridges: options.effort.ridges(inputCount: covariance.inputCount),
      limit: min(options.neuronLimit, 16), seed: options.seed)
  }

  /// A problem without candidates, and N.
  private func start(
    ofLayer layer: Int, heldOut: UpdateMoments?
  ) throws -> (start: LayerProblem, residualCrossMoment: Matrix<Double>) {
    let moments = training.layers[layer]
    let whitening = bottlenecks[layer].whitening
    let nextMoments = training.layers[layer + 1]
    let next = bottlenecks[layer + 1]
    let function = UnitFunction(stages: network.layers[layer].stages)
    guard let residual = residualCrossMoment(of: moments, next: next) else {
      preconditionFailure("layer \(layer) is the last one")
    }
    let paper = try sequentialNeurons(
      of: moments, residualCrossMoment: residual, layer: whitening, next: next,
      limit: options.neuronLimit)
    var covariance: InputCovariance?
    var linear: NewNeurons?
    switch options.solver {
    case .sequential: linear = nil
    case .joint:
      linear = try jointNeurons(
        of: moments, layer: whitening, next: next, limit: options.neuronLimit)
    case .activationAware where !options.seeksNeurons: break
    case .activationAware:
      covariance = InputCovariance(
        of: moments, weights: Matrix<Double>(network.layers[layer].weights), function: function)
    }
    let start = LayerProblem(
      layer: layer, function: function, moments: moments,
      nextMoments: nextMoments,
      next: NextLayer(
        bottleneck: options.solver == .activationAware
          ? next.bounded(crossMoment: nextMoments.crossMoment) : next, heldOut: heldOut),
      paper: paper, linear: linear,
      covariance: covariance, candidates: nil,
      canCompensate: function.valueAtZero == 0 || network.layers[layer + 1].hasBias)
    return (start, residual)
  }

  func proposals(
    _ start: LayerProblem, _ candidates: CandidateNeurons?, features: FeatureParts
  ) -> [GrowthProposal] {
    guard options.solver == .activationAware else {
      return [
        GrowthProposal(
          linear: start.linear ?? start.paper, counts: counts(of: start), start,
          features: features)
      ]
    }
    guard let candidates,
      let orthogonal = OrthogonalFeatures(
        features, next: start.next, cancellation: Bottleneck.largestCancellation)
    else { return [] }
    return candidates.families.map { family in
      GrowthProposal(
        family: family.family, columns: Array(family.columns), fanIn: candidates.fanIn,
        counts: counts(of: start), start, features: orthogonal)
    }
  }

  /// The numbers of neurons that are tried at a layer.
  func counts(of start: LayerProblem) -> [Int] {
    if let count = options.counts[start.layer] {
      // Of a recording there may be fewer, and as many as there are go before random ones.
      return isRecording ? GrowthProposal.counts(upTo: count) + [count] : [count]
    }
    let limit = min(options.neuronLimit, options.limits[start.layer] ?? .max)
    if let threshold = options.threshold {
      return [min(limit, start.paper.singularValues.prefix { $0 * $0 > threshold }.count)]
    }
    return options.effort.counts(upTo: limit)
  }

  /// Whether the number of a layer's neurons is not the diagnosis's to find.
  func isDemanded(ofLayer layer: Int) -> Bool {
    options.counts[layer] != nil || options.threshold != nil
  }

  /// The proposals whose loss is measured: the best of each kind, judged by its gain of
  /// expressivity.
  func finalists(
    _ proposals: [GrowthProposal], ofLayer layer: Int
  ) -> [GrowthProposal] {
    if isRecording, options.counts[layer] != nil { return proposals }
    // No loss says how far neurons of a recording go: they compare by their best amplitude.
    func gain(_ proposal: GrowthProposal) -> Double {
      isRecording ? proposal.bestGainAtAnyAmplitude : proposal.bestGain
    }
    func best(_ isOfKind: (CandidateFamily?) -> Bool) -> GrowthProposal? {
      proposals.filter { isOfKind($0.family) && !$0.choices.isEmpty }
        .max { gain($0) < gain($1) }
    }
    let bests = [
      best { family in
        if case .linear? = family { true } else { family == nil }
      },
      best { family in
        if case .refined(.linear, _, _)? = family { true } else { false }
      },
      best { family in
        if case .refined(let origin, _, _)? = family { origin != .linear } else { false }
      },
      best { $0 == .quadratic }, best { $0 == .random }, best { $0 == .steep },
    ].compactMap { $0 }
    let most = bests.map(gain).max() ?? 0
    // Where all lose at full length, on few samples, a shorter step may still gain.
    let worthwhile = bests.filter { gain($0) >= min(most, GrowthProposal.worthwhileShare * most) }
    guard worthwhile.count > options.effort.finalistLimit else { return worthwhile }
    return Array(
      worthwhile.sorted { gain($0) > gain($1) }.prefix(options.effort.finalistLimit))
  }
}
