import LinearAlgebra
import Networks

/// What the first pass over the samples finds: all that Ψ and λ are algebra of.
struct FirstPass: Sendable {
  /// The averages over the training samples.
  var training: Moments
  /// What judges an update of each layer on the samples held out, if any.
  var heldOut: [UpdateMoments?]?
  let heldOutCount: Int
  /// How often samples have the inputs of others; `nil` where none is held out.
  let repetition: SampleRepetition?
  /// `nil` of a recording.
  let evaluation: SplitEvaluation?
  /// What the answers and the targets say; `nil` of a recording.
  let answers: SplitAnswers?

  /// How much of the loss there is to gain; 0 of a recording.
  var excess: LossExcess { LossExcess(of: evaluation, answers) }
}

extension SamplePass {
  /// Whether the first pass runs in double precision, whatever that of the network.
  ///
  /// What neurons can follow is the small difference of large moments. Where that costs next to
  /// nothing, it is not left to rounding.
  func isDouble(_ options: DiagnosisOptions) -> Bool {
    options.collectsInDouble
      ?? NetworkLackBudget(sampleCount: split.sampleCount, parameterCount: network.parameterCount)
      .isDouble
  }

  /// The first pass: the moments of both parts, and their losses.
  ///
  /// - Parameters:
  ///   - references: the reference point of each layer's inputs.
  ///   - options: whether in double precision, and whether neurons are sought.
  /// - Returns: what it finds.
  /// - Throws: `DiagnosticsError` if a part is empty, a loss not finite or a moment too large, and what
  ///   the samples' source throws.
  func firstPass(
    references: [[Scalar]], options: DiagnosisOptions
  ) async throws -> FirstPass {
    // Where passes in the network's precision follow, the moments must not tell what those cannot.
    let isLast = options.collectsInDouble == true && !options.seeksNeurons
    let tolerance = isLast ? Double.rankTolerance : Scalar.rankTolerance
    let found =
      isDouble(options)
      ? try await inDouble.firstPass(
        references: references.map { $0.map { Double($0) } }, judges: options.seeksNeurons,
        rankTolerance: tolerance, precision: Scalar.self)
      : try await firstPass(
        references: references, judges: options.seeksNeurons, rankTolerance: tolerance,
        precision: Scalar.self)
    if let found { return found }
    let search = try await collect("overflow", from: OverflowSearch())
    let place = search.first ?? (0, 0)
    throw DiagnosticsError.overflow(
      layer: network.layers[place.layer].name, sampleRow: place.sampleRow)
  }

  /// - Returns: `nil` if a moment has overflowed, or would in the passes that follow.
  private func firstPass<Following: BLASScalar>(
    references: [[Scalar]], judges: Bool, rankTolerance: Double, precision: Following.Type
  ) async throws -> FirstPass? {
    var sums = try await diagnosisSums(
      references: references, judges: judges, rankTolerance: rankTolerance)
    guard let training = sums.takeTrainingMoments() else {
      throw DiagnosticsError.noTrainingSamples(sampleCount: split.samples.sampleCount)
    }
    let heldOut = sums.takeHeldOutMoments()
    let limit = Double(OverflowSearch<Following>.largestSquare)
    guard training.areWithin(limit), heldOut?.allSatisfy({ $0?.areWithin(limit) ?? true }) ?? true
    else { return nil }
    let repetition = try await sums.takeRepetition(among: split.processes)
    return FirstPass(
      training: training, heldOut: heldOut, heldOutCount: sums.tally.heldOut.total.sampleCount,
      repetition: repetition,
      evaluation: sums.tally.trainingLoss.evaluation.map {
        SplitEvaluation(training: $0, heldOut: sums.tally.heldOutLoss.evaluation)
      },
      answers: answers(in: sums))
  }

  /// What the answers and the targets say; `nil` for a recording, which has neither.
  private func answers(in sums: FirstPassSums<Scalar>) -> SplitAnswers? {
    guard let objective = diagnosed.objective,
      let training = sums.tally.trainingAnswers?.facts
    else { return nil }
    return SplitAnswers(
      training: training, heldOut: sums.tally.heldOutAnswers?.facts,
      activation: objective.outputActivation, range: objective.outputRange,
      singleOutput: objective.singleOutput)
  }

  /// A point near the mean of each layer's inputs; zeros for a layer without a bias.
  ///
  /// Any point gives the same diagnosis but for rounding, so the first rows of the data will do. The
  /// nearer it is to the mean, the better conditioned S is, and the cheaper to factor.
  func referencePoints() async throws -> [[Scalar]] {
    let blocks = try await concurrentMap(referencePlans) { try inputSums(of: $0) }
    let total = blocks.reduce(0) { $0 + $1.weight }
    return network.layers.indices.map { index in
      let layer = network.layers[index]
      return (0..<layer.inputs).map { input in
        guard layer.hasBias, total > 0 else { return 0 }
        return Scalar(blocks.reduce(0) { $0 + $1.inputs[index][input] } / total)
      }
    }
  }

  /// The rows that the reference points come of: the first two blocks.
  var referencePlans: [BlockPlan] {
    (0..<min(2, split.blockCount(of: Self.traceRows))).map {
      split.block($0, of: Self.traceRows)
    }
  }

  /// Σ w b over some rows, for each layer, and Σ w.
  private func inputSums(of plan: BlockPlan) throws -> (inputs: [[Double]], weight: Double) {
    var block = SampleBlock<Scalar>(emptyFor: split)
    try split.read(plan, into: &block)
    var pass = diagnosed.emptyPass
    // A sample of weight 0 may be far from all others.
    pass.forward(
      block.inputs, rows: block.weights == nil ? nil : block.order, differentiating: false)
    let rows = 0..<pass.sampleCount
    // The same sums where all weights are 1, to the last bit.
    let weights = block.weights ?? rows.map { _ in 1 }
    let factors = weights.map { Scalar($0) }
    let sums = network.layers.indices.map { index in
      var sums = [Double](repeating: 0, count: network.layers[index].inputs)
      pass.inputs[index].addColumnSums(ofRows: rows, times: factors, to: &sums)
      return sums
    }
    return (sums, weights.reduce(0, +))
  }
}
