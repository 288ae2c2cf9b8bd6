import LinearAlgebra
import Networks

/// Finds the neurons of each hidden layer, and what they gain.
///
/// Candidates come from the moments. A pass measures what each of them is worth as a feature; then
/// the choice is algebra again. The best are refined on a sketch of the samples, and measured like
/// the others. The amplitudes are found on the sketch, and a last pass measures the loss itself.
struct GrowthSolve<Scalar: BLASScalar>: Sendable {
  let stream: Stream<Scalar>
  let references: [[Scalar]]
  let training: Moments
  let heldOut: Moments?
  let bottlenecks: [Bottleneck]
  let options: DiagnosisOptions

  private var network: Network<Scalar> { stream.network }

  /// Activation-aware neurons keep their fan-in; the linear solvers' start from an infinitesimal one.
  private var form: Trial.Form { options.solver == .activationAware ? .fanOut : .bothSides }

  /// The hidden layers that were asked for, and can get units without changing what others say.
  private var layers: [Int] {
    network.layers.indices.dropLast().filter {
      options.layers?.contains($0) ?? true && !network.layers[$0].couplesUnits
    }
  }

  /// The growth of the hidden layers, and the standard error of Ψ of every layer, which the same
  /// pass over the samples finds.
  func run() async throws -> (growth: [GrowthDiagnosis], lackStandardErrors: [Double?]) {
    let starts = try await inParallel(layers) { try start(ofLayer: $0) }
    let sums = try await stream.collect(
      "features",
      from: FirstFeatureSums(
        features: FeatureSums(
          starts.flatMap(\.features), network: network, references: references),
        influences: InfluenceSums(network: network, bottlenecks: bottlenecks, starts: starts)))
    let errors = sums.influences
    let growth = try await growth(
      from: starts, collected: sums.features.moments(),
      singularValueStandardErrors: errors.singularValueStandardErrors)
    return (growth, errors.lackStandardErrors)
  }

  private func growth(
    from starts: [GrowthStart], collected: [FeatureParts],
    singularValueStandardErrors: [[Double]]
  ) async throws -> [GrowthDiagnosis] {
    guard !starts.isEmpty else { return [] }
    let paper = starts.indices.map { collected[2 * $0] }
    let own = starts.indices.map { collected[2 * $0 + 1] }
    let sketch = try sketch(number: 0)
    var proposals = starts.indices.map { self.proposals(starts[$0], features: own[$0]) }
    if options.refines {
      let second = try await secondProposals(starts, proposals, on: sketch)
      for index in starts.indices { proposals[index] += second[index] }
    }
    let finalists = starts.indices.map { index in
      self.finalists(proposals[index]).map { (start: starts[index], proposal: $0) }
    }
    let outcomes = try await GrowthMeasurement(
      stream: stream, sketch: sketch, freshSketch: try self.sketch(number: 1),
      training: training, bottlenecks: bottlenecks
    ).outcomes(of: finalists.flatMap { $0 }, form: form)
    return starts.indices.map { index in
      let first = finalists.prefix(index).reduce(0) { $0 + $1.count }
      let tried = outcomes[first..<(first + finalists[index].count)].compactMap { $0 }
      let best = tried.max { $0.netGain < $1.netGain }
      let isTaken = best?.isSignificant ?? false || isDemanded(ofLayer: starts[index].layer)
      return growth(
        starts[index], outcome: isTaken ? best : nil, rejected: isTaken ? nil : best?.lossGain,
        proposals: proposals[index], paper: paper[index],
        singularValueStandardErrors: singularValueStandardErrors[index])
    }
  }

  private func sketch(number: Int) throws -> Stream<Scalar> {
    Stream(
      split: SampleSplit(
        samples: try ArraySamples(sketchOf: stream.split, number: number), holdout: 0, seed: 0),
      network: network, objective: stream.objective, workers: stream.workers, progress: nil)
  }

  private func moments(of features: [Features]) async throws -> [FeatureParts] {
    try await stream.collect(
      "features", from: FeatureSums(features, network: network, references: references)
    ).moments()
  }
}

// MARK: - Candidates and their choice

