import LinearAlgebra
import Networks

/// Which candidates for new neurons of a layer are worth a pass over all samples, found on a subset.
///
/// The moments give candidates for every ridge; a subset of the training samples fits them and one of
/// the held-out samples judges. The best ridges stay, and the best of them is refined by ascent. Where
/// linear correlation is exhausted, squares and steep units join, and the best of those, or of random
/// directions, is refined, too: of few outputs there are few linear directions, and ascent from them alone
/// would be ascent of few neurons. Around layers so wide that the subset is small beside them, ridges are
/// all that is chosen by it.
struct CandidateSearch<Scalar: BLASScalar>: Sendable {
  let training: SampleSubset<Scalar>
  let heldOut: SampleSubset<Scalar>?
  /// The number of training samples, of which the subset holds some.
  let sampleCount: Int
  let options: DiagnosisOptions

  /// With fewer samples than this for each input of layer l + 1, the regression on b_l overfits.
  private static var samplesPerInput: Int { 2 }
  /// The number of ridges that are measured on all samples.
  private static var ridgeCount: Int { 3 }
  /// Linear directions that close a smaller share of Ψ may follow chance alone, as in front of an odd function
  /// whose target is even.
  private static var littleShare: Double { 0.02 }

  /// The candidates of a layer that stay, for each of some searches.
  ///
  /// - Parameters:
  ///   - start: what the moments say of the layer.
  ///   - searches: the numbers of neurons that each tries.
  /// - Returns: one for each search; `nil` where no unit can be added.
  /// - Throws: `LinearAlgebraError` if the subset holds a number that is not finite.
  func candidates(
    _ start: LayerProblem, searches: [[Int]]
  ) async throws -> [CandidateNeurons?] {
    guard let covariance = start.covariance, let all = start.candidates, start.canCompensate else {
      return searches.map { _ in nil }
    }
    let given = weightUpdate(start)
    let subset = LayerSubset(training, layer: start.layer, after: given)
    let judge = heldOut.map { LayerSubset($0, layer: start.layer, after: given) }
    let problem = SubsetProblem(
      start: start, subset: subset, judge: judge,
      bottleneck: try subset.boundedBottleneck(rankTolerance: start.moments.rankTolerance))
    let lines = problem.measured(all)
    let ridges = searches.map {
      linear(lines, counts: $0, of: problem.bottleneck.lackOfExpressivity)
    }
    // Ascent and squares would follow the chance in a subset as small as that.
    guard options.refines, options.effort != .quick, given == nil else {
      return ridges.map { CandidateNeurons($0.families, rows: all.fanIn.rows) }
    }
    let triesSquares =
      ridges.contains(where: \.isExhausted)
      && options.effort.triesSquares(
        inputCount: covariance.inputCount, sampleCount: training.sampleCount)
    let refinement = Refinement(
      subset, bottleneck: problem.bottleneck, function: start.function, covariance: covariance)
    async let refined = concurrentMap(ridges.map(\.best)) { refinement.families(from: $0) }
    let others = triesSquares ? try problem.bent(covariance, besides: all) : nil
    // Where nothing judges, many units that move together follow chance, with weights that cancel each other.
    let ascends = !options.effort.isBrief && judge != nil
    let measured = ascends ? others.map(problem.measured) : nil
    let bent = try await concurrentMap(Array(zip(ridges, searches))) { ridges, counts -> Families in
      guard ridges.isExhausted, let others else { return [] }
      let best = measured?.proposals(counts: counts).max { $0.bestGain < $1.bestGain }
      return refinement.families(from: best) + others.families([.quadratic, .steep])
    }
    let straight = try await refined
    return ridges.indices.map {
      CandidateNeurons(ridges[$0].families + straight[$0] + bent[$0], rows: all.fanIn.rows)
    }
  }

  fileprivate typealias Families = [(family: CandidateFamily, fanIns: [[Double]])]

