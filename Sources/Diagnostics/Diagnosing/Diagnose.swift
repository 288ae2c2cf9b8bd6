public import LinearAlgebra
import Networks

/// Finds where a network lacks expressivity, and which neurons would help.
///
/// Three passes over the samples: one for the moments, of which Ψ and λ are algebra; one for the
/// features of candidate neurons, because a kink at zero is beyond the moments; and one that measures
/// what the chosen neurons do to the loss. The lack of the whole network is no algebra on the moments
/// either, and takes a pass for each iteration.
///
/// A recording gives the same Ψ, λ and gains of expressivity as the network itself. The losses, their
/// changes by new neurons and the lack of the whole network are missing then; neurons are judged by what
/// they close of the lack on held-out samples.
///
/// - Parameters:
///   - diagnosed: the trained network, with its loss or recorded; the precision of its weights is that of
///     the passes.
///   - split: the samples, and which of them only judge.
///   - options: solver, limits, workers.
///   - progress: told what is being done, and the share of it that is done.
/// - Returns: the bottlenecks of all layers and the growth of the hidden ones.
/// - Throws: `DiagnosticsError` if the data cannot be diagnosed, and what the samples' source throws.
public func diagnose<Scalar: BLASScalar>(
  _ diagnosed: DiagnosedNetwork<Scalar>, split: SampleSplit, options: DiagnosisOptions,
  progress: (@Sendable (String, Double) -> Void)? = nil
) async throws -> Diagnosis {
  let samplePass = SamplePass(
    diagnosed: diagnosed, split: try split.prepared(), workers: options.workers,
    progress: progress
  ).amongThoseThatAgree
  do {
    return try await samplePass.diagnosis(options)
  } catch is LinearAlgebraError {
    throw DiagnosticsError.outOfRange
  }
}

extension SamplePass {
  fileprivate func diagnosis(_ options: DiagnosisOptions) async throws -> Diagnosis {
    let references = try await referencePoints()
    var first = try await firstPass(references: references, options: options)
    // Beside the first layer's solves, which take longer than those of the others.
    async let firstSketch = subset(
      of: .training(number: 0), references: references, errorsAlone: !options.seeksNeurons,
      besideOtherWork: true)
    let bottlenecks = try await first.training.bottlenecks()
    let heldOut = first.heldOut.take()
    let found = first
    let heldOutUpdate =
      split.validation != nil ? heldOut?.last.flatMap { $0?.desiredUpdate } : nil
    let lackSearch = UpstreamLacks(
      samplePass: self, references: references, moments: found.training,
      bottlenecks: bottlenecks, heldOutCount: found.heldOutCount, options: options)
    // Around small networks neither keeps all cores busy; around others memory counts.
    // Passes that several processes share come one after the other, everywhere in the same order.
    let isBeside = lackSearch.effort.isSmall && !split.processes.areMany
    async let besideGrowth = isBeside ? lackSearch.lacks() : nil
    let heldOutLacks = heldOut.map { judges in
      zip(judges, bottlenecks).map { $0?.relativeLack(after: $1.bestWeightUpdate) }
    }
    let solve = NeuronSearch(
      samplePass: try judging(found.repetition), references: references,
      training: found.training,
      heldOutCount: found.heldOutCount, bottlenecks: bottlenecks, options: options,
      excess: found.excess)
    // What is held out is given back when all candidates are judged.
    let starts = try await solve.starts(judgedBy: consume heldOut)
    guard let subset = try await firstSketch else {
      preconditionFailure("moments without training samples")
    }
    let growths = try await solve.growth(from: consume starts, subset)
    let lacks =
      if let lacks = try await besideGrowth { lacks } else { try await lackSearch.lacks() }
    let last = network.layers.count - 1
    let lack = try await judgedInParts(lacks[last], found.repetition, options)
    var criteria = options.criteria
    criteria.heldOutIsUnseen = criteria.heldOutIsUnseen || split.validation != nil
    var diagnosis = Diagnosis(
      trainingCount: found.training.sampleCount, heldOutCount: found.heldOutCount,
      evaluation: found.evaluation, network: lack,
      layers: network.layers.indices.map {
        LayerDiagnosis(
          index: $0, name: network.layers[$0].name, moments: found.training,
          bottleneck: bottlenecks[$0], upstreamLack: $0 < last ? lacks[$0] : nil,
          lackStandardError: growths.lackStandardErrors[$0],
          heldOutRelativeLack: heldOutLacks?[$0], heldOutCount: found.heldOutCount,
          couplesUnits: $0 < last && network.layers[$0].couplesUnits,
          isLinear: network.layers[$0].isLinear, isFollowed: network.layers[$0].isFollowed,
          saturatedUnits: $0 < last && network.layers[$0].isFollowed
            ? saturatedUnits(of: network.layers[$0], next: found.training.layers[$0 + 1]) : nil,
          freeUnits: options.effort == .report && $0 < last && network.layers[$0].isFollowed
            ? FreeUnit.all(ofLayer: $0, in: network, moments: found.training).count : 0)
      }, growth: growths.layers, moments: found.training,
      warnings: warnings(found, heldOutUpdate: heldOutUpdate, network: lack, options)
        + split.warnings(found.repetition) + growths.warnings,
      answers: found.answers, criteria: criteria, repetition: found.repetition)
    diagnosis.hasGroups = try split.hasGroups()
    return diagnosis
  }

