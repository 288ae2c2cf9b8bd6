import LinearAlgebra
import Networks

/// Finds the neurons of each hidden layer, and what they gain.
///
/// Candidates come from the moments, and a subset of the samples tells which of them are worth a
/// pass. That pass measures what each is worth as a feature; then the choice is algebra again. The
/// amplitudes and the number of neurons are found on subsets, and a last pass measures the loss
/// itself.
struct NeuronSearch<Scalar: BLASScalar>: Sendable {
  let samplePass: SamplePass<Scalar>
  let references: [[Scalar]]
  let training: Moments
  let heldOutCount: Int
  let bottlenecks: [Bottleneck]
  var options: DiagnosisOptions
  /// How much of the loss there is to gain.
  let excess: LossExcess

  var network: Network<Scalar> { samplePass.network }

  /// Whether the lack judges neurons, as there is no loss to measure.
  private var isRecording: Bool { samplePass.diagnosed.isRecording }

  /// Activation-aware neurons keep their fan-in; the linear solvers' start from an infinitesimal one.
  var form: AmplitudeForm { options.solver == .activationAware ? .fanOut : .bothSides }

  /// The hidden layers that were asked for, and can get units without changing what others say.
  private var layers: [Int] {
    network.layers.indices.dropLast().filter {
      options.layers?.contains($0) ?? true && network.layers[$0].canGrow
    }
  }

  /// The problem of each hidden layer: its moments, and the neurons that algebra finds from them.
  ///
  /// - Parameter heldOut: what judges an update of each layer on the held-out samples, if there are any.
  /// - Returns: one for each layer that was asked for.
  /// - Throws: `LinearAlgebraError` if a moment holds a number that is not finite.
  func starts(judgedBy heldOut: [UpdateMoments?]?) async throws -> [LayerProblem] {
    try await concurrentMap(layers) { try start(ofLayer: $0, heldOut: heldOut?[$0 + 1]) }
  }

  /// Finds the neurons of the hidden layers, and the standard error of Ψ of every layer.
  ///
  /// - Parameters:
  ///   - starts: as above; consumed, because what is held out takes much memory around wide layers.
  ///   - subset: training samples.
  /// - Returns: one growth for each start, one standard error for each layer.
  /// - Throws: what the source of the samples throws, and `LinearAlgebraError` if a number is not finite.
  func growth(
    from starts: consuming [LayerProblem], _ subset: SampleSubset<Scalar>
  ) async throws -> Growths {
    let errors =
      options.effort.isBrief
      ? (singularValues: starts.map { _ in [] }, lacks: network.layers.map { _ in nil })
      : try await standardErrors(from: starts, subset)
    let measured: [Measured]
    let found: [MeasuredGrowth?]
    var warnings: [Warning] = []
    if options.seeksNeurons, !starts.isEmpty {
      let heldOutSubset = try await samplePass.subset(of: .heldOut, references: references)
      if !options.effort.isBrief { warnings = farSamples(subset, heldOutSubset) }
      measured = try await self.measured(consume starts, subset, heldOutSubset)
      found = try await findings(
        among: measured.map { ($0.start, finalists($0.proposals, ofLayer: $0.start.layer)) },
        subset: subset,
        heldOutSubset: heldOutSubset)
    } else {
      measured = (consume starts).map { Measured(start: $0, proposals: [], paper: nil) }
      found = measured.map { _ in nil }
    }
    return Growths(
      layers: measured.indices.map {
        growth(
          measured[$0], found: found[$0],
          singularValueStandardErrors: errors.singularValues[$0])
      }, lackStandardErrors: errors.lacks, warnings: warnings)
  }

  /// The growth of each layer, the standard errors of Ψ of every layer, and what holds for all.
  struct Growths: Sendable {
    let layers: [GrowthDiagnosis]
    let lackStandardErrors: [Double?]
    let warnings: [Warning]
  }

  private func farSamples(
    _ subset: SampleSubset<Scalar>, _ heldOutSubset: SampleSubset<Scalar>?
  ) -> [Warning] {
    let far = subset.farRows(by: bottlenecks[0].whitening, of: training.sampleCount)
    let others =
      heldOutSubset?.farRows(by: bottlenecks[0].whitening, of: training.sampleCount) ?? []
    return (far.isEmpty ? [] : [.farSamples(far, areHeldOut: false)])
      + (others.isEmpty ? [] : [.farSamples(others, areHeldOut: true)])
  }

  private func standardErrors(
    from starts: [LayerProblem], _ subset: SampleSubset<Scalar>
  ) async throws -> (singularValues: [[Double]], lacks: [Double?]) {
    let influences = try await subset.collect(
      from: InfluenceSums(network: network, bottlenecks: bottlenecks, starts: starts),
      workers: samplePass.workers, among: samplePass.split.processes)
    return (
      influences.singularValueStandardErrors(over: training.sampleCount),
      influences.lackStandardErrors(over: training.sampleCount)
    )
  }

  /// A layer whose candidates have been measured on all samples.
  struct Measured: Sendable {
    let start: LayerProblem
    let proposals: [GrowthProposal]
    /// The averages around the features of the paper's neurons.
    let paper: FeatureParts?
  }