  /// The ridges that stay, and random directions where they do about as well.
  ///
  /// - Parameters:
  ///   - all: ridges and random directions.
  ///   - counts: the numbers of neurons that are tried.
  ///   - lack: Ψ at layer l + 1.
  /// - Returns: their fan-ins, the best ridge, and whether linear correlation is exhausted.
  private func linear(
    _ all: MeasuredCandidates, counts: [Int], of lack: Double
  ) -> (families: Families, best: GrowthProposal?, isExhausted: Bool) {
    let proposals = all.proposals(counts: counts)
    let linear = proposals.filter { $0.family?.kind == .linear }
      .sorted { $0.bestGain > $1.bestGain }
    let random = proposals.first { $0.family == .random }?.bestGain ?? 0
    let best = linear.first?.bestGain ?? 0
    let families = all.neurons.families(
      linear.prefix(Self.ridgeCount).compactMap(\.family)
        + (random >= GrowthProposal.worthwhileShare * best ? [.random] : []))
    // Hardly anything is gained, or directions at random do half as well: there is little linear correlation
    // left to follow.
    let isLittle = !options.effort.isBrief && best <= Self.littleShare * lack
    return (families, linear.first, isLittle || best <= 2 * random)
  }

  /// Normally δW* is refitted together with the neurons. If the subset has too few samples for
  /// that, δW* of all samples is used: gains are then underestimated, but not dominated by noise.
  private func weightUpdate(_ start: LayerProblem) -> Matrix<Double>? {
    let needed = Self.samplesPerInput * start.nextMoments.secondMoment.order
    return training.sampleCount < min(needed, sampleCount)
      ? start.next.bottleneck.bestWeightUpdate : nil
  }
}

/// A layer that would grow, on a subset of the samples.
private struct SubsetProblem<Scalar: BLASScalar>: Sendable {
  let start: LayerProblem
  /// What fits.
  let subset: LayerSubset<Scalar>
  /// What judges, if anything does.
  let judge: LayerSubset<Scalar>?
  /// At layer l + 1, on `subset`.
  let bottleneck: Bottleneck

  func measured(_ neurons: CandidateNeurons) -> MeasuredCandidates {
    MeasuredCandidates(
      neurons: neurons, start: start,
      features: OrthogonalFeatures(
        FeatureParts(
          training: subset.featureMoments(of: neurons.fanIn, start.function),
          heldOut: judge?.featureMoments(of: neurons.fanIn, start.function)),
        next: NextLayer(bottleneck: bottleneck, heldOut: judge?.updateMoments),
        cancellation: Bottleneck.largestCancellation))
  }

  /// Random directions, steep units along them, and squares.
  func bent(
    _ covariance: InputCovariance, besides all: CandidateNeurons
  ) throws(LinearAlgebraError) -> CandidateNeurons {
    let squares = try CandidateNeurons.quadraticFanIns(
      on: subset, residuals: subset.residuals(after: bottleneck.bestWeightUpdate),
      covariance: covariance)
    let random = all.families([.random])
    let steep = CandidateNeurons.steepFanIns(
      along: random.flatMap(\.fanIns), covariance: covariance, function: start.function)
    return CandidateNeurons(
      random + [(.quadratic, squares), (.steep, steep)], rows: all.fanIn.rows)
  }
}

/// Candidates for a layer, with their features on a subset.
private struct MeasuredCandidates: Sendable {
  let neurons: CandidateNeurons
  let start: LayerProblem
  let features: OrthogonalFeatures?

  /// One for each family: the given numbers of its neurons.
  func proposals(counts: [Int]) -> [GrowthProposal] {
    guard let features else { return [] }
    return neurons.families.map { family, columns in
      GrowthProposal(
        family: family, columns: Array(columns), fanIn: neurons.fanIn, counts: counts, start,
        features: features)
    }
  }
}

extension Refinement {
  /// The numbers of ascent steps after which the refined candidates are judged.
  private static var snapshots: [Int] { [4, 12] }
  /// Of families that have none of their own.
  private static var ridge: Double { 1 }

  /// The best choice of a proposal after some steps of ascent, if it gains anything.
  fileprivate func families(from best: GrowthProposal?) -> CandidateSearch<Scalar>.Families {
    guard let best, let choice = best.bestChoice, best.bestGain > 0, let family = best.family
    else { return [] }
    let ridge = if case .linear(let own) = family { own } else { Self.ridge }
    let refined = fanIns(from: choice.neurons.fanIn, ridge: ridge, snapshots: Self.snapshots)
    return zip(Self.snapshots, refined).map { steps, fanIn in
      (.refined(family.kind, ridge: ridge, steps: steps), (0..<fanIn.columns).map(fanIn.column))
    }
  }
}

extension CandidateNeurons {
  /// The fan-ins of some of the families.
  fileprivate func families(
    _ chosen: [CandidateFamily]
  ) -> [(family: CandidateFamily, fanIns: [[Double]])] {
    families.filter { chosen.contains($0.family) }.map { ($0.family, $0.columns.map(fanIn.column)) }
  }
}