extension GrowthSolve {
  private func start(ofLayer layer: Int) throws -> GrowthStart {
    let moments = training.layers[layer]
    let whitening = bottlenecks[layer].whitening
    let next = bottlenecks[layer + 1]
    let function = UnitFunction(stages: network.layers[layer].stages)
    guard
      let residual = residualCrossMoment(of: moments, next: next),
      let paper = try sequentialNeurons(
        of: moments, layer: whitening, next: next, limit: options.neuronLimit)
    else { preconditionFailure("layer \(layer) is the last one") }
    var spectrum: InputSpectrum?
    var candidates: CandidateNeurons?
    var linear: NewNeurons?
    switch options.solver {
    case .sequential: linear = paper
    case .joint:
      linear = try jointNeurons(
        of: moments, layer: whitening, next: next, limit: options.neuronLimit)
    case .activationAware:
      let own = try InputSpectrum(of: moments)
      spectrum = own
      candidates = try CandidateNeurons(
        of: moments, spectrum: own, whitening: whitening, residualCrossMoment: residual,
        function: function, limit: min(options.neuronLimit, 16), seed: options.seed)
    }
    return GrowthStart(
      layer: layer, function: function, moments: moments,
      nextMoments: training.layers[layer + 1], nextHeldOut: heldOut?.layers[layer + 1],
      next: next, paper: paper, linear: linear, spectrum: spectrum, candidates: candidates,
      canCompensate: function.valueAtZero == 0 || network.layers[layer + 1].hasBias)
  }

  private func proposals(_ start: GrowthStart, features: FeatureParts) -> [GrowthProposal] {
    guard let candidates = start.candidates else {
      return [
        GrowthProposal(
          linear: start.linear ?? start.paper, counts: counts(of: start), start,
          features: features)
      ]
    }
    return proposals(candidates, start, features: features)
  }

  private func proposals(
    _ candidates: CandidateNeurons, _ start: GrowthStart, features: FeatureParts
  ) -> [GrowthProposal] {
    candidates.families.map { family in
      GrowthProposal(
        family: family.family, columns: Array(family.columns), fanIn: candidates.fanIn,
        counts: counts(of: start), start, features: features)
    }
  }

  /// The numbers of neurons that are tried at a layer.
  private func counts(of start: GrowthStart) -> [Int] {
    if let count = options.counts[start.layer] { return [count] }
    let limit = min(options.neuronLimit, options.limits[start.layer] ?? .max)
    if let threshold = options.threshold {
      return [min(limit, start.paper.singularValues.prefix { $0 * $0 > threshold }.count)]
    }
    return GrowthProposal.counts(upTo: limit)
  }

  /// Whether the number of a layer's neurons is not the diagnosis's to find.
  private func isDemanded(ofLayer layer: Int) -> Bool {
    options.counts[layer] != nil || options.threshold != nil
  }

  /// The proposals whose loss is measured: the best of each kind, judged by its gain of
  /// expressivity.
  private func finalists(_ proposals: [GrowthProposal]) -> [GrowthProposal] {
    func best(_ isOfKind: (CandidateFamily?) -> Bool) -> GrowthProposal? {
      proposals.filter { isOfKind($0.family) && !$0.choices.isEmpty }
        .max { $0.bestGain < $1.bestGain }
    }
    return [
      best { family in
        if case .linear? = family { true } else { family == nil }
      },
      best { family in
        if case .refined? = family { true } else { false }
      },
      best { $0 == .quadratic }, best { $0 == .random },
    ].compactMap { $0 }
  }
}

// MARK: - Second look

extension GrowthSolve {
  /// After so many steps of ascent the refined candidates are judged.
  private static var snapshots: [Int] { [4, 12] }

  /// What a sketch of the samples adds: the best linear candidates of each layer refined, and
  /// quadratic ones where linear correlation is exhausted.
  private func secondProposals(
    _ starts: [GrowthStart], _ proposals: [[GrowthProposal]], on sketch: Stream<Scalar>
  ) async throws -> [[GrowthProposal]] {
    let pass = try sketch.wholePass(references: references)
    let found = try await inParallel(Array(starts.indices)) { index in
      try secondCandidates(starts[index], proposals[index], pass)
    }
    let places = starts.indices.filter { found[$0] != nil }
    let measured = try await moments(
      of: places.compactMap { index in
        found[index].map {
          Features(
            layer: starts[index].layer, fanIn: $0.fanIn,
            response: .exact(starts[index].function))
        }
      })
    return starts.indices.map { index in
      guard let candidates = found[index], let place = places.firstIndex(of: index) else {
        return []
      }
      return self.proposals(candidates, starts[index], features: measured[place])
    }
  }