  /// - Returns: one for each of the starts; what judges updates is dropped if the loss will judge now.
  private func measured(
    _ starts: consuming [LayerProblem], _ subset: SampleSubset<Scalar>,
    _ heldOutSubset: SampleSubset<Scalar>?
  ) async throws -> [Measured] {
    let starts = consume starts
    let search = CandidateSearch(
      training: subset, heldOut: heldOutSubset, sampleCount: training.sampleCount,
      options: options)
    let candidates = try await samplePass.split.processes.map(starts, empty: FoundCandidates()) {
      FoundCandidates(neurons: try search.candidates($0, counts: counts(of: $0)))
    }.map(\.neurons)
    let features = try await features(of: starts, candidates)
    return starts.indices.map { index in
      let start = starts[index]
      return Measured(
        start: isRecording ? start : start.droppingHeldOut(),
        proposals: proposals(start, candidates[index], features: features[index]),
        paper: features[index].paper)
    }
  }

  /// The loss judges neurons where it can be measured; the lack judges those of a recording.
  private func findings(
    among finalists: [GrowthMeasurement<Scalar>.Finalists], subset: SampleSubset<Scalar>,
    heldOutSubset: SampleSubset<Scalar>?
  ) async throws -> [MeasuredGrowth?] {
    switch samplePass.diagnosed {
    case .model(_, let objective):
      let outcomes = try await GrowthMeasurement(
        samplePass: samplePass, objective: objective, references: references, subset: subset,
        heldOutSubset: heldOutSubset,
        training: training, bottlenecks: bottlenecks, heldOutCount: heldOutCount,
        isBrief: options.effort.isBrief
      ).outcomes(of: finalists, form: form)
      return try await judgedInParts(outcomes)
    case .recording:
      guard let heldOutSubset else { return finalists.map { _ in nil } }
      let judge = LackJudge(
        subset: heldOutSubset, sampleCount: heldOutCount, solver: options.solver)
      return try await concurrentMap(finalists) { finalist in
        judge.best(
          for: finalist.start, among: finalist.proposals,
          areDemanded: options.counts[finalist.start.layer] != nil)
      }
    }
  }

  /// The features of a layer: those of the paper's neurons, and those to choose from.
  private typealias LayerFeatures = (paper: FeatureParts, own: FeatureParts)

  /// One pass over all samples measures the features of all layers.
  private func features(
    of starts: [LayerProblem], _ candidates: [CandidateNeurons?]
  ) async throws -> [LayerFeatures] {
    let paper = starts.map(\.paperFeatures)
    let own: [Features?] = zip(starts, candidates).map { start, candidates in
      if let candidates {
        return Features(
          layer: start.layer, fanIn: candidates.fanIn, response: .exact(start.function))
      }
      return start.linear.map(start.infinitesimal)
    }
    let measured = try await samplePass.collect(
      "features",
      from: FeatureSums(
        paper + own.compactMap { $0 }, network: network, references: references)
    ).moments()
    var places = measured[starts.count...].makeIterator()
    return starts.indices.map { index in
      (measured[index], own[index] == nil ? measured[index] : places.next() ?? measured[index])
    }
  }
}

// MARK: - Candidates and their choice

extension NeuronSearch {
  private func start(ofLayer layer: Int, heldOut: UpdateMoments?) throws -> LayerProblem {
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
    var candidates: CandidateNeurons?
    var linear: NewNeurons?
    switch options.solver {
    case .sequential: linear = nil
    case .joint:
      linear = try jointNeurons(
        of: moments, layer: whitening, next: next, limit: options.neuronLimit)
    case .activationAware where !options.seeksNeurons: break
    case .activationAware:
      let own = InputCovariance(
        of: moments, weights: Matrix<Double>(network.layers[layer].weights), function: function)
      covariance = own
      candidates = try CandidateNeurons(
        of: moments, covariance: own, paper: paper, residualCrossMoment: residual,
        function: function, ridges: options.effort.ridges(inputCount: own.inputCount),
        limit: min(options.neuronLimit, 16),
        seed: options.seed)
    }
    return LayerProblem(
      layer: layer, function: function, moments: moments,
      nextMoments: nextMoments,
      next: NextLayer(
        bottleneck: options.solver == .activationAware
          ? next.bounded(crossMoment: nextMoments.crossMoment) : next, heldOut: heldOut),
      paper: paper, linear: linear,
      covariance: covariance, candidates: candidates,
      canCompensate: function.valueAtZero == 0 || network.layers[layer + 1].hasBias)
  }

  private func proposals(
    _ start: LayerProblem, _ candidates: CandidateNeurons?, features: LayerFeatures
  ) -> [GrowthProposal] {
    guard options.solver == .activationAware else {
      return [
        GrowthProposal(
          linear: start.linear ?? start.paper, counts: counts(of: start), start,
          features: features.own)
      ]
    }
    guard let candidates,
      let orthogonal = OrthogonalFeatures(
        features.own, next: start.next, cancellation: Bottleneck.largestCancellation)
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
  private func finalists(
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
        if case .refined? = family { true } else { false }
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