  /// The same pass, whose errors of held-out means are over groups, stretches of time or different
  /// inputs where there are such.
  private func judging(_ repetition: SampleRepetition?) throws -> SamplePass {
    var judging = self
    judging.split.errorsAreOverUnits =
      try repetition != nil && (split.knowsUnits() || split.hasCopies(repetition))
    return judging
  }

  private func warnings(
    _ found: FirstPass, heldOutUpdate: Double?, network lack: NetworkLack?,
    _ options: DiagnosisOptions
  ) -> [Warning] {
    let hasHidden = network.layers.count > 1
    var warnings: [Warning] = []
    if !hasHidden { warnings.append(.nothingToGrow) }
    if hasHidden, !options.seeksNeurons { warnings.append(.neuronsNotSought) }
    if found.heldOutCount == 0 { warnings.append(.nothingHeldOut) }
    if case .recording(_, let meanLoss) = diagnosed {
      warnings.append(.lossNotMeasured)
      let scale = RecordedScale.warning(
        desiredUpdate: found.training.layers.last?.desiredUpdate ?? 0, heldOut: heldOutUpdate,
        counts: (found.training.sampleCount, found.heldOutCount), loss: meanLoss)
      if let scale { warnings.append(scale) }
    }
    if let lack, lack.relativeLackError > options.lackTolerance {
      warnings.append(.networkLackIsBound)
    }
    return warnings
  }
}

extension SampleSplit {
  /// Whether enough held-out samples are copies of others to matter for errors.
  fileprivate func hasCopies(_ repetition: SampleRepetition?) -> Bool {
    guard let repetition, !sharesFewInputs else { return false }
    return Double(repetition.repeatedHeldOutCount) > 0.01 * Double(repetition.sampleCount)
      * heldOutPart
  }

  /// About the share of all samples that only judges.
  private var heldOutPart: Double {
    guard let validation else { return heldOutShare }
    return Double(validation.sampleCount) / Double(validation.sampleCount + sampleCount)
  }

  /// The warnings about samples that repeat each other.
  fileprivate func warnings(_ repetition: SampleRepetition?) -> [Warning] {
    guard let repetition else { return [] }
    if sharesFewInputs { return [.fewDifferentSamples(repetition.differentCount)] }
    var warnings: [Warning] = []
    if repetition.repeatedCount > 0 {
      warnings.append(
        .repeatedSamples(repetition.repeatedCount, of: repetition.sampleCount))
    }
    if repetition.sharedCount > 0 { warnings.append(.sharedSamples(repetition.sharedCount)) }
    return warnings
  }
}

extension LayerDiagnosis {
  init(
    index: Int, name: String, moments: Moments, bottleneck: Bottleneck,
    upstreamLack: NetworkLack?, lackStandardError: Double?, heldOutRelativeLack: Double?,
    heldOutCount: Int, couplesUnits: Bool, isLinear: Bool, isFollowed: Bool,
    saturatedUnits: Int?, freeUnits: Int
  ) {
    let layer = moments.layers[index]
    let isLast = index + 1 == moments.layers.count || !isFollowed
    let constant = layer.constantInputs.count
    let dead = isLast ? 0 : moments.layers[index + 1].constantInputs.count
    // With a bias the constant 1 is one more direction, and constant inputs are copies of it.
    let dependent = layer.secondMoment.order - constant - bottleneck.whitening.rank
    var warnings: [Warning] = []
    // With so few samples the rank of S is theirs, and says nothing about the inputs.
    let isInterpolated = moments.sampleCount <= layer.secondMoment.order
    let weights =
      isInterpolated ? layer.secondMoment.order - constant : bottleneck.whitening.rank
    if moments.effectiveCount < Warning.samplesPerWeight * weights {
      warnings.append(.fewSamples(samples: moments.effectiveCount, weights: weights))
    }
    if !isInterpolated, dependent > 0 { warnings.append(.dependentInputs(dependent)) }
    if index == 0, constant > 0 { warnings.append(.constantInputs(constant)) }
    if dead > 0 { warnings.append(.deadUnits(dead)) }
    if bottleneck.desiredUpdate == 0 { warnings.append(.nothingDesired) }
    if couplesUnits { warnings.append(.coupledUnits) }
    if let lack = bottleneck.relativeLack, let heldOutRelativeLack,
      moments.effectiveCount >= Warning.samplesPerWeight * weights,
      heldOutCount >= Warning.samplesToCompare
    {
      let (followed, heldOut) = (1 - lack, 1 - heldOutRelativeLack)
      // Chance alone makes a difference of twice the share of weights among samples.
      let chance = 2 * Double(weights) / Double(moments.effectiveCount)
      if heldOut < followed / 2, followed - heldOut > 0.25 + chance {
        warnings.append(.followsLessHeldOut(fitted: followed, heldOut: heldOut))
      }
    }
    self.init(
      name: name, desiredUpdate: bottleneck.desiredUpdate, bestUpdate: bottleneck.bestUpdate,
      lackOfExpressivity: bottleneck.lackOfExpressivity, relativeLack: bottleneck.relativeLack,
      upstreamLack: upstreamLack, lackStandardError: lackStandardError,
      deadUnits: isLast ? nil : dead, freeUnits: freeUnits, units: layer.crossMoment.columns,
      saturatedUnits: saturatedUnits, isLinear: isLinear,
      warnings: warnings, heldOutRelativeLack: heldOutRelativeLack, isFollowed: isFollowed)
  }
}