  private func secondCandidates(
    _ start: GrowthStart, _ proposals: [GrowthProposal], _ pass: Pass<Scalar>
  ) throws -> CandidateNeurons? {
    guard let spectrum = start.spectrum, start.canCompensate else { return nil }
    let linear = proposals.filter { $0.family?.kind == .linear }
      .max { $0.bestGain < $1.bestGain }
    let random = proposals.first { $0.family == .random }
    let sketch = try LayerSketch(
      pass, layer: start.layer, rankTolerance: start.moments.rankTolerance)
    var families: [(family: CandidateFamily, fanIns: [[Double]])] = []
    if let linear, let choice = linear.bestChoice, linear.bestGain > 0,
      case .linear(let ridge)? = linear.family
    {
      let refined = Refinement(
        sketch, function: start.function, spectrum: spectrum, ridge: ridge
      ).fanIns(from: choice.neurons.fanIn, snapshots: Self.snapshots)
      families += zip(Self.snapshots, refined).map { steps, fanIn in
        (.refined(ridge: ridge, steps: steps), (0..<fanIn.columns).map(fanIn.column))
      }
    }
    // Directions at random do half as well: there is little linear correlation left to follow.
    if linear?.bestGain ?? 0 <= 2 * (random?.bestGain ?? 0) {
      let fanIns = try CandidateNeurons.quadraticFanIns(on: sketch, spectrum: spectrum)
      families.append((.quadratic, fanIns))
    }
    let candidates = CandidateNeurons(families, rows: start.moments.secondMoment.rows)
    return candidates.families.isEmpty ? nil : candidates
  }
}

// MARK: - The result

extension GrowthSolve {
  private func growth(
    _ start: GrowthStart, outcome: GrowthOutcome?, rejected: LossGain?,
    proposals: [GrowthProposal], paper features: FeatureParts,
    singularValueStandardErrors: [Double]
  ) -> GrowthDiagnosis {
    let layer = start.layer
    let neurons = outcome?.choice.neurons ?? start.paper.prefix(0)
    let paper = start.paper.prefix(min(neurons.count, start.paper.count))
    let paperGain = paper.singularValues.prefix(paper.count).reduce(0) { $0 + $1 * $1 }
    let paperSlope = features.training.map {
      fit(
        of: paper, first: paper.count, weightUpdateShare: 0,
        features: $0.selecting(Array(0..<paper.count)), next: start.nextMoments
      ).slope
    }
    let shown = proposals.first { proposal in
      proposal.choices.contains { $0.neurons.fanIn == neurons.fanIn }
    }
    return GrowthDiagnosis(
      layer: layer,
      paper: PaperGrowth(
        singularValues: start.paper.singularValues,
        singularValueStandardErrors: singularValueStandardErrors, gain: paperGain,
        slope: start.function.rightSlopeAtZero * paperGain, exactSlope: paperSlope ?? 0),
      solver: options.solver, neurons: neurons,
      addition: outcome.map { weights(start, $0) }, kind: outcome?.kind,
      expressivityGain: outcome?.choice.gain ?? 0,
      slope: start.next.bestUpdate + (outcome?.choice.slope ?? 0),
      lossGain: outcome?.lossGain, rejectedLossGain: rejected,
      parameterCost: neurons.count
        * (network.layers[layer].weights.rows + network.layers[layer + 1].outputs),
      curve: curve(shown ?? proposals.max { $0.bestGain < $1.bestGain }),
      warnings: start.canCompensate
        ? [] : [.noBiasToCompensate(activation: start.function.name)])
  }

  /// The neurons of an outcome for the inputs as they are, its amplitudes multiplied out.
  private func weights(_ start: GrowthStart, _ outcome: GrowthOutcome) -> NeuronWeights {
    let neurons = outcome.choice.neurons
    let amplitude = outcome.lossGain.amplitude
    let root = form == .bothSides ? amplitude.squareRoot() : 1
    let correction = neurons.weightUpdate - neurons.bestWeightUpdate
    return NeuronWeights(
      fanIn: root * start.moments.weightsForRawInputs(neurons.fanIn),
      fanOut: (amplitude / root) * neurons.fanOut,
      weightUpdate: start.nextMoments.weightsForRawInputs(
        outcome.lossGain.updateAmplitude * neurons.bestWeightUpdate + amplitude * correction))
  }

  private func curve(_ proposal: GrowthProposal?) -> [CurvePoint] {
    let none = CurvePoint(
      neurons: 0, expressivityGain: 0, validationExpressivityGain: heldOut == nil ? nil : 0)
    return [none]
      + (proposal?.choices ?? []).map {
        CurvePoint(
          neurons: $0.neurons.count, expressivityGain: $0.gain,
          validationExpressivityGain: $0.heldOutGain)
      }
  }
}

extension Stream {
  /// All samples sent forward and back at once, inputs relative to their references; for sources
  /// that fit in memory.
  func wholePass(references: [[Scalar]]) throws -> Pass<Scalar> {
    var block = Block<Scalar>(emptyFor: split)
    try split.read(
      BlockPlan(rows: 0..<split.samples.sampleCount, fromValidation: false), into: &block)
    var pass = Pass(network: network, objective: objective)
    try pass.run(block, references: references)
    return pass
  }
}
